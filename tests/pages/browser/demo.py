"""A demo of the small scale, planned and published, and links that let a browser in as each role."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.in_force.publishing import publish
from placement.signing_in.links import make_link
from placement.tables import Organisation, OrganisationKind, Placement, ProviderKind, Run, Unit
from tests.api.serving import COMMAND

_FIRST = 1


@dataclass(frozen=True)
class Demo:
    """A served demo: the address of its database, and where it answers."""

    url: str
    address: str

    def link(self, role: Role) -> str:
        """Return an address that signs a browser in as somebody of a role, who has something to see."""
        engine = engine_for(self.url)
        with open_session(engine) as session:
            _, secret = make_link(session, SYSTEM, {"role": role, "label": role.value, **_home_of(session, role)})
        engine.dispose()
        return f"{self.address}/sign-in/links/{secret}"


def plan_small_demo(url: str) -> None:
    """Make the demo with its command, and publish its plan."""
    environment = os.environ | {"PLACEMENT_DATABASE_URL": url}
    subprocess.run(
        [COMMAND, "demo", "--scale", "small", "--time-limit", "20"], env=environment, check=True, capture_output=True
    )
    engine = engine_for(url)
    with open_session(engine) as session:
        run = session.exec(select(Run)).one()
        publish(session, SYSTEM, run.term_id, run.id, "CKU")
    engine.dispose()


def _home_of(session: Session, role: Role) -> dict[str, Any]:
    """Return the organisation or the unit of a role that has the most placements."""
    placed = select(Placement.unit_id).order_by(col(Placement.id))
    unit = session.exec(
        select(Unit)
        .join(Organisation, col(Organisation.id) == Unit.provider_id)
        .where(col(Unit.id).in_(placed), col(Organisation.provider_kind) == ProviderKind.MUNICIPALITY)
        .order_by(Unit.name)
    ).first()
    assert unit is not None
    institution = session.exec(
        select(Organisation).where(Organisation.kind == OrganisationKind.INSTITUTION, Organisation.external_id == "KI")
    ).one()
    match role:
        case Role.INSTITUTION | Role.STUDENT:
            return {"organisation": institution.id}
        case Role.PROVIDER:
            return {"organisation": unit.provider_id}
        case Role.UNIT | Role.SUPERVISOR:
            return {"unit": unit.id}
        case _:
            return {}
