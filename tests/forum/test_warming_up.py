"""The first visitor of a new process waits for nothing that could have been loaded before."""

from __future__ import annotations

import json
import subprocess
import sys

from tests.product import Product, free_port

# The page that keeps what was typed needs no database; the nudge is the last act of registering.
VISIT = """
import json, sys
from forum.wsgi import application
loaded = set(sys.modules)
from django.test import Client
from forum.outbox.queue import _nudge
statuses = [Client(headers={"host": "127.0.0.1"}).post("/ko/2022/register/", {"name": "x"}).status_code]
_nudge(1, 0)
ours = ("forum", "programme", "registration", "celery", "kombu", "redis")
late = sorted(name for name in set(sys.modules) - loaded if name.startswith(ours))
print(json.dumps({"statuses": statuses, "late": late}))
"""


def test_a_process_has_loaded_everything_before_its_first_visitor_though_no_server_is_there(tmp_path):
    away = {"DATABASE_URL": f"postgres://nobody@127.0.0.1:{free_port()}/nothing"}
    away |= {name: f"redis://127.0.0.1:{free_port()}/0" for name in ("REDIS_URL", "CACHE_URL")}
    copy = Product(tmp_path, away)
    copy.manage("collectstatic", "--no-input", "-v", "0")

    ran = subprocess.run(
        [sys.executable, "-c", VISIT], env=copy.environ, check=False, capture_output=True, text=True, cwd=tmp_path
    )

    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout.splitlines()[-1]) == {"statuses": [503], "late": []}
