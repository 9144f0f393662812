"""What each site says of itself: name, contact, networks."""

from django.db import models
from wagtail import blocks
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.settings.models import BaseSiteSetting, register_setting
from wagtail.fields import StreamField

from home.phones import phone_uri
from home.themes import Theme


@register_setting(icon="site")
class SiteBranding(BaseSiteSetting):
    """Identity of one site. Made by `bootstrap_sites`, edited under Réglages."""

    theme = models.CharField("thème", max_length=12, choices=Theme, default=Theme.CISP)
    site_name = models.CharField("nom du site", max_length=60, default="cisp.be")
    tagline = models.CharField("phrase du site", max_length=120, blank=True)
    organisation = models.CharField("organisation", max_length=120, blank=True)
    address = models.TextField("adresse", blank=True)
    phone = models.CharField("téléphone", max_length=30, blank=True)
    email = models.EmailField("e-mail", blank=True)
    footer_note = models.CharField("note de bas de page", max_length=255, blank=True)
    footer_page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name="rubrique du bas de page",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Les pages sous cette page (« afficher dans les menus ») forment le bas de page.",
    )
    # A stream, not a table: the footer of every page costs no query more.
    networks = StreamField(
        [
            (
                "network",
                blocks.StructBlock(
                    [
                        ("label", blocks.CharBlock(label="Réseau", max_length=40)),
                        ("url", blocks.URLBlock(label="Adresse")),
                    ],
                    label="Réseau social",
                    icon="link",
                ),
            )
        ],
        verbose_name="réseaux sociaux",
        blank=True,
    )

    panels = [
        MultiFieldPanel(
            [
                # What makes a site this one: everything is found by it.
                FieldPanel(
                    "theme",
                    permission="superuser",
                    help_text="Les couleurs et les rubriques du site. À ne plus changer.",
                ),
                FieldPanel(
                    "site_name",
                    help_text="S’affiche en haut de chaque page et dans l’onglet du navigateur.",
                ),
                FieldPanel("tagline", help_text="Quelques mots sous le nom du site."),
            ],
            heading="Le site",
        ),
        MultiFieldPanel(
            [
                FieldPanel(
                    "organisation",
                    help_text="Qui tient le site : en bas de chaque page, au-dessus du contact.",
                ),
                FieldPanel("address", help_text="Une ligne pour la rue, une pour la localité."),
                FieldPanel("phone", help_text="Le numéro affiché sur toutes les pages du site."),
                FieldPanel("email", help_text="L’adresse affichée sur toutes les pages du site."),
            ],
            heading="Contact",
        ),
        MultiFieldPanel(
            [
                FieldPanel("footer_page"),
                FieldPanel(
                    "footer_note",
                    help_text="Une phrase, tout en bas : un soutien, une mention légale.",
                ),
                FieldPanel("networks", help_text="Un lien par réseau, en bas de chaque page."),
            ],
            heading="Bas de page",
        ),
    ]

    class Meta:
        verbose_name = "identité du site"

    def __str__(self) -> str:
        return self.site_name

    @property
    def phone_uri(self) -> str:
        """The number as a `tel:` address, "" without a number."""
        return phone_uri(self.phone)

    @property
    def social_links(self) -> list[dict[str, str]]:
        """`[{"label", "url"}]` in the order of the editor."""
        return [
            {"label": block.value["label"], "url": block.value["url"]} for block in self.networks
        ]
