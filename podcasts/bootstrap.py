"""The pages without which the room `podcasts` has no place to stand."""

from home.models import HomePage
from podcasts.models import PodcastPage

SLUG = "podcasts"


def make_pages(home: HomePage) -> None:
    """Make the show at `/podcasts/`, with its feed at `/podcasts/flux.xml`."""
    if home.get_children().filter(slug=SLUG).exists():
        return
    show = PodcastPage(
        title="Podcasts",
        slug=SLUG,
        show_in_menus=True,
        description="Des voix du secteur de l’insertion socioprofessionnelle en Wallonie : des "
        "parcours, des métiers, des idées.",
    )
    home.add_child(instance=show)
    show.save_revision().publish()
