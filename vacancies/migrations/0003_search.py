"""What makes the search quick: words taken apart once, when written. PostgreSQL: a tsvector and trigrams; SQLite: FTS5.

Whoever alters vacancies_vacancytext on SQLite makes the table anew, and its triggers with it: call `make` again then.
"""

from django.db import migrations

COLUMNS = {"title_words": "A", "more_words": "B", "kin_words": "C", "all_words": "D"}
VECTOR = " || ".join(
    f"setweight(to_tsvector('swedish'::regconfig, {column}), '{weight}')" for column, weight in COLUMNS.items()
)
_NAMES = ", ".join(COLUMNS)
_NEW, _OLD = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
_TAKE_AWAY = f"INSERT INTO vacancies_fts (vacancies_fts, rowid, {_NAMES}) VALUES ('delete', old.vacancy_id, {_OLD});"
_PUT_IN = f"INSERT INTO vacancies_fts (rowid, {_NAMES}) VALUES (new.vacancy_id, {_NEW});"
POSTGRESQL = [
    "CREATE EXTENSION IF NOT EXISTS pg_trgm",
    "CREATE INDEX vacancyword_alike ON vacancies_vacancyword USING gin (folded gin_trgm_ops)",
    f"ALTER TABLE vacancies_vacancytext ADD COLUMN vector tsvector GENERATED ALWAYS AS ({VECTOR}) STORED",
    "CREATE INDEX vacancytext_vector ON vacancies_vacancytext USING gin (vector)",
]
SQLITE = [
    f"CREATE VIRTUAL TABLE vacancies_fts USING fts5 ({_NAMES}, content='vacancies_vacancytext', "
    "content_rowid='vacancy_id', tokenize='unicode61 remove_diacritics 2', prefix='2 3 4')",
    f"CREATE TRIGGER vacancytext_new AFTER INSERT ON vacancies_vacancytext BEGIN {_PUT_IN} END",
    f"CREATE TRIGGER vacancytext_old AFTER DELETE ON vacancies_vacancytext BEGIN {_TAKE_AWAY} END",
    f"CREATE TRIGGER vacancytext_else AFTER UPDATE ON vacancies_vacancytext BEGIN {_TAKE_AWAY} {_PUT_IN} END",
]


def make(apps, schema_editor):
    for statement in POSTGRESQL if schema_editor.connection.vendor == "postgresql" else SQLITE:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("ALTER TABLE vacancies_vacancytext DROP COLUMN vector")
        schema_editor.execute("DROP INDEX vacancyword_alike")
        return
    for name in ("new", "old", "else"):
        schema_editor.execute(f"DROP TRIGGER vacancytext_{name}")
    schema_editor.execute("DROP TABLE vacancies_fts")


class Migration(migrations.Migration):
    dependencies = [("vacancies", "0002_finding")]

    operations = [migrations.RunPython(make, drop)]
