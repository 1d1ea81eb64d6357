"""Visitors: links that let a browser into the demo as each of its parties, for those who try it on their machine."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session, col, func, select

from placement.callers import SYSTEM, Role
from placement.signing_in.links import make_link
from placement.tables import Cohort, Organisation, Programme, ProviderKind, Student, Unit
from placement_solver.words import Words


def is_demo(session: Session) -> bool:
    """Tell whether a database has students, and all of them are made up."""
    real = select(Student.id).where(col(Student.synthetic).is_(False)).limit(1)
    return session.exec(select(Student.id).limit(1)).first() is not None and session.exec(real).first() is None


def links_for_visitors(session: Session) -> Iterator[tuple[Words, str]]:
    """Make links for the coordinator, the municipality with the most units and the lärosäte with the most students.

    There is one more for the lärosäte with the most students who choose their sites, if it is another one. Each comes
    as who it is for and its secret, which is shown only now.
    """
    yield Words("Samordnare (CKU)", "Coordinator (CKU)"), _link(session, Role.COORDINATOR)
    municipal = col(Organisation.provider_kind) == ProviderKind.MUNICIPALITY
    most_units = select(Organisation).join(Unit, col(Unit.provider_id) == col(Organisation.id)).where(municipal)
    most_students = select(Organisation).join(Student, col(Student.institution_id) == col(Organisation.id))
    choosing = most_students.join(Cohort, col(Cohort.id) == col(Student.cohort_id)).join(
        Programme, col(Programme.id) == col(Cohort.programme_id)
    )
    most_choosing = choosing.where(col(Programme.decentralised))
    linked = set[str]()
    for role, belonging in (
        (Role.PROVIDER, most_units),
        (Role.INSTITUTION, most_students),
        (Role.INSTITUTION, most_choosing),
    ):
        query = belonging.group_by(col(Organisation.id)).order_by(func.count().desc(), col(Organisation.id))
        if (largest := session.exec(query).first()) is not None and largest.id not in linked:
            linked.add(largest.id)
            yield Words(largest.name_sv, largest.name_en), _link(session, role, largest.id)


def _link(session: Session, role: Role, organisation: str | None = None) -> str:
    """Make a link, and return its secret."""
    return make_link(session, SYSTEM, {"role": role, "organisation": organisation, "label": "demo"})[1]
