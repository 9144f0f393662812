"""What the page of a training site shows: plain facts, links to share, structured data."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from django.http import HttpRequest
from django.utils import timezone

from cisp_map.models import Offer, TrainingSitePage
from cisp_map.models.pages import Schedule
from cisp_map.vocabulary import Vocabulary

MAX_TITLE = 60
"""What search engines show of a title."""
SHORTEST_TRADE = 20


def describe_place(page: TrainingSitePage) -> dict[str, object]:
    """Facts of a site, as training_site_page.html prints them."""
    centre = page.centre
    federation = centre.federation
    point = page.point
    return {
        "title": page.title,
        "centre": centre.name,
        "federation": {"name": federation.name, "url": federation.website} if federation else None,
        "address": page.address,
        "postal_code": page.locality.postal_code,
        "locality": page.locality.name,
        "commune": page.locality.commune,
        "phone": page.phone or centre.phone,
        "phone_uri": page.phone_uri,
        "email": page.email or centre.email,
        "website": page.website or centre.website,
        "opening_hours": page.opening_hours,
        "access_notes": page.access_notes,
        "public": page.audience,
        "wheelchair": page.wheelchair,
        "verified_on": page.verified_on,
        "approximate": page.point_is_approximate,
        "geo_uri": f"geo:{point.lat},{point.lng}" if point else "",
        "directions_url": directions_url(page),
        "map": None,
        "is_demo": centre.is_demo,
    }


def directions_url(page: TrainingSitePage) -> str:
    """A way to the site on OpenStreetMap; "" without a point. It needs no key."""
    point = page.point
    if point is None:
        return ""
    return (
        f"https://www.openstreetmap.org/directions?to={point.lat}%2C{point.lng}"
        f"#map=15/{point.lat}/{point.lng}"
    )


def describe_offer(
    offer: Offer,
    page: TrainingSitePage,
    request: HttpRequest,
    decided: Mapping[int, list[dict[str, str]]],
    vocabulary: Vocabulary,
) -> dict[str, object]:
    """Facts of a course, as training_site_page.html and course.html print them.

    `decided` holds the ROME codes that the centre accepted or corrected, by trade
    (`upkeep.rome_table.decided_codes`); the others are those of the trade.
    """
    return {
        "trade": vocabulary.trades[offer.trade_id].name,
        "is_french": vocabulary.trades[offer.trade_id].is_french,
        "url": f"{page.get_url(request)}{offer.trade.slug}/",
        "family": vocabulary.families[offer.trade.family.slug],
        "family_is_french": offer.trade.family.slug in vocabulary.french_families,
        "category": offer.trade.get_category_display(),
        "method": offer.method,
        "method_label": offer.get_method_display(),
        "schedule": Schedule(offer.schedule).label if offer.schedule else "",
        "duration": offer.duration,
        "next_start": offer.next_start,
        "conditions": offer.conditions,
        "rome_codes": decided.get(offer.trade_id)
        or [{"code": rome.code, "label": rome.label} for rome in offer.trade.rome_codes.all()],
    }


def course_title(trade: str, place: str) -> str:
    """Title of a course's window, 60 signs at most: « Alphabétisation, Lire et Écrire Charleroi ».

    With the place, because several places of a town teach the same trade; a long trade is cut
    before the place is.
    """
    place = place[: MAX_TITLE - SHORTEST_TRADE - 2]
    room = MAX_TITLE - len(place) - 2
    if len(trade) > room:
        trade = f"{trade[: room - 1].rstrip()}…"
    return f"{trade}, {place}"


def share_links(title: str, url: str) -> dict[str, str]:
    """Plain links that send a page by SMS, WhatsApp or mail: text and address, 300 signs at most."""
    text = f"{title[: 290 - len(url)]} {url}"
    return {
        "sms_uri": f"sms:?body={quote(text)}",
        "whatsapp_url": f"https://wa.me/?text={quote(text)}",
        "mail_uri": f"mailto:?subject={quote(title)}&body={quote(text)}",
        "url": url,
    }


def _provider(page: TrainingSitePage) -> dict[str, object]:
    data: dict[str, object] = {"@type": "EducationalOrganization", "name": page.centre.name}
    if page.centre.website:
        data["url"] = page.centre.website
    return data


def _place(page: TrainingSitePage) -> dict[str, object]:
    address = {
        "@type": "PostalAddress",
        "postalCode": page.locality.postal_code,
        "addressLocality": page.locality.name,
        "addressCountry": "BE",
    }
    if page.address:
        address["streetAddress"] = page.address
    data: dict[str, object] = {"@type": "Place", "name": page.title, "address": address}
    if page.point and not page.point_is_approximate:
        data["geo"] = {
            "@type": "GeoCoordinates",
            "latitude": page.point.lat,
            "longitude": page.point.lng,
        }
    return data


def _course(page: TrainingSitePage, offer: Offer, url: str) -> dict[str, object]:
    instance: dict[str, object] = {
        "@type": "CourseInstance",
        "courseMode": "onsite",
        "location": _place(page),
    }
    if offer.starts_on and offer.starts_on >= timezone.localdate():
        instance["startDate"] = offer.starts_on.isoformat()
    return {
        "@type": "Course",
        "name": offer.trade.name,
        "description": f"{offer.trade.name}, {offer.trade.get_category_display()}, "
        f"à {page.locality.name}",
        "url": url,
        "provider": _provider(page),
        "isAccessibleForFree": True,
        "hasCourseInstance": instance,
    }


def course_json_ld(page: TrainingSitePage, offer: Offer, url: str) -> dict[str, object]:
    """schema.org `Course` at its `Place`."""
    return {"@context": "https://schema.org", **_course(page, offer, url)}


def site_json_ld(
    page: TrainingSitePage, offers: Sequence[Offer], request: HttpRequest
) -> dict[str, object]:
    """schema.org `EducationalOrganization` with its `Place` and its `Course`s."""
    url = page.get_full_url(request) or ""
    organisation: dict[str, object] = {
        **_provider(page),
        "@id": f"{url}#centre",
        "location": _place(page),
    }
    phone = page.phone or page.centre.phone
    if phone:
        organisation["telephone"] = page.phone_uri.removeprefix("tel:")
    courses = [_course(page, offer, f"{url}{offer.trade.slug}/") for offer in offers]
    return {"@context": "https://schema.org", "@graph": [organisation, *courses]}
