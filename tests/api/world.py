"""A small county in which everything exists twice: ours and theirs.

Ours are the rows of ``tests.rows`` (ids ``…_a``): they belong to the lärosäte, provider and unit whose tokens
are used. Theirs (``tests.api.theirs``, ids ``…_b``) belong to another lärosäte and another provider.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx2

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.store.tokens import create_token
from placement.tables import ProtectedStudent, Row
from tests import carried, money, signed_in
from tests.api import decided, drafts, followers, learners, swapping, theirs
from tests.rows import small_world

OUR_INSTITUTION, OUR_PROVIDER, OUR_UNIT = "org_ki", "org_city", "unt_a"


@dataclass(frozen=True)
class World:
    """The token of each role on our side."""

    tokens: dict[Role, str]

    def by(self, role: Role | str, **headers: str) -> dict[str, str]:
        """Return the headers of a call by someone on our side."""
        return {"Authorization": f"Bearer {self.tokens[Role(role)]}", **headers}


def row_in(answer: httpx2.Response) -> dict[str, Any]:
    """Return the row in the answer to a change, without what the change makes impossible."""
    return {name: value for name, value in answer.json().items() if not name.startswith("impossible")}


def rows() -> list[Row]:
    """Return every row of the county."""
    return [
        *(row for row in small_world() if not isinstance(row, ProtectedStudent)),  # nobody is hidden in it
        *theirs.rows(),
        *learners.rows(),
        *decided.rows(),
        *swapping.rows(),
        *followers.rows(),
        *money.statement("b", "agr_b"),
        *carried.pages_of_institutions(),
        *signed_in.links_of_providers(),
    ]


def settle(url: str) -> World:
    """Fill a migrated database with the county."""
    engine = engine_for(url)
    with open_session(engine) as session:
        session.add_all(rows())
    with open_session(engine) as session:
        decided.draft(session)
    with open_session(engine) as session:
        drafts.draft(session)
    with open_session(engine) as session:
        tokens = {
            role: create_token(
                session,
                SYSTEM,
                role,
                organisation={
                    Role.INSTITUTION: OUR_INSTITUTION,
                    Role.STUDENT: OUR_INSTITUTION,
                    Role.PROVIDER: OUR_PROVIDER,
                }.get(role),
                unit=OUR_UNIT if role in {Role.UNIT, Role.SUPERVISOR} else None,
            )
            for role in Role
        }
    engine.dispose()
    return World(tokens)
