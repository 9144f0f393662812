"""The one body of every site. Rooms extend BodyBlock, they never fork it."""

from typing import Any

from wagtail import blocks
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageBlock

TEXT_FEATURES = ["bold", "italic", "ol", "ul", "link", "document-link"]


class HeadingBlock(blocks.StructBlock):
    """A heading inside a text: level 2 or 3, so that the order of headings stays right."""

    text = blocks.CharBlock(label="Titre", max_length=120)
    level = blocks.ChoiceBlock(
        label="Niveau", choices=[("2", "Titre"), ("3", "Sous-titre")], default="2"
    )

    class Meta:
        icon = "title"
        label = "Titre"
        template = "home/blocks/heading.html"
        preview_value = {"text": "Comment s’inscrire ?", "level": "2"}
        description = "Un titre ou un sous-titre dans le texte."


class FigureBlock(blocks.StructBlock):
    """An image with its caption; the credit comes from the image."""

    image = ImageBlock(label="Image")
    caption = blocks.CharBlock(label="Légende", required=False, max_length=255)

    class Meta:
        icon = "image"
        label = "Image"
        template = "home/blocks/figure.html"
        description = "Une image, sa légende et son crédit."

    def get_preview_value(self) -> Any:
        """An image of the library; none of an empty one."""
        from home.models import SiteImage

        image = SiteImage.objects.order_by("pk").first()
        return self.normalize({"image": image, "caption": "La légende dit ce que l’on voit."})


class QuoteBlock(blocks.StructBlock):
    """A quotation and who said it."""

    quote = blocks.TextBlock(label="Citation")
    source = blocks.CharBlock(label="Qui le dit ?", required=False, max_length=120)

    class Meta:
        icon = "openquote"
        label = "Citation"
        template = "home/blocks/quote.html"
        preview_value = {"quote": "L’entrée en formation est gratuite.", "source": ""}
        description = "Une phrase mise en avant."


class StepsBlock(blocks.StructBlock):
    """Numbered steps: one idea each."""

    steps = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("title", blocks.CharBlock(label="Étape", max_length=80)),
                ("text", blocks.TextBlock(label="Explication", max_length=280)),
            ]
        ),
        label="Étapes",
        min_num=1,
        max_num=6,
    )

    class Meta:
        icon = "list-ol"
        label = "Étapes"
        template = "home/blocks/steps.html"
        preview_value = {
            "steps": [{"title": "Vous appelez le centre", "text": "On vous donne un rendez-vous."}]
        }
        description = "Jusqu’à six étapes, une idée par étape."


class NoticeBlock(blocks.StructBlock):
    """Something one must not miss."""

    title = blocks.CharBlock(label="Titre", max_length=80, required=False)
    text = blocks.RichTextBlock(label="Texte", features=["bold", "link"])

    class Meta:
        icon = "info-circle"
        label = "À savoir"
        template = "home/blocks/notice.html"
        preview_value = {"title": "À savoir", "text": "<p>La formation est gratuite.</p>"}
        description = "Un encadré pour une information importante."


class LinkButtonBlock(blocks.StructBlock):
    """The one thing to do next."""

    label = blocks.CharBlock(label="Texte du bouton", max_length=60)
    page = blocks.PageChooserBlock(label="Page", required=False)
    url = blocks.URLBlock(label="Adresse hors du site", required=False)

    class Meta:
        icon = "link"
        label = "Bouton"
        template = "home/blocks/link_button.html"
        preview_value = {"label": "Trouver une formation", "url": "https://cisp.be/"}
        description = "Un lien en forme de bouton."


