"""Wishes: what students ask for in an open round, entered by their lärosäte; the last that is sent counts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlmodel import Session, col, select

from placement import nouns
from placement.callers import Caller
from placement.clock import now, today
from placement.errors import ConflictError, Fault, InvalidError, no_such
from placement.nouns import joined
from placement.register.writing import Writer, writing
from placement.site_choice.measuring import priorities_of, quotas_of
from placement.site_choice.rounds import closed_for_changes, own_round
from placement.store.access import FIRST, Page, Span, conflict, found, page_of
from placement.store.batches import read_in_batches
from placement.store.protection import alone
from placement.tables import Site, SitePriority, SiteRound, SiteRoundStatus, SiteWish, Student
from placement.vocabulary import Named
from placement_solver.words import Words


class PairStatus(Named):
    """Whether a wish to be placed together is one of two: each names the other, and both rank alike."""

    NONE = "none", "inget parönskemål", "no wish for a pair"
    ONE_SIDED = (
        "one-sided",
        "inget par ännu: den andra studenten har inte angett denna student",
        "no pair yet: the other student has not named this student",
    )
    DIFFERENT = (
        "different-rankings",
        "inget par ännu: de två har olika rangordning och måste lämna samma",
        "no pair yet: the two rank differently and must send the same ranking",
    )
    PAIR = "pair", "ett par", "a pair"


@dataclass(frozen=True, slots=True)
class WishRecord:
    """A wish with the rank of the priority that it claims, and what has become of the wish for a pair.

    ``warning`` tells one who claims priority to certain sites but ranks another first what the priority will do.
    """

    wish: SiteWish
    priority_rank: int | None
    pair: PairStatus
    warning: Words | None


def list_wishes(session: Session, by: Caller, round_id: str, *, span: Span = FIRST) -> Page[WishRecord]:
    """List the wishes in a round by student."""
    row = own_round(session, by, round_id)
    query = select(SiteWish).where(col(SiteWish.round_id) == row.id).order_by(col(SiteWish.student_id))
    page = page_of(session, query, span)
    return Page(records(session, row, page.rows), page.total)


def show_wish(session: Session, by: Caller, round_id: str, student_id: str) -> WishRecord:
    """Show a student's wish in a round."""
    row = own_round(session, by, round_id)
    return records(session, row, [_wish(session, row, student_id)])[0]


def find_wish(session: Session, by: Caller, round_id: str, student_id: str) -> WishRecord | None:
    """Return a student's wish in a round; None if the student, who is the caller's, has sent none."""
    row = own_round(session, by, round_id)
    standing = _sent(session, row, [student_id])
    if not standing:
        found(_in_cohort(session, row, [student_id]).get(student_id), student_id)
        return None
    return records(session, row, standing)[0]


def send_wish(session: Session, by: Caller, round_id: str, student_id: str, given: Mapping[str, Any]) -> WishRecord:
    """Enter a student's wish in place of any that was sent before."""
    row = own_round(session, by, round_id, lock=True)
    found(_in_cohort(session, row, [student_id]).get(student_id), student_id)
    with writing(session, by) as writer:
        WishBook(writer, row, [student_id, given.get("partner_id") or ""]).send(student_id, given)
    return show_wish(session, by, round_id, student_id)


def withdraw_wish(session: Session, by: Caller, round_id: str, student_id: str) -> None:
    """Take back a student's wish; the student then takes part without a ranking."""
    row = own_round(session, by, round_id, lock=True)
    wish = _wish(session, row, student_id)
    refuse_unless_open(row)
    with writing(session, by) as writer:
        writer.remove(wish)


def answer_claim(session: Session, by: Caller, round_id: str, student_id: str, *, granted: bool) -> WishRecord:
    """Grant or refuse the priority that a wish claims, until the draw."""
    row = own_round(session, by, round_id, lock=True)
    wish = _wish(session, row, student_id)
    if row.status is not SiteRoundStatus.OPEN:
        raise closed_for_changes(row)
    if wish.priority_id is None:
        raise conflict("/granted", "The wish claims no priority.", "Önskemålet innehåller ingen begäran om förtur.")
    with writing(session, by) as writer:
        writer.change(wish, {"granted": granted})
    return show_wish(session, by, round_id, student_id)


def closed_because(row: SiteRound) -> ConflictError | None:
    """Return why a round takes in no wishes now: it has not opened, or is closed; None if it takes them in."""
    if row.status is not SiteRoundStatus.OPEN:
        return closed_for_changes(row)
    if not row.opens_on <= today() <= row.closes_on:
        return ConflictError(
            sv=f"Önskemål tas emot från och med {row.opens_on} till och med {row.closes_on}.",
            en=f"Wishes are taken in from {row.opens_on} to {row.closes_on}, both days included.",
        )
    return None


def refuse_unless_open(row: SiteRound) -> None:
    """Refuse wishes before a round opens and after it closes."""
    if (closed := closed_because(row)) is not None:
        raise closed


def records(session: Session, row: SiteRound, wishes: Sequence[SiteWish]) -> list[WishRecord]:
    """Return wishes with the ranks of their priorities and what has become of their pairs."""
    classes = {each.id: each for each in priorities_of(session, [row.id])[row.id]}
    names = dict(session.exec(select(col(Site.id), col(Site.name))).all())
    wishes = [alone(session, wish) for wish in wishes]
    others = {wish.student_id: wish for wish in _sent(session, row, [wish.partner_id or "" for wish in wishes])}
    return [
        WishRecord(
            wish,
            claimed.rank if claimed else None,
            PairStatus.NONE if wish.partner_id is None else pair_status(wish, others.get(wish.partner_id)),
            _warning(wish, claimed, names),
        )
        for wish in wishes
        for claimed in [classes.get(wish.priority_id or "")]
    ]


