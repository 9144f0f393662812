"""Contrast of every pair of colour tokens, on every theme, light and dark (WCAG 2.2).

The tokens are read out of the style sheet. A new colour token must join a pair here: a colour
whose contrast nobody has looked at does not ship.
"""

import re
from pathlib import Path

import pytest

STYLE_SHEET = Path(__file__).resolve().parents[1] / "static" / "css" / "site.css"
THEMES = ("cisp", "interfede", "pedatech")

TEXT = 4.5  # 1.4.3: text
PART = 3.0  # 1.4.11: borders of fields, rings, icons that say something
SEEN = 1.25  # no criterion: lines and planes that only order the page must still be seen

# (foreground, background, least ratio, where)
PAIRS = (
    ("text", "bg", 7.0, "running text"),
    ("text", "sunken", 7.0, "text on a sunken section, family bar"),
    ("text", "surface", 7.0, "text on popups and suggestions"),
    ("text", "field", 7.0, "text in a field"),
    ("text", "map-land", TEXT, "ring of the origin on the map"),
    ("muted", "bg", TEXT, "second line of a card"),
    ("muted", "sunken", TEXT, "hints on a sunken section"),
    ("muted", "surface", TEXT, "hints on popups"),
    ("muted", "field", TEXT, "example in an empty field"),
    ("line", "bg", SEEN, "line between rows"),
    ("field-line", "bg", PART, "border of a field, of a quiet button"),
    ("field-line", "field", PART, "border of a field, inside"),
    ("field-line", "sunken", PART, "border of a field on a sunken section"),
    ("field-line", "surface", PART, "border of the suggestions"),
    ("link", "bg", TEXT, "link"),
    ("link", "sunken", TEXT, "link on a sunken section"),
    ("link", "surface", TEXT, "link in a popup"),
    ("link-hover", "bg", TEXT, "link under the pointer"),
    ("link-hover", "sunken", TEXT, "link under the pointer on a sunken section"),
    ("focus", "bg", PART, "focus ring"),
    ("focus", "sunken", PART, "focus ring on a sunken section"),
    ("focus", "surface", PART, "focus ring in a popup"),
    ("focus", "map-land", PART, "focus ring on the map"),
    ("accent", "bg", PART, "icons of a card, rules, ticked boxes"),
    ("accent", "sunken", PART, "the same on a sunken section"),
    ("accent", "bg", TEXT, "kind of a page"),
    ("accent", "tag", PART, "chosen suggestion"),
    ("on-head", "head", TEXT, "menu"),
    ("mark", "head", PART, "mark of the wordmark, current entry of the menu"),
    ("on-ink", "ink", TEXT, "question, footer, page number"),
    ("on-ink-muted", "ink", TEXT, "hints in the question, note of the footer"),
    ("ink-line", "ink", PART, "border of a quiet button on ink"),
    ("field", "ink", SEEN, "field of the question against its ground"),
    ("focus-on-ink", "ink", PART, "focus ring on ink"),
    ("focus-on-ink", "head", PART, "focus ring in the masthead of cisp.be"),
    ("on-action", "action", TEXT, "button"),
    ("on-action", "action-hover", TEXT, "button under the pointer"),
    ("action-line", "bg", PART, "border of a button"),
    ("action-line", "sunken", PART, "border of a button on a sunken section"),
    ("action", "ink", PART, "button on ink"),
    ("on-tag", "tag", TEXT, "badge, chip, pictogram"),
    ("on-info", "info", TEXT, "message"),
    ("on-warning", "warning", TEXT, "warning"),
    ("error", "bg", TEXT, "error beside a field"),
    ("error", "sunken", TEXT, "error beside a field on a sunken section"),
    ("error", "field", PART, "border of a wrong field"),
    ("on-error-bg", "error-bg", TEXT, "error message"),
    ("map-line", "map-land", PART, "outline of a province, inside"),
    ("map-line", "bg", PART, "outline of a province, outside"),
    ("map-label", "map-land", TEXT, "name of a town"),
    ("map-label", "bg", TEXT, "name of a town outside the outlines"),
    ("marker", "map-land", PART, "pin on the map"),
    ("marker", "bg", PART, "pin outside the outlines"),
    ("on-marker", "marker", TEXT, "number of a cluster"),
)
# Only cisp.be asks its question, with a button of its accent, on ink; its masthead is ink too.
ONLY = {
    ("focus-on-ink", "head"): ("cisp",),
    ("action", "ink"): ("cisp",),
    ("field", "ink"): ("cisp",),
}

