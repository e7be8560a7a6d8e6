"""What makes the search quick on PostgreSQL: full text in three ways, and trigrams. SQLite needs none of it."""

from django.db import migrations

CONFIGS = ("swedish", "english", "simple")
# Written as Django's SearchVector writes it, or the index is not used.
VECTOR = "to_tsvector('{}'::regconfig, COALESCE(all_words, ''))"


def make(apps, schema_editor):
    if schema_editor.connection.vendor != "postgresql":
        return
    schema_editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    schema_editor.execute(
        "CREATE INDEX searchword_alike ON library_searchword USING gin (folded gin_trgm_ops)"
    )
    for config in CONFIGS:
        schema_editor.execute(
            f"CREATE INDEX edition_{config} ON library_edition USING gin ({VECTOR.format(config)})"
        )


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for name in ("searchword_alike", *(f"edition_{config}" for config in CONFIGS)):
            schema_editor.execute(f"DROP INDEX IF EXISTS {name}")


class Migration(migrations.Migration):
    dependencies = [("library", "0001_library")]

    operations = [migrations.RunPython(make, drop)]
