"""Text search of PostgreSQL; SQLite needs nothing.

Before any migration that makes pages: saving a page indexes it.
"""

from django.db import migrations

FORWARDS = (
    "CREATE EXTENSION IF NOT EXISTS unaccent",
    "CREATE TEXT SEARCH CONFIGURATION french_words (COPY = simple)",
    "ALTER TEXT SEARCH CONFIGURATION french_words ALTER MAPPING FOR "
    "hword, hword_part, word, asciihword, hword_asciipart, asciiword WITH unaccent, simple",
    # Wagtail searches the title and the text as one; without this index every row is read.
    "CREATE INDEX search_title_and_body ON wagtailsearch_indexentry USING gin ((title || body))",
)
BACKWARDS = (
    "DROP INDEX IF EXISTS search_title_and_body",
    "DROP TEXT SEARCH CONFIGURATION IF EXISTS french_words",
)


def run(statements):
    def on_postgresql(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            for statement in statements:
                schema_editor.execute(statement)

    return on_postgresql


class Migration(migrations.Migration):
    dependencies = [("wagtailsearch", "0010_add_text_fields")]
    run_before = [("home", "0002_pages")]
    operations = [migrations.RunPython(run(FORWARDS), run(BACKWARDS))]
