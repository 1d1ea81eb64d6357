"""Judging: whether two placements may be exchanged in the term as it is now, and the refusal if they may not."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import ConflictError, Fault
from placement.in_force.swaps.exchanges import Exchange, Ground
from placement.in_force.swaps.parties import Party
from placement.planning.broken import Broken
from placement.register.names import Names
from placement.tables import Term
from placement_solver.faults import InvalidProblem
from placement_solver.words import Words


def judge(session: Session, by: Caller, parties: Sequence[Party]) -> Exchange:
    """Judge the exchange of two placements in the term as it is now.

    Raises a conflict in a term that is no valid problem; what is wrong with it, a coordinator is told.
    """
    one, other = parties
    term = session.get_one(Term, one.placement.term_id)
    try:
        return Ground(session, term, parties).exchange(one, other)
    except InvalidProblem as error:
        wrong = [fault.words for fault in error.faults] if by.role is Role.COORDINATOR else []
        names = Names(session, by, texts=wrong)
        told = [names.put_in(words) for words in wrong]
        raise ConflictError(
            sv="Bytet kan inte prövas förrän samordnaren har rättat terminens uppgifter.",
            en="The swap cannot be judged until the coordinator has corrected the term's data.",
            faults=[Fault("", words.en, words.sv) for words in told],
        ) from error


def refuse_broken(session: Session, by: Caller, exchange: Exchange, pointers: Mapping[str, str]) -> None:
    """Refuse an exchange after which a placement breaks a rule: each is told, with the names that the caller knows."""
    broken = [(pointers[placement], each) for placement, rules in exchange.broken.items() for each in rules]
    if not broken:
        return
    names = Names(session, by, texts=(each.why for _, each in broken))
    raise ConflictError(
        sv="Bytet bryter mot en regel.",
        en="The swap breaks a rule.",
        faults=[_told(pointer, each, names.put_in(each.why)) for pointer, each in broken],
    )


def _told(pointer: str, broken: Broken, why: Words) -> Fault:
    """Tell one broken rule."""
    assert broken.name is not None  # noqa: S101 (only what a reader may not know has no name)
    return Fault(
        pointer, f"breaks the rule “{broken.name.en}”: {why.en}", f"bryter mot regeln ”{broken.name.sv}”: {why.sv}"
    )
