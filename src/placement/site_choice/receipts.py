"""Receipts: what each student is told about the turn: the number, what was open, what was got, and why."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from placement.callers import Caller, Role
from placement.nouns import joined
from placement.register.students import known_as
from placement.site_choice.measuring import priorities_of, priority_of, quotas_of
from placement.site_choice.rounds import own_round
from placement.store.access import FIRST, Page, Span, found, page_of
from placement.store.batches import read_in_batches
from placement.store.protection import alone
from placement.tables import Site, SitePriority, SiteRound, SiteRoundStatus, SiteTurn, Student
from placement_solver.site_choice.turns import Priority, shared
from placement_solver.words import Words

_ORDINALS = (
    Words("första", "first"),
    Words("andra", "second"),
    Words("tredje", "third"),
    Words("fjärde", "fourth"),
    Words("femte", "fifth"),
    Words("sjätte", "sixth"),
)


@dataclass(frozen=True, slots=True)
class ReceiptRecord:
    """A student's receipt: the turn, the names of what it mentions, and the words; the pseudonym for the lärosäte."""

    turn: SiteTurn
    external_id: str | None
    site_name: str
    open_sites: tuple[str, ...]
    priority: SitePriority | None
    words: Words


def list_receipts(
    session: Session, by: Caller, round_id: str, *, external_id: str | None = None, span: Span = FIRST
) -> Page[ReceiptRecord]:
    """List the receipts of a drawn round in the order of the turns, optionally one by pseudonym, where it is shown.

    A round that is not drawn has none.
    """
    row = own_round(session, by, round_id)
    query = select(SiteTurn).where(col(SiteTurn.round_id) == row.id)
    if external_id is not None:
        query = query.join(Student, col(Student.id) == col(SiteTurn.student_id)).where(known_as(by, external_id))
    page = page_of(session, query.order_by(col(SiteTurn.place), col(SiteTurn.number)), span)
    return Page(_Told(session, by, row).records(page.rows), page.total)


def show_receipt(session: Session, by: Caller, round_id: str, student_id: str) -> ReceiptRecord:
    """Show one student's receipt."""
    row = own_round(session, by, round_id)
    turn = found(session.get(SiteTurn, (row.id, student_id)), student_id)
    return _Told(session, by, row).records([turn])[0]


def receipt_of(session: Session, by: Caller, turn: SiteTurn) -> ReceiptRecord:
    """Return the receipt of a turn that need not be stored yet, as its student would read it."""
    row = own_round(session, by, turn.round_id)
    return _Told(session, by, row, turn).records([turn])[0]


def receipts_of(session: Session, by: Caller, student_id: str) -> list[ReceiptRecord]:
    """Return the receipts of a student in the rounds whose outcome has been decided."""
    decided = col(SiteRound.status) == SiteRoundStatus.DECIDED
    query = select(SiteTurn.round_id).join(SiteRound, col(SiteRound.id) == SiteTurn.round_id)
    rounds = session.exec(query.where(SiteTurn.student_id == student_id, decided).order_by(col(SiteRound.id)))
    return [show_receipt(session, by, round_id, student_id) for round_id in rounds]


