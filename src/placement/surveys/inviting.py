"""Inviting: who is asked in a round, in which group the answer will be reported, and the links by which they answer.

Nobody is told who has answered, nor is it written down when: an invitation only says that its link has been used.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, false, update
from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.clock import today
from placement.errors import ConflictError
from placement.store.access import PARTIES, allow, found
from placement.store.tokens import digest, new_secret
from placement.tables import (
    Action,
    Audience,
    AuditEntry,
    Course,
    Organisation,
    Placement,
    PlacementStatus,
    Programme,
    ProviderKind,
    Request,
    RoundStatus,
    Student,
    SurveyGroup,
    SurveyInvitation,
    SurveyRound,
    Term,
    Unit,
)

OVER = (PlacementStatus.COMPLETED, PlacementStatus.FAILED, PlacementStatus.DROPPED_OUT)
"""The statuses of a placement that somebody has been at, whatever the calendar says."""
UNDER_WAY = (PlacementStatus.PUBLISHED, PlacementStatus.ACCEPTED)
"""The statuses of a placement that counts once its last week is over."""
_LINKS = "survey_links"


@dataclass(frozen=True, slots=True)
class Link:
    """A link to hand on: for whom it is, and its secret, which is shown only now."""

    invitation: SurveyInvitation
    student_id: str | None
    external_id: str | None
    name_sv: str | None
    secret: str


def invite(session: Session, asked: SurveyRound, audience: Audience, term: Term) -> int:
    """Invite those whom a round concerns, each in its group; return how many they are."""
    if audience is Audience.MUNICIPALITIES:
        return _invite_municipalities(session, asked)
    return _invite_students(session, asked, term)


def _invite_municipalities(session: Session, asked: SurveyRound) -> int:
    """Invite the county's municipalities, all in one group: each gives a single answer."""
    theirs = select(Organisation.id).where(
        Organisation.provider_kind == ProviderKind.MUNICIPALITY, col(Organisation.in_county)
    )
    ids = session.exec(theirs.order_by(col(Organisation.id))).all()
    group = SurveyGroup(round_id=asked.id, invited=len(ids))
    invitations = [SurveyInvitation(round_id=asked.id, group_id=group.id, organisation_id=each) for each in ids]
    session.add_all([group, *invitations])
    return len(ids)


def _invite_students(session: Session, asked: SurveyRound, term: Term) -> int:
    """Invite the students of the placements of a term that are over, once for each placement."""
    rows = session.exec(
        select(Placement, Unit, Programme)
        .join(Request, col(Request.id) == Placement.request_id)
        .join(Course, col(Course.id) == Request.course_id)
        .join(Programme, col(Programme.id) == Course.programme_id)
        .join(Unit, col(Unit.id) == Placement.unit_id)
        .where(Placement.term_id == term.id, col(Placement.status).in_((*OVER, *UNDER_WAY)))
        .order_by(col(Placement.id))
    )
    groups: dict[tuple[str, str], SurveyGroup] = {}
    invitations, sizes = [], Counter[str]()
    for placement, unit, programme in rows:
        if placement.status in UNDER_WAY and placement.start.plus(placement.weeks - 1).sunday() >= today():
            continue
        key = unit.id, programme.id
        group = groups.setdefault(key, _group_of(asked, unit, programme))
        sizes[group.id] += 1
        invitations.append(SurveyInvitation(round_id=asked.id, group_id=group.id, placement_id=placement.id))
    for group in groups.values():
        group.invited = sizes[group.id]
    session.add_all([*groups.values(), *invitations])
    return len(invitations)


def _group_of(asked: SurveyRound, unit: Unit, programme: Programme) -> SurveyGroup:
    """Make the group of a unit's students of a programme, with the parties as they are now."""
    return SurveyGroup(
        round_id=asked.id,
        unit_id=unit.id,
        provider_id=unit.provider_id,
        operator_id=unit.operator_id,
        programme_id=programme.id,
        institution_id=programme.institution_id,
        invited=0,
    )


def hand_out_links(session: Session, by: Caller, round_id: str, *, renew: bool = False) -> Sequence[Link]:
    """Make the links of an open round that the caller hands on, and return them; they are not shown again.

    A lärosäte hands on those of its students, a municipality its own, and a coordinator those of all municipalities.
    An invitation that has a link is passed over, unless the links are to be renewed: then the old ones stop working.
    Renewing gives everybody a new link, so that it does not tell who has answered.
    """
    allow(by, PARTIES)
    asked = found(session.get(SurveyRound, round_id, with_for_update=True), round_id)
    if asked.status is not RoundStatus.OPEN:
        raise ConflictError(sv="Omgången är inte öppen.", en="The round is not open.")
    query = (
        select(SurveyInvitation, Student, Organisation)
        .outerjoin(Placement, col(Placement.id) == SurveyInvitation.placement_id)
        .outerjoin(Request, col(Request.id) == Placement.request_id)
        .outerjoin(Student, col(Student.id) == Request.student_id)
        .outerjoin(Organisation, col(Organisation.id) == SurveyInvitation.organisation_id)
        .where(SurveyInvitation.round_id == round_id, _handed_on_by(by))
        .order_by(col(Student.external_id), col(Organisation.name_sv), col(SurveyInvitation.id))
    )
    if not renew:
        query = query.where(col(SurveyInvitation.secret_sha256).is_(None))
    rows: Iterable[tuple[SurveyInvitation, Student | None, Organisation | None]] = session.exec(query)  # outer joins
    links = [
        Link(
            invitation,
            None if student is None else student.id,
            None if student is None else student.external_id,
            None if organisation is None else organisation.name_sv,
            new_secret(),
        )
        for invitation, student, organisation in rows
    ]
    for link in links:
        link.invitation.secret_sha256 = digest(link.secret)
    _record(session, by, asked, len(links), renew=renew)
    return links


def _handed_on_by(by: Caller) -> ColumnElement[bool]:
    """Return the condition for the invitations whose links a caller hands on."""
    if by.role is Role.COORDINATOR:
        return col(SurveyInvitation.organisation_id).is_not(None)
    if by.role is Role.INSTITUTION:
        return col(Student.institution_id) == by.organisation
    return col(SurveyInvitation.organisation_id) == by.organisation


def _record(session: Session, by: Caller, asked: SurveyRound, links: int, *, renew: bool) -> None:
    """Write in the audit trail who took how many links; never which, nor a secret."""
    session.flush()
    session.add(
        AuditEntry(
            actor_token=by.token,
            actor_role=by.role,
            actor_organisation=by.organisation,
            action=Action.CHANGED if renew else Action.CREATED,
            object_type=_LINKS,
            object_id=asked.id,
            after={"links": links},
            trace=by.trace,
        )
    )


def use_link(session: Session, invitation: SurveyInvitation) -> bool:
    """Use up an invitation's link, once; tell whether it was unused until now."""
    unused = (
        update(SurveyInvitation)
        .where(col(SurveyInvitation.id) == invitation.id, col(SurveyInvitation.answered) == false())
        .values(answered=True)
    )
    return session.connection().execute(unused).rowcount == 1
