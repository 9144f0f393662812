"""A change of the vocabulary is seen by the next search, in every worker."""

from typing import Any

from django.db.models import Model
from django.db.models.signals import m2m_changed, post_delete, post_save
from wagtail.models import Locale
from wagtail.search.index import insert_or_update_object

from cisp_map.models import (
    Centre,
    FinderPage,
    HelpPoint,
    RomeCode,
    Trade,
    TradeFamily,
)
from home.models import Federation, Organisation
from home.translations import learn_record

# Names of centres are no trades: the words know them.
VOCABULARY = (Centre, Federation, Organisation, HelpPoint, RomeCode, Trade, TradeFamily)


def vocabulary_changed(sender: type[Model], **kwargs: Any) -> None:  # noqa: ARG001
    """Give the finder's page a new token (see vocabulary.py)."""
    FinderPage.renew_vocabulary_token()


def centre_saved(sender: type[Model], instance: Centre, **kwargs: Any) -> None:  # noqa: ARG001
    """The documents of its sites hold its name, its federation and Digistart."""
    if not kwargs.get("created") and not kwargs.get("raw"):
        for site in instance.sites.all():
            insert_or_update_object(site)


def french_saved(sender: type[Model], instance: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """Its translations learn what is new."""
    if not kwargs.get("created") and not kwargs.get("raw") and instance.locale_id == _french():
        learn_record(instance)


def french_deleted(sender: type[Model], instance: Any, **kwargs: Any) -> None:  # noqa: ARG001
    """A translation alone says nothing, and would keep its name and address from a new record."""
    if instance.locale_id == _french():
        sender._default_manager.filter(translation_key=instance.translation_key).delete()


def _french() -> int:
    return Locale.get_default().pk


def connect() -> None:
    """Listen to the models of the vocabulary. Called once, when the application is ready.

    `QuerySet.update` and `bulk_create` send no signal: who uses them on the vocabulary calls
    `FinderPage.renew_vocabulary_token()`.
    """
    for model in VOCABULARY:
        post_save.connect(vocabulary_changed, sender=model)
        post_delete.connect(vocabulary_changed, sender=model)
    for translated in (Trade, TradeFamily):
        post_save.connect(french_saved, sender=translated)
        post_delete.connect(french_deleted, sender=translated)
    post_save.connect(centre_saved, sender=Centre)
    m2m_changed.connect(vocabulary_changed, sender=Trade.rome_codes.through)
