"""On PostgreSQL the words of an edition are taken apart once, when it is written, and not at each search."""

from django.db import migrations

CONFIGS = ("swedish", "english", "simple")


def _parted(column):
    whens = " ".join(
        f"WHEN '{code}' THEN to_tsvector('{config}'::regconfig, {column})"
        for code, config in (("sv", "swedish"), ("en", "english"))
    )
    return f"(CASE language {whens} ELSE to_tsvector('simple'::regconfig, {column}) END)"


VECTOR = " || ".join(
    f"setweight({_parted(column)}, '{weight}')"
    for column, weight in (("title_words", "A"), ("more_words", "B"), ("all_words", "D"))
)


def make(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        for config in CONFIGS:
            schema_editor.execute(f"DROP INDEX edition_{config}")
        schema_editor.execute(
            f"ALTER TABLE library_edition ADD COLUMN vector tsvector GENERATED ALWAYS AS ({VECTOR}) STORED"
        )
        schema_editor.execute("CREATE INDEX edition_vector ON library_edition USING gin (vector)")


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE library_edition DROP COLUMN vector")
        for config in CONFIGS:
            words = f"to_tsvector('{config}'::regconfig, COALESCE(all_words, ''))"
            schema_editor.execute(f"CREATE INDEX edition_{config} ON library_edition USING gin ({words})")


class Migration(migrations.Migration):
    dependencies = [("library", "0002_search_indexes")]

    operations = [migrations.RunPython(make, drop)]
