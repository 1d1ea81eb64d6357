"""The figures in the guides are those of Umeå's and Linköping's rounds, drawn with the seed that the guides name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from placement_solver.lottery import in_order_of_the_draw
from placement_solver.site_choice.optimum import Comparison, Tally, compare
from placement_solver.site_choice.quotas import Kind, Quota, scale
from placement_solver.site_choice.turns import Entrant, allocate
from tests.api.site_choice.programmes import drawn_rankings
from tests.api.site_choice.test_real_rounds import LINKOPING, LINKOPING_QUOTAS, UMEA, UMEA_QUOTAS

DOCS = Path(__file__).parents[3] / "docs"
ROUNDS = (("Umeå", 100, UMEA, UMEA_QUOTAS, 2027), ("Linköping", 108, LINKOPING, LINKOPING_QUOTAS, 7))
SEED = "example"
WORDS = {
    "site-rounds.md": (
        ("Round", "First choice", "Second", "Third", "Fourth", "Sum of ranks"),
        ("the rule", "the optimum"),
        (
            "In {name}'s round the rule costs {cost} in the sum of ranks. In the optimum {gain} students get a better "
            "choice, {lose} a worse one and {same} the same."
        ),
    ),
    "sv/studieortsval.md": (
        ("Val", "Första valet", "Andra", "Tredje", "Fjärde", "Summa av ranger"),
        ("regeln", "det bästa utfallet"),
        (
            "I {name}s val kostar regeln {cost} i summan av ranger. I det bästa utfallet får {gain} studenter ett "
            "bättre val, {lose} ett sämre och {same} samma."
        ),
    ),
}


def compared(students: int, wanted: dict[str, int], quotas: list[dict[str, Any]], seed: int) -> Comparison:
    """Draw a round with the seed of the guides, and compare it with its optimum."""
    rankings = drawn_rankings([f"uni-{number:04}" for number in range(1, students + 1)], wanted, seed)
    drawn = in_order_of_the_draw(SEED, rankings)
    entrants = [Entrant(student, number, tuple(rankings[student])) for number, student in enumerate(drawn, start=1)]
    read = [Quota(each["siteId"], Kind(each["kind"]), each.get("number"), each.get("floor", 0)) for each in quotas]
    rooms = scale(read, students)
    return compare(entrants, allocate(entrants, rooms), rooms)


def line(name: str, by: str, tally: Tally) -> str:
    return f"| {name}, {by} | {' | '.join(map(str, tally.choices))} | {tally.total_rank} |"


@pytest.mark.parametrize("guide", WORDS)
def test_the_figures_in_the_guides_are_true(guide: str) -> None:
    heads, (rule, best), sentence = WORDS[guide]
    table = [f"| {' | '.join(heads)} |", f"|{'---|' * len(heads)}"]
    told = []
    for name, students, wanted, quotas, seed in ROUNDS:
        found = compared(students, wanted, quotas, seed)
        table += [line(name, rule, found.rule), line(name, best, found.optimum)]
        cost = found.rule.total_rank - found.optimum.total_rank
        told.append(sentence.format(name=name, cost=cost, gain=found.gain, lose=found.lose, same=found.same))
    figures = (DOCS / guide).read_text().split("<!-- figures -->\n\n")[1].split("\n\n<!-- /figures -->")[0]
    assert figures == "\n".join([*table, "", " ".join(told)])