class PageCardsBlock(blocks.StructBlock):
    """Hand-picked pages, of any of the three sites."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    pages = blocks.ListBlock(blocks.PageChooserBlock(), label="Pages")

    class Meta:
        icon = "doc-full"
        label = "Pages choisies"
        template = "home/blocks/page_cards.html"
        description = "Des cartes vers des pages des trois sites."

    def get_preview_value(self) -> Any:
        """The first pages that everybody may read."""
        from home.visibility import public_pages

        pages = list(public_pages().filter(depth__gt=2).order_by("path")[:2])
        return self.normalize({"title": "À lire aussi", "pages": pages})

    def get_context(self, value: Any, parent_context: dict | None = None) -> dict:
        """Add `pages`: those that everybody may read. A private page gives no title away."""
        from home.visibility import public_pages

        context = super().get_context(value, parent_context=parent_context)
        chosen = [page for page in value["pages"] if page is not None]
        keys = [page.pk for page in chosen]
        seen = set(public_pages().filter(pk__in=keys).values_list("pk", flat=True))
        context["pages"] = [page for page in chosen if page.pk in seen]
        return context


class FilesBlock(blocks.StructBlock):
    """Files to download."""

    title = blocks.CharBlock(label="Titre", required=False, max_length=120)
    files = blocks.ListBlock(DocumentChooserBlock(), label="Fichiers")

    class Meta:
        icon = "download"
        label = "Fichiers"
        template = "home/blocks/files.html"
        description = "Une liste de fichiers à télécharger."

    def get_preview_value(self) -> Any:
        """Documents of the library; none of an empty one."""
        from home.models import SiteDocument

        files = list(SiteDocument.objects.order_by("pk")[:2])
        return self.normalize({"title": "À télécharger", "files": files})

    def get_searchable_content(self, value: blocks.StructValue) -> list[str]:
        """Titles and texts of the files: a word on page 7 of a PDF finds the page."""
        from home.documents import files_text

        files = [file for file in value["files"] if file]
        return [
            *super().get_searchable_content(value),
            *(file.title for file in files),
            files_text(files),
        ]


class FactsBlock(blocks.StructBlock):
    """Figures with their year and source."""

    facts = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("value", blocks.CharBlock(label="Chiffre", max_length=24)),
                ("label", blocks.CharBlock(label="Ce qu’il compte", max_length=120)),
                ("year", blocks.CharBlock(label="Année", max_length=16, required=False)),
            ]
        ),
        label="Chiffres",
    )
    source = blocks.CharBlock(label="Source", required=False, max_length=160)

    class Meta:
        icon = "order"
        label = "Chiffres"
        template = "home/blocks/facts.html"
        preview_value = {"facts": [{"value": "157", "label": "centres agréés", "year": "2024"}]}
        description = "Quelques chiffres avec leur année."


class QuestionsBlock(blocks.StructBlock):
    """Questions and answers, folded, without JavaScript."""

    questions = blocks.ListBlock(
        blocks.StructBlock(
            [
                ("question", blocks.CharBlock(label="Question", max_length=160)),
                ("answer", blocks.RichTextBlock(label="Réponse", features=TEXT_FEATURES)),
            ]
        ),
        label="Questions",
    )

    class Meta:
        icon = "help"
        label = "Questions et réponses"
        template = "home/blocks/questions.html"
        preview_value = {
            "questions": [{"question": "Est-ce payant ?", "answer": "<p>Non, c’est gratuit.</p>"}]
        }
        description = "Des questions qui s’ouvrent sur leur réponse."


class BodyBlock(blocks.StreamBlock):
    """Blocks of every body."""

    heading = HeadingBlock()
    text = blocks.RichTextBlock(
        label="Texte",
        icon="pilcrow",
        features=TEXT_FEATURES,
        template="home/blocks/text.html",
        preview_value="<p>Un texte court, une idée par phrase.</p>",
        description="Un ou plusieurs paragraphes.",
    )
    figure = FigureBlock()
    quote = QuoteBlock()
    steps = StepsBlock()
    notice = NoticeBlock()
    button = LinkButtonBlock()
    pages = PageCardsBlock()
    files = FilesBlock()
    facts = FactsBlock()
    questions = QuestionsBlock()
    table = TypedTableBlock(
        [
            ("text", blocks.CharBlock(label="Texte")),
            ("number", blocks.DecimalBlock(label="Nombre")),
            ("rich_text", blocks.RichTextBlock(label="Texte enrichi", features=["bold", "link"])),
        ],
        label="Tableau",
        icon="table",
        template="home/blocks/table.html",
        description="Un tableau de textes et de nombres.",
    )
    # Beside the arguments: these stand in the migrations, and a preview is no change of the data.
    table.meta.preview_value = {
        "columns": [
            {"type": "text", "heading": "Filière"},
            {"type": "number", "heading": "Places"},
        ],
        "rows": [{"values": ["Cuisine", "12"]}, {"values": ["Jardinage", "8"]}],
        "caption": "Places par filière",
    }
