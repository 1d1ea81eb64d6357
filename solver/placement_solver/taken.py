"""What other terms have taken: which of it lies in some weeks, and how that is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

from placement_solver.words import Words

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Sequence

    from placement_solver.problem import Taken


def find_sharing(taken: Iterable[Taken], weeks: Container[int]) -> tuple[Taken, ...]:
    """Return the placements of other terms that take any of some weeks."""
    return tuple(each for each in taken if any(week in weeks for week in each.weeks))


def name_terms(codes: Iterable[str]) -> Words:
    """Say which other terms have taken something: ``taken by the other term (VT2027)``. There must be at least one."""
    named = sorted(set(codes))
    listed = ", ".join(named)
    if len(named) == 1:
        return Words(f"upptaget av en annan termin ({listed})", f"taken by the other term ({listed})")
    return Words(f"upptaget av andra terminer ({listed})", f"taken by other terms ({listed})")


def add_terms(words: Words, taken: Sequence[Taken]) -> Words:
    """Add to a sentence which other terms have taken part of what is too little, if any has."""
    if not taken:
        return words
    terms = name_terms(each.term for each in taken)
    return Words(f"{words.sv}; {terms.sv}", f"{words.en}; {terms.en}")
