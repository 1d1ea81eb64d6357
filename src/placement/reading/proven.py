"""What is proven about a plan, said without terms of art."""

from __future__ import annotations

from placement.printed.pages import LANGUAGES, say_number
from placement_solver.words import Words

_LEAST_SHOWN = 0.01
"""Per cent: a smaller gap is told as this much, so that none is told as nothing."""


def say_proven(gap: float) -> Words:
    """Say how much better another plan could be; ``gap`` is the share of the objective that may remain to win."""
    if not gap:
        return Words(
            "Planen är bevisat bäst: ingen annan plan kan kosta mindre med de vikter som gäller.",
            "The plan is proven best: no other plan can cost less with the weights that apply.",
        )
    share = max(100 * gap, _LEAST_SHOWN)
    sv, en = (say_number(share, 2, language=language) for language in LANGUAGES)
    return Words(f"Ingen plan kan vara mer än {sv} % bättre.", f"No plan can be more than {en}% better.")
