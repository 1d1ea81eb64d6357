"""A small county in a database, with nothing ordered: what workers are tried on."""

from __future__ import annotations

from placement.database import engine_for, open_session
from placement.demo.build import build_term


def fill(url: str) -> str:
    """Write the county into an empty database, and return its term."""
    engine = engine_for(url)
    with open_session(engine) as session:
        term = build_term(session, "thirtieth", seed=1).id
    engine.dispose()
    return term
