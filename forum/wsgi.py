import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forum.settings")

application = get_wsgi_application()

from forum.warming_up import warm_up  # noqa: E402 (settings and apps first)

warm_up()