class _Told:
    """The receipts of one round, in words."""

    def __init__(self, session: Session, by: Caller, row: SiteRound, *new: SiteTurn) -> None:
        self._session = session
        self._by = by
        sites = [quota.site_id for quota in quotas_of(session, [row.id])[row.id]]
        names = dict(session.exec(select(col(Site.id), col(Site.name)).where(col(Site.id).in_(sites))).all())
        self._names: Mapping[str, str] = {site: names[site] for site in sites}
        self._classes = {each.id: each for each in priorities_of(session, [row.id])[row.id]}
        turns = [*session.exec(select(SiteTurn).where(col(SiteTurn.round_id) == row.id)).all(), *new]
        self._turns = {turn.student_id: alone(session, turn) for turn in turns}
        drawn = [turn.number for turn in turns if not turn.late]
        self._drawn = max(len(drawn), *drawn, 0)  # where somebody is hidden, a number can be higher than their count

    def records(self, turns: Sequence[SiteTurn]) -> list[ReceiptRecord]:
        """Return the receipts of some turns."""
        own: dict[str, str] = {}
        if self._by.role is Role.INSTITUTION:
            query = select(col(Student.id), col(Student.external_id))
            own = dict(read_in_batches(self._session, query, Student.id, (turn.student_id for turn in turns)))
        return [
            ReceiptRecord(
                turn,
                own.get(turn.student_id),
                self._names[turn.site_id],
                self._open(turn),
                self._classes.get(turn.priority_id or ""),
                _in_one(self._sentences(turn)),
            )
            for turn in (self._turns[each.student_id] for each in turns)
        ]

    def _sentences(self, turn: SiteTurn) -> list[Words]:
        """Say in order what number the student had, whose turn it was, what was not open, and what was got."""
        told = [self._number(turn), *self._pair(turn), *self._priority(turn)]
        if turn.rank is None:
            told.append(
                Words(
                    "Du hade inte skickat någon rangordning. Därför kom du efter alla som hade gjort det, och fick "
                    "den ort som hade flest platser kvar.",
                    "You had sent no ranking. You therefore came after all who had, and got the site with the most "
                    "places left.",
                )
            )
        told += self._not_open(turn)
        told.append(self._got(turn))
        if turn.left_on is not None:
            told.append(
                Words(
                    f"Du har lämnat programmet {turn.left_on}, och platsen är ledig.",
                    f"You left the programme on {turn.left_on}, and the place is vacant.",
                )
            )
        return told

    def _number(self, turn: SiteTurn) -> Words:
        if turn.late:
            return Words(
                f"Du kom till efter lottningen och fick numret efter det högsta, {turn.number}.",
                f"You came after the draw and got the number after the highest, {turn.number}.",
            )
        return Words(
            f"Ditt nummer var {turn.number} av {self._drawn}.", f"Your number was {turn.number} of {self._drawn}."
        )

    def _pair(self, turn: SiteTurn) -> list[Words]:
        """Say by which number a pair came, and whether it stayed together."""
        if turn.partner_id is None:
            return []
        worse = max(turn.number, self._turns[turn.partner_id].number)
        told = [
            Words(
                f"Ni valde som par, och ett par väljer efter det högre av sina två nummer: {worse}.",
                f"You chose as a pair, and a pair chooses by the higher of its two numbers: {worse}.",
            )
        ]
        if turn.apart:
            told.append(
                Words(
                    "När det blev er tur hade ingen ort plats för er båda. Därför valde ni en i taget.",
                    "When your turn came no site had room for you both. You therefore chose one by one.",
                )
            )
        return told

    def _priority(self, turn: SiteTurn) -> list[Words]:
        """Say what a granted priority did; of a pair's two, what both have is all that counts."""
        own = self._granted(turn)
        if own is None:
            return []
        partner = self._turns.get(turn.partner_id or "")
        common = own if partner is None else shared([own, self._granted(partner)])
        had = self._had(turn, own)
        if common is None:
            return [
                Words(
                    f"{had.sv}, men ett par har bara den förtur som båda har, och ni hade ingen gemensam.",
                    f"{had.en}, but a pair has only the priority that both have, and you had none in common.",
                )
            ]
        if common.sites is None:
            return [
                Words(
                    f"{had.sv} och fick välja före alla utan förtur.",
                    f"{had.en} and chose before all without priority.",
                )
            ]
        return [self._to_certain_sites(turn, had, self._ordered(common.sites), narrowed=common.sites != own.sites)]

    def _to_certain_sites(self, turn: SiteTurn, had: Words, sites: Sequence[str], *, narrowed: bool) -> Words:
        """Say what priority to certain sites did, of which a pair may have fewer than the student alone."""
        if narrowed:
            where = self._listed(sites)
            had = Words(
                f"{had.sv}, men ett par har bara den förtur som båda har: ni hade företräde till {where.sv}",
                f"{had.en}, but a pair has only the priority that both have: you had priority to {where.en}",
            )
        many = turn.partner_id is not None
        if turn.by_priority:
            return Words(
                f"{had.sv} och fick välja där före alla utan förtur.",
                f"{had.en} and chose there before all without priority.",
            )
        return Words(
            f"{had.sv}, men där fanns ingen plats för {'er båda' if many else 'dig'}. "
            f"Därför valde {'ni efter ert' if many else 'du efter ditt'} nummer.",
            f"{had.en}, but no place was open to you {'both ' if many else ''}there. "
            "You therefore chose by your number.",
        )

    def _granted(self, turn: SiteTurn) -> Priority | None:
        granted = self._classes.get(turn.priority_id or "")
        return None if granted is None else priority_of(granted)

    def _had(self, turn: SiteTurn, own: Priority) -> Words:
        """Begin the sentence about a student's own priority."""
        granted = self._classes[turn.priority_id or ""]
        if own.sites is None:
            return Words(f"Du hade förtur ({granted.name_sv})", f"You had priority ({granted.name_en})")
        where = self._listed(self._ordered(own.sites))
        return Words(
            f"Du hade företräde till {where.sv} ({granted.name_sv})",
            f"You had priority to {where.en} ({granted.name_en})",
        )

    def _not_open(self, turn: SiteTurn) -> list[Words]:
        """Say why the sites that were ranked before the one that was got were not open."""
        before = turn.ranking[: turn.rank - 1] if turn.rank is not None else []
        together = turn.partner_id is not None and not turn.apart
        full = [site for site in before if site in turn.full_sites]
        closed = [site for site in before if site in turn.closed_sites]
        told = []
        if others := [site for site in before if site not in full and site not in closed]:
            where = self._listed(others)
            told.append(
                Words(
                    f"Företrädet gällde inte {where.sv}, som du hade rangordnat högre.",
                    f"The priority was not for {where.en}, which you had ranked higher.",
                )
            )
        if full:
            where, both = self._listed(full), " för er båda" if together else ""
            told.append(
                Words(
                    f"När det blev {'er' if together else 'din'} tur fanns ingen plats{both} kvar i {where.sv}.",
                    f"When your turn came no place{' for you both' if together else ''} was left in {where.en}.",
                )
            )
        if closed:
            where = self._listed(closed)
            needed = self._listed(self._open(turn))
            told.append(
                Words(
                    f"Det fanns platser i {where.sv}, men de som var kvar att välja behövdes i {needed.sv}, som ska "
                    "ha ett minsta antal studenter.",
                    f"There were places in {where.en}, but those still to choose were needed in {needed.en}, which "
                    "are to have a least number of students.",
                )
            )
        return told

    def _got(self, turn: SiteTurn) -> Words:
        """Say which site was got, and which of the wishes it was."""
        name = self._names[turn.site_id]
        if turn.rank is None:
            return Words(f"Du fick {name}.", f"You got {name}.")
        if turn.rank > len(_ORDINALS):
            return Words(
                f"Du fick {name}, ditt val nummer {turn.rank}.", f"You got {name}, your choice number {turn.rank}."
            )
        which = _ORDINALS[turn.rank - 1]
        return Words(f"Du fick {name}, ditt {which.sv} val.", f"You got {name}, your {which.en} choice.")

    def _open(self, turn: SiteTurn) -> tuple[str, ...]:
        """Return the sites that were neither full nor closed."""
        return tuple(site for site in self._names if site not in {*turn.full_sites, *turn.closed_sites})

    def _ordered(self, sites: Collection[str]) -> list[str]:
        """Return sites in the order of the round."""
        return [site for site in self._names if site in sites]

    def _listed(self, sites: Iterable[str]) -> Words:
        return joined([Words(self._names[site], self._names[site]) for site in sites])


def _in_one(sentences: Sequence[Words]) -> Words:
    """Put sentences after each other."""
    return Words(" ".join(each.sv for each in sentences), " ".join(each.en for each in sentences))
