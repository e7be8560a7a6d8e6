"""Empties the database after a test that committed: only the tables that hold something, and quickly.

Django's own way truncates every table and then makes all content types and permissions again, which took most of the
time of such a test.
"""

from functools import cache

from django.db import connection, transaction

KEPT = {"django_content_type", "auth_permission", "django_migrations"}  # made by `migrate`, changed by nobody


def empty_database(_case=None) -> None:
    """Delete every row but those of `migrate`. Stands in for TransactionTestCase._fixture_teardown."""
    with transaction.atomic(), connection.cursor() as cursor:  # foreign keys are checked when all are empty
        cursor.execute(_which_are_filled())
        for (name,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{name}"')


@cache
def _which_are_filled() -> str:
    """Asked once for each process: the tables stay the same."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False)) - KEPT
    return " UNION ALL ".join(f"SELECT '{name}' WHERE EXISTS (SELECT 1 FROM \"{name}\")" for name in sorted(tables))
