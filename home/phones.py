"""Telephone numbers of Belgium."""

import re


def phone_uri(number: str) -> str:
    """Return a `tel:` address in international form.

    >>> phone_uri("081 74 32 00")
    'tel:+3281743200'

    "" for an empty number; a number that already starts with + or 00 keeps its country.
    """
    digits = re.sub(
        r"[^\d+]", "", number.split("(0)", maxsplit=1)[0] + "".join(number.split("(0)")[1:])
    )
    if not digits.strip("+"):
        return ""
    if digits.startswith("00"):
        digits = f"+{digits[2:]}"
    elif digits.startswith("0"):
        digits = f"+32{digits[1:]}"
    return f"tel:{digits}"