BLOCK = re.compile(r'\[data-theme="(?P<theme>\w+)"\]\s*\{(?P<body>[^{}]*)\}')
TOKEN = re.compile(r"--c-(?P<name>[a-z-]+):\s*(?P<value>[^;]+);")


def read_tokens(css: str) -> dict[tuple[str, str], dict[str, str]]:
    """`{(theme, "light" | "dark"): {token: "#rrggbb"}}`; dark takes over what it does not change."""
    start = css.index("@layer tokens {")
    layer = css[start : css.index("@layer base {", start)]
    light, dark = layer.split("@media screen and (prefers-color-scheme: dark)")
    tokens: dict[tuple[str, str], dict[str, str]] = {}
    for scheme, part in (("light", light), ("dark", dark)):
        for block in BLOCK.finditer(part):
            theme = block["theme"]
            base = dict(tokens.get((theme, "light"), {}))
            base.update({found["name"]: found["value"] for found in TOKEN.finditer(block["body"])})
            tokens[theme, scheme] = base
    return tokens


def luminance(colour: str) -> float:
    """Relative luminance of "#rrggbb", 0 to 1 (WCAG 2.2)."""
    channels = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    red, green, blue = (
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in channels
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


CSS = STYLE_SHEET.read_text(encoding="utf-8")
TOKENS = read_tokens(CSS)
SCHEMES = [(theme, scheme) for theme in THEMES for scheme in ("light", "dark")]


def test_the_ratio_is_that_of_the_standard():
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.478, abs=0.001)


@pytest.mark.parametrize(("theme", "scheme"), SCHEMES)
def test_every_theme_gives_every_token(theme, scheme):
    assert set(TOKENS[theme, scheme]) == set(TOKENS["cisp", "light"])
    for name, value in TOKENS[theme, scheme].items():
        assert re.fullmatch(r"#[0-9a-f]{6}", value), f"--c-{name}: {value}"


@pytest.mark.parametrize(("theme", "scheme"), SCHEMES)
@pytest.mark.parametrize(
    ("front", "back", "least", "where"), PAIRS, ids=[f"{p[0]}-on-{p[1]}-{p[2]}" for p in PAIRS]
)
def test_contrast(theme, scheme, front, back, least, where):
    if theme not in ONLY.get((front, back), THEMES):
        return
    tokens = TOKENS[theme, scheme]
    ratio = contrast(tokens[front], tokens[back])
    assert ratio >= least, (
        f"{where}: --c-{front} on --c-{back} is {ratio:.2f}, not {least} ({theme}, {scheme})"
    )


def test_no_colour_escapes():
    paired = {name for front, back, _, _ in PAIRS for name in (front, back)}
    assert set(TOKENS["cisp", "light"]) - paired == set()


def test_every_token_used_exists():
    sheets = CSS + (STYLE_SHEET.parent / "map.css").read_text(encoding="utf-8")
    used = set(re.findall(r"var\(--c-([a-z-]+)\)", sheets))
    assert used - set(TOKENS["cisp", "light"]) == set()


def test_no_colour_outside_the_tokens():
    """Outside the layer of tokens only print's black may be written out."""
    start = CSS.index("@layer base {")
    colours = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", CSS[start:]))
    assert colours <= {"#000"}
