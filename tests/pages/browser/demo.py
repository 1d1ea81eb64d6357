"""A demo of the small scale, planned and published, and links that let a browser in as each role."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.in_force.publishing import publish
from placement.planning.runs import start_run
from placement.signing_in.links import make_link
from placement.tables import (
    Organisation,
    OrganisationKind,
    Placement,
    ProviderKind,
    Run,
    RunMode,
    RunStatus,
    Term,
    Unit,
)
from tests.api.serving import COMMAND

LONGEST_RUN = 120
"""The seconds after which a run that was to take ten counts as lost."""


@dataclass(frozen=True)
class Demo:
    """A served demo: the address of its database, and where it answers."""

    url: str
    address: str

    def link(self, role: Role) -> str:
        """Return an address that signs a browser in as somebody of a role, who has something to see."""
        with _session(self.url) as session:
            _, secret = make_link(session, SYSTEM, {"role": role, "label": role.value, **_home_of(session, role)})
        return f"{self.address}/sign-in/links/{secret}"

    def plan_again(self) -> None:
        """Mend the plan in force in a run of its own, so that there is one to publish."""
        with _session(self.url) as session:
            term = session.exec(select(Term)).one()
            run = start_run(session, SYSTEM, term.id, 10, mode=RunMode.REPAIR).id
        ends = time.monotonic() + LONGEST_RUN
        while time.monotonic() < ends:
            with _session(self.url) as session:
                if session.exec(select(Run.status).where(Run.id == run)).one() is RunStatus.SUCCEEDED:
                    return
            time.sleep(0.2)
        message = f"{run} has not ended after {LONGEST_RUN} s"
        raise AssertionError(message)


@contextmanager
def _session(url: str) -> Iterator[Session]:
    engine = engine_for(url)
    with open_session(engine) as session:
        yield session
    engine.dispose()


def plan_demo(url: str, scale: str = "small", seconds: int = 20) -> None:
    """Make the demo with its command, and publish its plan."""
    environment = os.environ | {"PLACEMENT_DATABASE_URL": url}
    subprocess.run(
        [COMMAND, "demo", "--scale", scale, "--time-limit", str(seconds)],
        env=environment,
        check=True,
        capture_output=True,
    )
    with _session(url) as session:
        run = session.exec(select(Run)).one()
        publish(session, SYSTEM, run.term_id, run.id, "CKU")


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
