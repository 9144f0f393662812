"""The body of this room's pages."""

from wagtail.fields import StreamField

from essor.blocks import EssorBodyBlock
from home.models import BodyPageMixin


class EssorBodyMixin(BodyPageMixin):
    """A page with a body that may also hold key figures."""

    body = StreamField(EssorBodyBlock(), verbose_name="contenu", blank=True)

    class Meta:
        abstract = True
