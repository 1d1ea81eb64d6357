"""Compiling: a process that tests compiles a statement once, and not anew for each of its thousands of databases.

SQLAlchemy keeps what it has compiled by engine and dialect. Each test has an engine of its own, so that a fifth of the
tests' time would go into compiling the same statements again. Here all engines of a kind of database share the dialect
of the first of them that has met its server, and a cache.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.util import LRUCache

from placement import database

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Engine

MOST = 5_000
"""So many compiled statements are kept for each kind of database."""
_shared: dict[str, Dialect] = {}
_compiled: dict[str, LRUCache[Any, Any]] = {}


def install() -> None:
    """Let the engines that the service makes in this process share what is compiled."""
    names = vars(database)
    make = names["create_engine"]

    def make_sharing(*given: Any, **options: Any) -> Engine:  # noqa: ANN401 (as SQLAlchemy's)
        engine: Engine = make(*given, **options)
        if "json_serializer" in options:  # those without write documents in another way
            _share(engine)
        return engine

    names["create_engine"] = make_sharing


def _share(engine: Engine) -> None:
    """Let an engine share what is compiled; the first of its kind lends the others its dialect once it is connected."""
    kind = engine.dialect.name
    if kind in _shared:
        engine.dialect = _shared[kind]
    else:
        dialect = engine.dialect
        event.listen(engine, "connect", lambda *_: _shared.setdefault(kind, dialect), once=True)
    engine.update_execution_options(compiled_cache=_compiled.setdefault(kind, LRUCache(MOST)))
