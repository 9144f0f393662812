"""What a person may do with a resource: one plain sentence for each licence."""

from dataclasses import dataclass

CC = "https://creativecommons.org/licenses/"


@dataclass(frozen=True)
class Licence:
    """A licence: its value in addresses, its name, its sentence, and its text on the web."""

    key: str
    label: str
    sentence: str
    url: str = ""


LICENCES = (
    Licence(
        "domaine-public",
        "Domaine public (CC0)",
        "Vous pouvez copier, changer et partager cette ressource sans rien demander.",
        "https://creativecommons.org/publicdomain/zero/1.0/deed.fr",
    ),
    Licence(
        "cc-by",
        "CC BY",
        "Vous pouvez copier, changer et partager cette ressource, si vous dites qui l’a faite.",
        f"{CC}by/4.0/deed.fr",
    ),
    Licence(
        "cc-by-sa",
        "CC BY-SA",
        "Vous pouvez copier, changer et partager cette ressource, si vous dites qui l’a faite "
        "et si vous gardez la même licence.",
        f"{CC}by-sa/4.0/deed.fr",
    ),
    Licence(
        "cc-by-nc",
        "CC BY-NC",
        "Vous pouvez copier, changer et partager cette ressource sans la vendre, "
        "si vous dites qui l’a faite.",
        f"{CC}by-nc/4.0/deed.fr",
    ),
    Licence(
        "cc-by-nc-sa",
        "CC BY-NC-SA",
        "Vous pouvez copier, changer et partager cette ressource sans la vendre, si vous dites "
        "qui l’a faite et si vous gardez la même licence.",
        f"{CC}by-nc-sa/4.0/deed.fr",
    ),
    Licence(
        "cc-by-nd",
        "CC BY-ND",
        "Vous pouvez copier et partager cette ressource telle quelle, "
        "si vous dites qui l’a faite. Vous ne pouvez pas la changer.",
        f"{CC}by-nd/4.0/deed.fr",
    ),
    Licence(
        "cc-by-nc-nd",
        "CC BY-NC-ND",
        "Vous pouvez copier et partager cette ressource telle quelle, sans la vendre, "
        "si vous dites qui l’a faite. Vous ne pouvez pas la changer.",
        f"{CC}by-nc-nd/4.0/deed.fr",
    ),
    Licence(
        "cisp",
        "Usage dans les CISP",
        "Vous pouvez utiliser et copier cette ressource dans votre CISP, avec vos stagiaires. "
        "Hors d’un CISP, demandez d’abord à l’Interfédé.",
    ),
    Licence(
        "droits-reserves",
        "Droits réservés",
        "Vous pouvez lire cette ressource. Pour la copier ou la changer, "
        "demandez l’accord de l’auteur.",
    ),
)
BY_KEY = {each.key: each for each in LICENCES}
CHOICES = [(each.key, each.label) for each in LICENCES]
