"""Asking: who makes the call of a line of the permission matrix, so that it is let in."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import Engine

from placement.callers import SYSTEM, Role
from placement.database import open_session
from placement.store.tokens import create_seeing_token
from tests.api.lines import Line
from tests.api.world import World

Asking = Callable[..., dict[str, str]]


def asking_in(engine: Engine, world: World) -> Asking:
    """Return the headers of who makes each line's call: the first role that it lets in, nobody if it is public.

    Where no role is let in, it is our lärosäte with the right to see protected students.
    """
    with open_session(engine) as session:
        seeing = f"Bearer {create_seeing_token(session, SYSTEM, 'org_ki')}"

    def headers(line: Line, **sent: str) -> dict[str, str]:
        if line.public:
            return sent
        role = next((role for role in Role if line.lets_in(role)), None)
        return {"Authorization": seeing, **sent} if role is None else world.by(role, **sent)

    return headers
