"""Writing a row that may be there already."""

from __future__ import annotations

from django.db import connection, models


def insert_once(row: models.Model) -> bool:
    """Insert it, unless a unique constraint says that it or its like is there. Whether it was inserted.

    One statement, without a savepoint: the transaction goes on either way. Django's `ignore_conflicts` is the same and
    does not tell.
    """
    fields = [field for field in row._meta.concrete_fields if not (field.primary_key and row.pk is None)]
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    values = [field.get_db_prep_save(field.pre_save(row, add=True), connection) for field in fields]
    holes = ", ".join(["%s"] * len(fields))
    with connection.cursor() as cursor:
        # Only names of columns are put together here.
        cursor.execute(
            f"INSERT INTO {quote(row._meta.db_table)} ({columns}) VALUES ({holes}) ON CONFLICT DO NOTHING",  # noqa: S608
            values,
        )
        return cursor.rowcount == 1
