"""Promises about the whole project, which no single test of a part could keep."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.core.management import call_command
from django.urls import URLPattern, URLResolver, get_resolver

ROOT = Path(__file__).parent.parent
CODE = [path for folder in ("forum", "programme", "registration") for path in (ROOT / folder).rglob("*.py")]
TEMPLATES = list((ROOT / "templates").rglob("*.html"))

# What anybody may ask for. Everything else must send a stranger away.
PUBLIC = {
    "front_door", "ticket_link", "find_certificate", "check_certificate", "set_language", "healthz", "readyz", "robots",
    "static", "checkin-api:openapi-json",
    "checkin:scanner", "checkin:service_worker", "checkin:manifest",  # to scan with it needs a device
    "programme:home", "programme:edition", "programme:about", "programme:venue", "programme:programme",
    "programme:day", "programme:session", "programme:talk", "programme:speakers", "programme:speaker",
    "programme:live", "programme:stream", "programme:board", "programme:changes", "programme:editions",
    "programme:notices", "programme:notice", "programme:questions", "programme:cases", "programme:case",
    "programme:case_data", "programme:cases_csv", "programme:cases_json", "programme:cases_dictionary",
    "registration:privacy", "registration:form", "registration:check", "registration:done", "registration:resend",
    "registration:sign_in",
    "media", "mailbox", "mailbox_mail", "mailbox_html", "mailbox_part",
}  # fmt: skip
OUTSIDE = ("admin:", "account_", "mfa_", "checkin-api:api-root")  # guarded by Django and allauth themselves
SAMPLES = {
    "edition": "2022",
    "slug": "opening",
    "number": 1,
    "language": "ko",
    "public_id": "0000000000",
    "token": "x-y",
    "device": "00000000-0000-0000-0000-000000000000",
}


def test_every_address_is_public_by_this_list_or_sends_strangers_away(client, forum):
    open_to_all = []
    for name, path in _addresses():
        if name in PUBLIC or name.startswith(OUTSIDE):
            continue
        answer = client.get(path)
        if answer.status_code not in (302, 401, 403, 404, 405):
            open_to_all.append((name, path, answer.status_code))

    assert open_to_all == []


def test_no_model_changes_without_a_migration(db):
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


MAILS = {path.name: path for path in (ROOT / "templates/emails").iterdir() if path.is_dir()}
# Of which organisers edit no standard words, and what these may hold: a code, a moment, and what somebody typed.
OTHER_MAILS = {"sign_in": ("code",), "probe": ("asked",), "broadcast": ("subject", "beginning")}


def test_every_mail_has_words_in_both_languages_and_both_frames():
    wanted = {"ko.txt", "en.txt", "mail.html", "mail.txt"}

    assert {kind: {part.name for part in path.iterdir()} for kind, path in MAILS.items()} == dict.fromkeys(
        MAILS, wanted
    )


def test_every_mail_of_registration_is_known_to_organisers():
    from registration.kinds import KINDS, PLACEHOLDERS

    assert set(KINDS) | set(OTHER_MAILS) == set(MAILS)
    assert {word for kind in KINDS.values() for word in kind.placeholders} == set(PLACEHOLDERS)


@pytest.mark.parametrize("language", ["ko", "en"])
def test_the_words_of_a_mail_say_the_same_parts_in_both_languages_with_placeholders_that_it_has(language):
    from registration.kinds import KINDS

    parts, unknown = {}, []
    for kind, path in MAILS.items():
        words = (path / f"{language}.txt").read_text()
        parts[kind] = re.findall(r'{% part "(\w+)" %}', words)
        allowed = KINDS[kind].placeholders if kind in KINDS else OTHER_MAILS[kind]
        plain = re.sub(r"{[{%].*?[}%]}", "", words)
        unknown += [(kind, each) for each in re.findall(r"{(\w*)}?", plain) if each not in allowed]

    twins = {kind: re.findall(r'{% part "(\w+)" %}', (path / "en.txt").read_text()) for kind, path in MAILS.items()}
    assert unknown == []
    assert [kind for kind, path in MAILS.items() if "{{" in (path / f"{language}.txt").read_text()] == []
    assert parts == twins
    assert [kind for kind, found in parts.items() if found[:3] != ["subject", "preheader", "heading"]] == []


def test_rows_are_locked_without_blocking_those_that_refer_to_them():
    """The plain form deadlocks with inserts of children, all of them."""
    locks = [
        (path.name, call) for path in CODE for call in re.findall(r"select_for_update\(([^)]*)\)", path.read_text())
    ]

    assert [lock for lock in locks if "no_key=True" not in lock[1]] == []
    assert locks


@pytest.mark.parametrize("pattern", [r"\sstyle=", r"<script(?![^>]*\bsrc=)[^>]*>", r"\son[a-z]+=\"", r"\|safe\b"])
def test_no_template_holds_inline_code_or_trusts_its_values(pattern):
    mails = ROOT / "templates/emails"  # mail programs know nothing else than inline styles
    found = [path.name for path in TEMPLATES if mails not in path.parents and re.search(pattern, path.read_text())]

    assert found == []


def test_no_template_of_ours_hides_one_of_the_admin():
    theirs = {path.name for path in Path(_django()).glob("contrib/admin/templates/registration/*.html")}

    assert theirs & {path.name for path in (ROOT / "templates/registration").iterdir()} == set()
    assert theirs


def test_nothing_of_the_web_is_loaded_from_elsewhere():
    sources = [*TEMPLATES, *(ROOT / "static").rglob("*.css"), *(ROOT / "static").rglob("*.js")]
    allowed = r"https?://(?:www\.youtube-nocookie\.com|(?:www\.)?youtube\.com|youtu\.be|www\.w3\.org|schema\.org)"
    elsewhere = r"(?:src|srcset|url\(|@import|fetch\()\s*[=\"'(]*\s*https?://"

    assert [path.name for path in sources if re.search(elsewhere, re.sub(allowed, "", path.read_text()))] == []


def test_every_queue_that_tasks_use_has_a_worker():
    from django.conf import settings

    queues = {settings.CELERY_TASK_DEFAULT_QUEUE, *(route["queue"] for route in settings.CELERY_TASK_ROUTES.values())}
    commands = [(ROOT / "forum/local/processes.py").read_text() + (ROOT / "forum/local/up.py").read_text()]
    commands.append((ROOT / "docker-compose.yml").read_text())

    assert [queue for queue in queues for command in commands if queue not in command] == []


def _addresses(resolver: URLResolver | None = None, prefix: str = "/", space: str = "") -> list[tuple[str, str]]:
    found = []
    for entry in (resolver or get_resolver()).url_patterns:
        path = prefix + _filled(str(entry.pattern))
        if isinstance(entry, URLPattern):
            name = entry.name or getattr(entry.callback, "__name__", "")
            found.append((space + name, path))
        else:
            found += _addresses(entry, path, f"{space}{entry.namespace}:" if entry.namespace else space)
    return found


def _filled(route: str) -> str:
    named = re.sub(r"\(\?P<(\w+)>[^)]*\)", lambda match: str(SAMPLES.get(match[1], 1)), route)
    plain = re.sub(r"<(?:\w+:)?(\w+)>", lambda match: str(SAMPLES.get(match[1], 1)), named)
    return plain.replace("^", "").replace("$", "").replace("\\Z", "")


def _django() -> str:
    import django

    return django.__path__[0]
