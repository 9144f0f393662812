"""Families and trades get a language; the records that exist are the French ones."""

import django.db.models.deletion
from django.db import migrations, models
from wagtail.models import BootstrapTranslatableModel

MODELS = ("trade", "tradefamily")


def locale() -> models.ForeignKey:
    return models.ForeignKey(
        editable=False,
        null=True,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="wagtailcore.locale",
        verbose_name="locale",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("cisp_map", "0003_upkeep"),
        ("wagtailcore", "0097_baselogentry_uuid_action_timestamp_indexes"),
    ]

    operations = [
        *(migrations.AddField(name, "locale", locale()) for name in MODELS),
        *(
            migrations.AddField(
                name, "translation_key", models.UUIDField(editable=False, null=True)
            )
            for name in MODELS
        ),
        BootstrapTranslatableModel("cisp_map.Trade"),
        BootstrapTranslatableModel("cisp_map.TradeFamily"),
    ]
