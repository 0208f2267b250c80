"""Loading before the first visitor what the first visitor would wait for.

Python and Django load most things when they are first needed. When registration opens, a process that has just begun
would do that for eight people at once, on the cores that everybody shares: a second and more for whoever comes first.
Nothing here asks a server: the site starts while the database and the broker are away.
"""

from __future__ import annotations

import gc
from pathlib import Path

from django.conf import settings
from django.core.cache import cache
from django.template import engines
from django.urls import get_resolver
from django.utils.formats import get_format
from django.utils.translation import gettext, override

from forum.celery import app

TEXTS = ("*.html", "*.txt")


def warm_up() -> None:
    """To be called once, when everything is set up."""
    for language, _name in settings.LANGUAGES:
        with override(language):
            gettext("Register")
            get_format("DATE_FORMAT")
            _ = get_resolver().reverse_dict  # imports every view
    for folder in settings.TEMPLATES[0]["DIRS"]:
        _compile(Path(folder))
    _ = engines["django"].engine.template_context_processors
    cache.make_key("")
    _ = app.tasks, app.Task, app.events.Dispatcher, app.backend, app.connection_for_write().transport
    gc.collect()
    gc.freeze()  # all of this stays for good, and looking through it again and again takes 70 ms each time


def _compile(folder: Path) -> None:
    for kind in TEXTS:
        for path in folder.rglob(kind):
            engines["django"].get_template(str(path.relative_to(folder)))
