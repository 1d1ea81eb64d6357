"""What other terms have taken: which of it lies in some weeks, and how that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.words import Words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from placement_solver.problem import Taken

THIS_TERM = "this-term"
"""Takes the place of another term's code where a placement of the term itself, which is over, has taken something."""


def find_sharing(taken: Iterable[Taken], weeks: Container[int]) -> tuple[Taken, ...]:
    """Return the placements of other terms that take any of some weeks."""
    return tuple(each for each in taken if any(week in weeks for week in each.weeks))


def name_terms(codes: Iterable[str], *, partly: bool = False) -> Words:
    """Say which other terms have taken something, or part of it: ``taken by the other term (VT2027)``.

    There must be at least one.
    """
    codes = set(codes)
    named = sorted(codes - {THIS_TERM})
    listed, takers = ", ".join(named), []
    if len(named) == 1:
        takers.append(Words(f"av en annan termin ({listed})", f"by the other term ({listed})"))
    elif named:
        takers.append(Words(f"av andra terminer ({listed})", f"by other terms ({listed})"))
    if THIS_TERM in codes:
        takers.append(Words("av en placering i terminen som är avslutad", "by a placement of this term that is over"))
    part = Words("delvis ", "partly ") if partly else Words("", "")
    return Words(
        f"{part.sv}upptaget {' och '.join(each.sv for each in takers)}",
        f"{part.en}taken {' and '.join(each.en for each in takers)}",
    )


def add_terms(words: Words, taken: Sequence[Taken]) -> Words:
    """Add to a sentence which other terms have taken part of what is too little, if any has."""
    if not taken:
        return words
    terms = name_terms(each.term for each in taken)
    return Words(f"{words.sv}; {terms.sv}", f"{words.en}; {terms.en}")
