"""What other systems reach at the same work, to print beside our own.

Measured in November 2026 on a machine of the same kind (2 cores, Debian 12, Python 3.11, PostgreSQL 15 and Redis 7 at
Debian's defaults, everything and the load on these cores), with gunicorn's 2 sync workers, medians of quiet windows.
Rates differ from machine to machine: compare `bare_views`, the CPU of web, PostgreSQL and Celery beside that of a bare
Django view in the same run.
"""

# A free order as a browser makes it, 11 requests, without a PDF, mail to a sink; one product under one quota.
PRETIX_ORDER = {
    "system": "pretix 2026.8.0",
    "per_second": 2.52,
    "p50_ms": 3137,
    "cpu_ms": 735,
    "bare_views": 1793,
    "sql": 263,
}
