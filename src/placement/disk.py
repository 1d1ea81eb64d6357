"""Disk: whether there is room to write where the database is, found out by writing something that changes nothing."""

from __future__ import annotations

import errno
import os
import time
from pathlib import Path
from tempfile import TemporaryFile
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

from placement.database import open_session
from placement.errors import DiskFullError

TRUST_SECONDS = 5.0
"""A disk that had room is not written to again for so long, however often somebody asks."""
_PROBE = bytes(65_536)
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_had_room: WeakKeyDictionary[Engine, float] = WeakKeyDictionary()


def hold_roomy(engine: Engine) -> None:
    """Find out that a database's disk has room.

    Raises:
        DiskFullError: it has none.
        UnavailableError: the database does not answer.

    """
    if time.monotonic() - _had_room.get(engine, -TRUST_SECONDS) < TRUST_SECONDS:
        return
    if engine.dialect.name == "sqlite":
        _write_beside(Path(engine.url.database or ""))
    else:
        _write_within(engine)
    _had_room[engine] = time.monotonic()


def _write_beside(database: Path) -> None:
    """Write to the folder of a file; the file itself may be another writer's just now."""
    try:
        with TemporaryFile(dir=database.parent) as probe:
            probe.write(_PROBE)
            probe.flush()
            os.fsync(probe.fileno())
    except OSError as error:
        if error.errno in _FULL:
            raise DiskFullError from error
        # Any other refusal, such as a folder that only the database's own files may be in, says nothing of the room.


def _write_within(engine: Engine) -> None:
    """Let the server write where it keeps its tables."""
    with open_session(engine) as session:
        session.connection().exec_driver_sql("CREATE TEMPORARY TABLE probe ON COMMIT DROP AS SELECT 1 AS probed")