def _warning(wish: SiteWish, claimed: SitePriority | None, names: Mapping[str, str]) -> Words | None:
    """Say what priority to certain sites does for one who has ranked another site first; None for all others."""
    if claimed is None or not claimed.sites or wish.ranking[0] in claimed.sites:
        return None
    where, first = joined([Words(names[site], names[site]) for site in claimed.sites]), names[wish.ranking[0]]
    return Words(
        f"Företrädet gäller {where.sv}. Beviljas det går det före rangordningen, som har {first} först. "
        f"Den som hellre vill till {first} begär det inte.",
        f"The priority is for {where.en}. If it is granted it goes before the ranking, which has {first} first. "
        f"Those who would rather go to {first} do not claim it.",
    )


def pair_status(wish: SiteWish, other: SiteWish | None) -> PairStatus:
    """Return what has become of a wish for a pair, beside the wish of the student whom it names."""
    if other is None or other.partner_id != wish.student_id:
        return PairStatus.ONE_SIDED
    return PairStatus.PAIR if other.ranking == wish.ranking else PairStatus.DIFFERENT


def faults_in_ranking(ranking: Sequence[str], sites: Mapping[str, str]) -> list[Fault]:
    """Say which sites are unknown, named twice or missing from a ranking; ``sites`` has their names by id."""
    faults = []
    for place, site in enumerate(ranking):
        if site not in sites:
            faults.append(no_such(f"/ranking/{place}", nouns.SITE, nouns.IN_THE_ROUND))
        elif site in ranking[:place]:
            faults.append(Fault(f"/ranking/{place}", "the site is named twice", "orten nämns två gånger"))
    if lacking := [name for site, name in sites.items() if site not in ranking]:
        told = ", ".join(lacking)
        faults.append(
            Fault(
                "/ranking", f"rank every site; these are missing: {told}", f"rangordna alla orter; det saknas: {told}"
            )
        )
    return faults


def _wish(session: Session, row: SiteRound, student_id: str) -> SiteWish:
    """Return a student's wish; one that was not sent is not found."""
    return found(next(iter(_sent(session, row, [student_id])), None), student_id)


def _sent(session: Session, row: SiteRound, students: Iterable[str]) -> list[SiteWish]:
    query = select(SiteWish).where(col(SiteWish.round_id) == row.id)
    return read_in_batches(session, query, SiteWish.student_id, students)


def _in_cohort(session: Session, row: SiteRound, students: Iterable[str]) -> dict[str, Student]:
    query = select(Student).where(col(Student.cohort_id) == row.cohort_id)
    return {student.id: student for student in read_in_batches(session, query, Student.id, students)}


class WishBook:
    """The one place where wishes are written, over one round and the students who are named."""

    def __init__(self, writer: Writer, row: SiteRound, students: Iterable[str]) -> None:
        self._writer = writer
        self._session = writer.session
        self._round = row
        self._student_ids = set(students)

    def send(self, student_id: str, given: Mapping[str, Any]) -> bool | None:
        """Enter a wish in place of the one before; tell whether that changed anything, and None if it is the first.

        The answer to a claim stays as long as the same priority is claimed.
        """
        faults = [*self._faults_in_people(student_id, given), *faults_in_ranking(given["ranking"], self._sites)]
        rank = given.get("priority_rank")
        priority = self._priorities.get(rank) if rank is not None else None
        if rank is not None and priority is None:
            faults.append(no_such("/priority_rank", nouns.SITE_PRIORITY, nouns.IN_THE_ROUND))
        if faults:
            raise InvalidError(*faults)
        values: dict[str, Any] = {
            "ranking": list(given["ranking"]),
            "priority_id": None if priority is None else priority.id,
            "partner_id": given.get("partner_id"),
        }
        standing = self._standing.get(student_id)
        if standing is not None and all(getattr(standing, name) == value for name, value in values.items()):
            return False
        refuse_unless_open(self._round)
        if standing is None:
            self._writer.add(SiteWish(round_id=self._round.id, student_id=student_id, **values))
            return None
        if standing.priority_id != values["priority_id"]:
            values["granted"] = None
        self._writer.change(standing, {**values, "sent_at": now()})
        return True

    def _faults_in_people(self, student_id: str, given: Mapping[str, Any]) -> list[Fault]:
        partner = given.get("partner_id")
        faults = []
        if student_id not in self._students:
            faults.append(no_such("/student_id", nouns.STUDENT, nouns.IN_THE_COHORT))
        if partner == student_id:
            faults.append(
                Fault("/partner_id", "a pair is two students: name another", "ett par är två studenter: ange en annan")
            )
        elif partner is not None and partner not in self._students:
            faults.append(no_such("/partner_id", nouns.STUDENT, nouns.IN_THE_COHORT))
        return faults

    @cached_property
    def _students(self) -> Mapping[str, Student]:
        return _in_cohort(self._session, self._round, self._student_ids)

    @cached_property
    def _standing(self) -> Mapping[str, SiteWish]:
        return {wish.student_id: wish for wish in _sent(self._session, self._round, self._student_ids)}

    @cached_property
    def _sites(self) -> Mapping[str, str]:
        ids = [quota.site_id for quota in quotas_of(self._session, [self._round.id])[self._round.id]]
        names = dict(self._session.exec(select(col(Site.id), col(Site.name)).where(col(Site.id).in_(ids))).all())
        return {site: names[site] for site in ids}

    @cached_property
    def _priorities(self) -> Mapping[int, SitePriority]:
        return {each.rank: each for each in priorities_of(self._session, [self._round.id])[self._round.id]}
