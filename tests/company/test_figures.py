"""The figures of docs/student-dense.md and its Swedish twin are those of the plans that are kept."""

from __future__ import annotations

from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from placement_solver.check import check, objective_terms
from placement_solver.figures.environments import weigh_environments
from placement_solver.problem import by_week
from placement_solver.words import Words
from tests.company.measured import kept

if TYPE_CHECKING:
    from tests.company.measured import Measured

pytestmark = [pytest.mark.no_cover, pytest.mark.one_database]

DOCS = Path(__file__).parents[2] / "docs"
HEADS = Words(
    "| Vikter | I sällskap | Enheters veckor med flera yrken | Täta | Udda | Restid, minuter | Utan plats | Gap |",
    "| Weights | In company | Units' weeks with several professions | Dense | Odd | Travel, minutes | Unplaced | Gap |",
)
NAMES = {
    "off": Words("båda av", "both off"),
    "interprofessional": Words("`interprofessional` 4", "`interprofessional` 4"),
    "pairs": Words("`pairs` 10", "`pairs` 10"),
    "both": Words("`interprofessional` 4, `pairs` 10", "`interprofessional` 4, `pairs` 10"),
}


@cache
def plans() -> dict[str, Measured]:
    return kept()


def row(name: str) -> Words:
    """Write a plan's figures as a line of the table."""
    plan = plans()[name]
    figures, terms = weigh_environments(plan.problem, plan.placements), objective_terms(plan.problem, plan.placements)
    objective = sum(terms.values())
    together, several, odd = figures.together_share, figures.interprofessional_share, figures.odd_share
    assert together is not None
    assert several is not None
    assert odd is not None
    cells = (
        f"{together:.1%} | {several:.1%} | {figures.dense} | {odd:.1%} of {figures.paired} | {terms['travel']:,} | "
        f"{len(plan.problem.requests) - len(plan.placements)} | {(objective - plan.bound) / objective:.2%}"
    )
    swedish = cells.replace(",", " ").replace(".", ",").replace("%", " %").replace(" of ", " av ")
    return Words(f"| {NAMES[name].sv} | {swedish} |", f"| {NAMES[name].en} | {cells} |")


def test_the_plans_keep_every_rule_and_cost_no_less_than_what_is_proven() -> None:
    for plan in plans().values():
        assert check(plan.problem, plan.placements) == ()
        assert plan.bound <= sum(objective_terms(plan.problem, plan.placements).values())


def test_each_weight_gives_what_it_asks_for() -> None:
    off, company, pairs = (
        weigh_environments(plans()[name].problem, plans()[name].placements)
        for name in ("off", "interprofessional", "pairs")
    )
    assert company.together > off.together
    assert pairs.odd < off.odd


@pytest.mark.parametrize("language", ["en", "sv"])
def test_the_pages_show_the_figures_of_the_plans(language: str) -> None:
    page = {"en": DOCS / "student-dense.md", "sv": DOCS / "sv" / "studenttata-miljoer.md"}[language]
    lines = [getattr(words, language) for words in (HEADS, *map(row, NAMES))]
    table = "\n".join([lines[0], "|---|---|---|---|---|---|---|---|", *lines[1:]])
    assert table in page.read_text(), f"the page should have\n\n{table}"


def test_the_pages_say_how_many_units_have_room_for_one_alone() -> None:
    problem = plans()["off"].problem
    places: defaultdict[str, list[int]] = defaultdict(lambda: [0] * problem.term.weeks)
    for offer in problem.capacities:
        for week, more in enumerate(by_week(offer.places, problem.term.weeks)):
            places[offer.unit][week] += more
    alone = sum(max(those) == 1 for those in places.values())
    assert f"{len(problem.requests)} requests at {len(problem.units)} units" in (DOCS / "student-dense.md").read_text()
    assert f"Of the {len(places)} units that offer places {alone} never" in (DOCS / "student-dense.md").read_text()
    swedish = (DOCS / "sv" / "studenttata-miljoer.md").read_text()
    assert f"{len(problem.requests)} begäranden vid {len(problem.units)} enheter" in swedish
    assert f"Av de {len(places)} enheter som erbjuder platser tar {alone} aldrig" in swedish
