"""Records for the tests; localities come from the gazetteer, which every test database holds."""

from __future__ import annotations

import factory
import wagtail_factories
from factory.django import DjangoModelFactory

from cisp_map.models import (
    Category,
    Centre,
    FinderPage,
    HelpPoint,
    Locality,
    Offer,
    RomeCode,
    Trade,
    TradeFamily,
    TrainingSitePage,
)
from cisp_map.points import Point
from home.models import EventPage, Federation, SiteImage, StandardPage, User


class UserFactory(DjangoModelFactory):
    class Meta:
        model = User
        skip_postgeneration_save = True

    username = factory.Sequence("personne{}".format)
    email = factory.LazyAttribute(lambda user: f"{user.username}@example.org")

    @factory.post_generation
    def groups(self, create, extracted, **kwargs):
        if create and extracted:
            self.groups.set(extracted)


class FederationFactory(DjangoModelFactory):
    class Meta:
        model = Federation

    acronym = factory.Sequence("FED{}".format)
    slug = factory.LazyAttribute(lambda each: each.acronym.lower())
    name = factory.LazyAttribute(lambda each: f"Fédération {each.acronym}")


class CentreFactory(DjangoModelFactory):
    class Meta:
        model = Centre

    name = factory.Sequence("Centre d’essai {}".format)
    phone = "081 00 00 00"


class TradeFamilyFactory(DjangoModelFactory):
    class Meta:
        model = TradeFamily

    name = factory.Sequence("Famille {}".format)
    slug = factory.Sequence("famille-{}".format)
    sort_order = factory.Sequence(int)


class RomeCodeFactory(DjangoModelFactory):
    class Meta:
        model = RomeCode

    code = factory.Sequence("A{:04d}".format)
    label = factory.LazyAttribute(lambda each: f"Intitulé {each.code}")


class TradeFactory(DjangoModelFactory):
    class Meta:
        model = Trade

    name = factory.Sequence("Filière {}".format)
    slug = factory.Sequence("filiere-{}".format)
    family = factory.SubFactory(TradeFamilyFactory)
    category = Category.VOCATIONAL


class HelpPointFactory(DjangoModelFactory):
    class Meta:
        model = HelpPoint

    kind = HelpPoint.Kind.CARREFOUR
    locality = factory.LazyFunction(lambda: Locality.objects.get(slug="5000-namur"))


class OfferFactory(DjangoModelFactory):
    class Meta:
        model = Offer

    trade = factory.SubFactory(TradeFactory)
    method = "EFT"
    schedule = "temps-plein"


class TrainingSitePageFactory(wagtail_factories.PageFactory):
    """A training site. `at="5000-namur"` places it in a locality, at its point unless `location`
    says otherwise; `trades=[…]` gives it an offer for each.
    """

    class Meta:
        model = TrainingSitePage
        skip_postgeneration_save = True

    class Params:
        at = "5000-namur"

    title = factory.Sequence("Lieu d’essai {}".format)
    parent = factory.LazyFunction(FinderPage.source)
    centre = factory.SubFactory(CentreFactory)
    locality = factory.LazyAttribute(lambda each: Locality.objects.get(slug=each.at))
    location = factory.LazyAttribute(
        lambda each: Point(each.locality.lat, each.locality.lng).to_location()
    )
    # Wagtail's factory writes a slug; ours comes from the title and the town (C-14).
    slug = ""

    @factory.post_generation
    def trades(self, create, extracted, **kwargs):
        for trade in extracted or ():
            OfferFactory(page=self, trade=trade)


class StandardPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = StandardPage

    title = factory.Sequence("Page d’essai {}".format)


class EventPageFactory(wagtail_factories.PageFactory):
    class Meta:
        model = EventPage

    title = factory.Sequence("Événement {}".format)


class SiteImageFactory(wagtail_factories.ImageFactory):
    class Meta:
        model = SiteImage

    description = "Une image d’essai"
