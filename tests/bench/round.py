"""How long a whole round takes through HTTP: ``python -m tests.bench.round [county|small|…] [seconds for each run]``.

The service runs on an empty PostgreSQL database (``tests.databases`` finds or starts one). The parties enter a county
that the demo makes up; it is planned, published, answered, disrupted and repaired, as in ``tests.api.playing``.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import cast

from placement.database import migrate
from placement.demo.scales import ScaleName
from tests.api.entering import enter_county, make_up
from tests.api.parties import round_at
from tests.api.playing import play_round
from tests.bench.imports import timed
from tests.databases import first_server, ladder, new_database


def main(scale: str = "county", seconds: str = "60") -> None:
    """Play the round, and print the seconds of each step and the figures."""
    named = os.environ.get("PLACEMENT_TEST_POSTGRES_URL")
    with (
        tempfile.TemporaryDirectory() as directory,
        first_server(ladder(named)) as server,
        new_database(server) as address,
    ):
        url = address.render_as_string(hide_password=False)
        migrate(url)
        made_up = make_up(Path(directory) / "made-up.sqlite3", cast("ScaleName", scale))
        with timed(f"a round of the scale {scale}"), round_at(url) as stage:
            stage.seconds = int(seconds)
            with timed("what everybody enters"):
                county = enter_county(stage, made_up)
            print(dict(play_round(stage, county, timed)))


if __name__ == "__main__":
    main(*sys.argv[1:])
