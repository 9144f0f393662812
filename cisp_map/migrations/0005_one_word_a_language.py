"""A name and an address are unique in their language. Apart from 0004: PostgreSQL changes no table
whose rows the same transaction wrote.
"""

import uuid

import django.db.models.deletion
from django.db import migrations, models

MODELS = (("trade", "trade", 120, 120), ("tradefamily", "family", 80, 60))


def of_model(name: str, label: str, name_length: int, slug_length: int) -> list:
    return [
        migrations.AlterField(
            name,
            "locale",
            models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="wagtailcore.locale",
                verbose_name="locale",
            ),
        ),
        migrations.AlterField(
            name, "translation_key", models.UUIDField(default=uuid.uuid4, editable=False)
        ),
        migrations.AlterField(
            name, "name", models.CharField(max_length=name_length, verbose_name="nom")
        ),
        migrations.AlterField(
            name, "slug", models.SlugField(max_length=slug_length, verbose_name="identifiant")
        ),
        migrations.AlterUniqueTogether(name, {("translation_key", "locale")}),
        migrations.AddConstraint(
            name,
            models.UniqueConstraint(fields=("locale", "name"), name=f"{label}_name_by_language"),
        ),
        migrations.AddConstraint(
            name,
            models.UniqueConstraint(fields=("locale", "slug"), name=f"{label}_slug_by_language"),
        ),
    ]


class Migration(migrations.Migration):
    dependencies = [("cisp_map", "0004_words_in_languages")]

    operations = [operation for each in MODELS for operation in of_model(*each)]
