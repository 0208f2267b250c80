"""Transactions that fail, in every way in which a database fails them.

A fifth of all registrations: half of these at the last statement, half at the commit. What the site tries again by
itself (a deadlock, a serialisation failure), what it does not (a lock that was not had in time, a connection that is
gone), and a plain fault, which is nobody's bad luck but a mistake. What happened is counted by sequences, which no
rollback takes back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

SHARE = 0.2
KINDS = {"serialisation": "40001", "deadlock": "40P01", "lock_timeout": "55P03", "killed": "", "fault": "P0001"}


@contextmanager
def bad_luck() -> Iterator[Callable[[], dict[str, int]]]:
    """What is yielded answers how often each kind has happened."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(_triggers())

        def happened() -> dict[str, int]:
            cursor.execute(
                " UNION ALL ".join(
                    f"SELECT '{kind}', CASE WHEN is_called THEN last_value ELSE 0 END FROM bad_luck_{kind}"  # noqa: S608
                    for kind in KINDS
                )
            )
            return dict(cursor.fetchall())

        try:
            yield happened
        finally:
            cursor.execute("DROP FUNCTION bad_luck() CASCADE")
            for kind in KINDS:
                cursor.execute(f"DROP SEQUENCE bad_luck_{kind}")


def _triggers() -> str:
    sequences = "".join(f"CREATE SEQUENCE bad_luck_{kind};" for kind in KINDS)
    cases = "".join(f"WHEN {number} THEN {_case(kind)}" for number, kind in enumerate(KINDS))
    return f"""
        {sequences}
        CREATE FUNCTION bad_luck() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            IF random() < {SHARE / 2} THEN
                CASE floor(random() * {len(KINDS)}) {cases} END CASE;
            END IF;
            RETURN NEW;
        END $$;
        CREATE TRIGGER at_the_last_statement BEFORE UPDATE ON registration_quota
            FOR EACH ROW EXECUTE FUNCTION bad_luck();
        CREATE CONSTRAINT TRIGGER at_the_commit AFTER INSERT ON registration_registration
            DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION bad_luck();
    """


def _case(kind: str) -> str:
    count = f"PERFORM nextval('bad_luck_{kind}');"
    if kind == "killed":
        return f"{count} PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(5);"
    return f"{count} RAISE EXCEPTION 'bad luck' USING ERRCODE = '{KINDS[kind]}';"
