"""Links to documents inside texts: they tell format, weight and pages, like every other link."""

from django.utils.html import format_html
from wagtail.documents.rich_text import DocumentLinkHandler


class DescribedDocumentLink(DocumentLinkHandler):
    """The style sheet prints `data-describe` behind the words of the link."""

    @classmethod
    def expand_db_attributes_many(cls, attrs_list: list[dict]) -> list[str]:
        """The opening tag of each link; one query for all."""
        return [
            format_html('<a href="{}" data-describe="{}">', document.url, document.describe)
            if document
            else "<a>"
            for document in cls.get_many(attrs_list)
        ]
