"""A county that is backed up, what its tables hold, and backups that somebody has changed."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine

from placement.database import engine_for
from placement.errors import PlacementError, UnavailableError
from placement.keeping import files
from placement.keeping.backups import Made, make_backup
from placement.keeping.contents import Contents, measure, tables_of
from placement.keeping.files import written_to
from placement.keeping.refusals import BackupError
from placement.keeping.restoring import restore_backup
from placement.keys import Keys, new_key
from placement.tables import Municipality

KEY = new_key()
KEYS = Keys([KEY])
HANDED_OVER = {"run", "delivery", "event"}
"""The tables in which a restore changes rows: what was under way is handed back."""


@dataclass
class Place:
    """A county whose run is under way and whose webhook is being sent to, and somewhere to put its backups."""

    url: str
    folder: Path
    engine: Engine

    def backup(self, **how: Any) -> Made:  # noqa: ANN401 (as make_backup takes)
        return make_backup(self.engine, self.folder, KEYS, **how)


def contents(engine: Engine) -> dict[str, Contents]:
    """What every table holds."""
    with engine.connect() as connection:
        return {name: measure(connection, table) for name, table in tables_of(connection).items()}


def of(url: str) -> dict[str, Contents]:
    """What every table at an address holds."""
    engine = engine_for(url)
    try:
        return contents(engine)
    finally:
        engine.dispose()


def new_municipality(code: str) -> Municipality:
    return Municipality(code=code, name="Nyort", lat=59.3, lon=18.1, population=1_000, in_county=True)


def refusal(place: Place, path: Path, url: str, keys: Keys = KEYS, *, replace: bool = True) -> PlacementError:
    """Put a backup back in place of a county, and hold that nothing has changed."""
    before = contents(place.engine)
    with pytest.raises((BackupError, UnavailableError)) as refused:
        restore_backup(url, path, keys, replace=replace)
    assert contents(place.engine) == before
    assert "\n" not in refused.value.en + refused.value.sv
    return refused.value


def sealed(path: Path, source: Path, change: Callable[[str, bytes], bytes | None], keys: Keys = KEYS) -> Path:
    """Copy a backup, with what ``change`` makes of each part, and seal it as the holder of the keys."""
    with zipfile.ZipFile(source) as old, written_to(path, keys, encrypt=False) as new:
        for name in old.namelist():
            if (part := change(name, old.read(name))) is not None:
                new.writestr(name, part)
    return path


def told(path: Path, source: Path, **changed: object) -> Path:
    """Copy a backup with another manifest, sealed as ours."""

    def change(name: str, part: bytes) -> bytes:
        return json.dumps({**json.loads(part), **changed}).encode() if name == files.MANIFEST else part

    return sealed(path, source, change)
