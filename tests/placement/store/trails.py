"""Made-up entries of the audit trail, for tests of the chain."""

from __future__ import annotations

from random import Random
from typing import Any

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.store import chain
from placement.store.erasing import erase_payloads
from placement.tables import Action

COORDINATOR = Caller(Role.COORDINATOR, token="t-cku", trace="4bf92f3577b34da6a3ce929d0e0e4736")
ERASED = (7, 8, 9, 21)
TOLD = 41
"""The number of the entry that tells of the erasure."""
LAST = 49


def entry(number: int, people: list[str] | None = None, **values: Any) -> dict[str, Any]:  # noqa: ANN401 (any column)
    """Return the values of an entry that is unlike its neighbours."""
    return {
        "actor_token": f"t-{number}",
        "actor_role": Role.PROVIDER,
        "actor_organisation": "org_city",
        "action": Action.CHANGED,
        "object_type": "unit",
        "object_id": f"unt_{number}",
        "before": {"name": f"Åsa\u2028{number}", "max": number, "share": 0.1 * number},
        "after": {"name": "Öster", "max": None, "list": [1, "två", {"tre": 3}]},
        "people": people,
        "trace": None,
        **values,
    }


def write_trail(session: Session) -> None:
    """Write entries in several transactions, and erase what some of them say."""
    draw = Random(14)

    def write(first: int) -> None:
        chain.put(session, [entry(number, [f"stu_{draw.randrange(9)}"]) for number in range(first, first + 8)])
        session.commit()

    for first in range(1, TOLD, 8):
        write(first)
    erase_payloads(session, COORDINATOR, ERASED, "two years have passed")
    session.commit()
    write(TOLD + 1)
