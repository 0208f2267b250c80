"""What a phone keeps of the scanner, to start without a network: pages and files, under a version of their own.

A phone takes a new version as a whole or not at all. The pages are those that a stranger gets: they name nobody.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

VERSION = "2.0"  # of the scanner, as CHECKIN_MIN_VERSION counts: raise it when phones must be able to be told apart
LANGUAGES = ("ko", "en")
SCRIPTS = "js/checkin"
FILES = (
    "css/tokens.css",
    "css/base.css",
    "css/components.css",
    "css/forms.css",
    "css/checkin.css",
    "img/favicon.svg",
    "img/scanner-192.png",
    "vendor/noto-sans-kr/index.css",
    "vendor/barcode-detector/ponyfill.js",
    "vendor/zxing-wasm/zxing_reader.wasm",
)
ICONS = (
    ("img/scanner-192.png", "192x192", "any"),
    ("img/scanner-512.png", "512x512", "any"),
    ("img/scanner-maskable-512.png", "512x512", "maskable"),
)
NIGHT = "#0d141f"


def shell(request: HttpRequest) -> dict[str, Any]:
    """The addresses of the pages by language and of all files; the version changes with any of them."""
    home = reverse("checkin:scanner")
    pages = {language: _page(request, language) for language in LANGUAGES}
    digest = hashlib.sha256("".join([*pages.values(), *_kept()]).encode()).hexdigest()
    return {
        "version": digest[:16],
        "files": [static(name) for name in names()],
        "pages": {language: f"{home}?lang={language}" for language in LANGUAGES},
    }


def service_worker(request: HttpRequest) -> str:
    """Its script: what to keep, and where what it does is written."""
    words = json.dumps(shell(request), separators=(",", ":"))
    return f"self.SHELL = {words};\nimportScripts({json.dumps(static(f'{SCRIPTS}/service.js'))});\n"


def manifest() -> dict[str, Any]:
    """How a home screen shows it, in the active language."""
    home = reverse("checkin:scanner")
    return {
        "id": home,
        "start_url": home,
        "scope": home,
        "name": _("Check-in · Seoul Big Data Forum"),
        "short_name": _("Check-in"),
        "lang": translation.get_language(),
        "display": "standalone",
        "background_color": NIGHT,
        "theme_color": NIGHT,
        "icons": [
            {"src": static(name), "sizes": sizes, "type": "image/png", "purpose": purpose}
            for name, sizes, purpose in ICONS
        ],
    }


def _page(request: HttpRequest, language: str) -> str:
    with translation.override(language):
        return render_to_string("checkin/scanner.html", {"version": VERSION}, request)


def names() -> list[str]:
    """Every file that the pages and their scripts need, as static files are called."""
    folder = settings.BASE_DIR / "static" / SCRIPTS
    return [*FILES, *(f"{SCRIPTS}/{path.name}" for path in sorted(folder.glob("*.js")) if path.name != "service.js")]


def _kept() -> list[str]:
    """Addresses change with what is in a file, but for DEBUG, where a developer changes files under one address."""
    needed = [*names(), f"{SCRIPTS}/service.js"]
    ages = [str(Path(finders.find(name)).stat().st_mtime_ns) for name in needed] if settings.DEBUG else []
    return [*map(static, needed), *ages]
