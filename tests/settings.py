"""The product's own settings, in a folder of their own; without services where none are named."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

os.environ["DEVELOPMENT"] = "true"
os.environ.setdefault("PUBLIC_URL", "http://forum.test")
os.environ["VAR"] = tempfile.mkdtemp(prefix="forum-test-")
atexit.register(shutil.rmtree, os.environ["VAR"], ignore_errors=True)

from forum.settings import *  # noqa: E402, F403

ALLOWED_HOSTS = [*ALLOWED_HOSTS, "testserver"]  # noqa: F405
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
MAIL_RATE = 100_000  # the rate has tests of its own
if not os.environ.get("REDIS_URL"):
    CELERY_BROKER_URL = "memory://"
if not os.environ.get("CACHE_URL"):
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
if "postgresql" in DATABASES["default"]["ENGINE"]:  # noqa: F405
    # Making and dropping the test database may take longer than any statement of ours.
    DATABASES["default"]["OPTIONS"] = {"options": "-c statement_timeout=120s -c lock_timeout=3s"}  # noqa: F405
Path(VAR, "static").mkdir(exist_ok=True)  # noqa: F405
