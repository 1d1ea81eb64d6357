"""The catalogue of rules, docs/rules.md: every rule and wish in words, with its source.

Run ``python -m placement_solver.catalogue > docs/rules.md`` to write it; a test fails while page and code disagree.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from placement_solver.rules import RULES, Admission, Limit
from placement_solver.wishes import WISHES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from placement_solver.rules import Rule
    from placement_solver.wishes import Wish

OPENING = """# Regler och önskemål · Rules and wishes

Sidan är skriven av koden (`python -m placement_solver.catalogue > docs/rules.md`); ändra den där.
This page is written by the code (`python -m placement_solver.catalogue > docs/rules.md`); change it there.

En plan får inte bryta någon regel. Önskemål som inte uppfylls kostar, och planen med lägst kostnad är bäst.
A plan may break no rule. Wishes that are not met cost, and the plan that costs least is the best.
"""


def render() -> str:
    """Return the page as Markdown."""
    return "\n".join(
        [
            OPENING,
            "## Regler · Rules\n",
            *(line for rule in RULES for line in _tell(rule, _kind(rule))),
            "## Önskemål · Wishes\n",
            *(line for wish in WISHES for line in _tell(wish, "Term i målvärdet · Term of the objective")),
        ]
    )


def _kind(rule: Rule) -> str:
    """Name the kind of a rule."""
    admission, limit = isinstance(rule, Admission), isinstance(rule, Limit)
    if admission and limit:
        return "Villkor för varje placering, och gräns · Condition on each placement, and limit"
    if admission:
        return "Villkor för varje placering · Condition on each placement"
    if limit:
        return "Gräns för en knapp resurs · Limit on a scarce resource"
    return "Mellan en students placeringar · Between one student's placements"


def _tell(entry: Rule | Wish, kind: str) -> Iterator[str]:
    source = entry.source
    yield f"### `{entry.key}`\n"
    yield f"**{entry.name.sv}** · {entry.meaning.sv}\n"
    yield f"**{entry.name.en}** · {entry.meaning.en}\n"
    yield f"- {kind}"
    yield f"- Källa · Source: {source.title} ({source.publisher}, {source.year})\n"


if __name__ == "__main__":
    sys.stdout.write(render())
