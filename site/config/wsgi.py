"""The WSGI application that gunicorn serves."""

import os

from django.core.wsgi import get_wsgi_application

from config import starting

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.production")

application = starting.configured(get_wsgi_application)
if os.environ["DJANGO_SETTINGS_MODULE"] == "config.settings.production":
    starting.check_hosts()
starting.check_database()


def warm_up() -> None:
    """Read the vocabulary before the first visitor: half a second, shared by preloaded workers.

    A database that is down or empty is no reason not to start.
    """
    from django.db import DatabaseError, connections

    from cisp_map.models import FinderPage
    from cisp_map.vocabulary import current_vocabulary

    try:
        finder = FinderPage.in_french().first()
        if finder:
            current_vocabulary(finder)
    except DatabaseError:
        pass
    finally:
        connections.close_all()  # a connection must not be shared with the workers


warm_up()
