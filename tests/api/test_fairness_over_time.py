"""Two terms over HTTP: what the first costs each student gives points and changes the second, as the guides say."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from placement import clock
from placement.callers import Role
from placement.database import engine_for
from placement.fairness import accounts, ledger
from placement.running import worker
from tests.api.carrying import FORMULA, County, Figures
from tests.api.conftest import Connect
from tests.api.entering import make_up
from tests.api.parties import Party, token_of
from tests.effort import only_in_long_form
from tests.placement.solving_here import SolverHere

pytestmark = pytest.mark.no_cover

DOCS = Path(__file__).parents[2] / "docs"
GUIDES = (DOCS / "fairness-over-time.md", DOCS / "sv" / "rattvisa-over-tid.md")
WEIGHT, MUCH = 10, 100
MOMENT = dt.datetime(2026, 12, 1, 9, tzinfo=dt.UTC)


@pytest.fixture
def county(connect: Connect, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[County]:
    """The small made-up county on 1 December 2026, and its coordinator."""
    monkeypatch.setattr(worker, "SolverProcess", SolverHere)
    for module in (clock, ledger, accounts):
        monkeypatch.setattr(module, "now", lambda: MOMENT)
    url = make_up(tmp_path / "county.sqlite3", "small")
    client, engine = connect(url), engine_for(url)
    yield County(Party(client, token_of(engine, Role.COORDINATOR, label="Eva Ek")), engine)
    engine.dispose()


@only_in_long_form
def test_what_the_first_term_cost_changes_the_second_as_the_guides_say(county: County) -> None:
    spring, by = county.find_spring(), county.by
    by.enter("/v1/burden-formulas", FORMULA)
    county.publish("spring", county.run("spring"))
    county.open_autumn(spring)
    off = county.run("autumn")
    points = county.points(off)
    most = {student for student, own in points.items() if own >= MUCH}
    on = county.run("autumn", weights={"carriedBurden": WEIGHT})
    before, after = county.figures(off, most), county.figures(on, most)
    assert after.carried < before.carried
    assert after.placed == before.placed

    student = max(sorted(points), key=lambda each: points[each])
    shown = by.get(f"/v1/students/{student}/ledger")
    (ahead,) = [each for each in shown["points"] if each["termId"] == county.terms["autumn"]]
    assert ahead["points"] == points[student] == by_hand(shown["terms"])
    own = urlsplit(by.ask("POST", "/v1/student-pages", 201, {"studentId": student}).json()["url"]).path
    told = by.http.get(own, headers={"Accept": "text/html", "Accept-Language": "sv"})
    assert f"<strong>{points[student]}</strong>" in told.text

    drafted = by.get(f"/v1/runs/{on}/shares")
    county.publish("autumn", on)
    trend = by.get("/v1/shares")["items"]
    assert [each["termCode"] for each in trend] == ["VT2027", "HT2027"]
    assert trend[1] == drafted == by.get(f"/v1/terms/{county.terms['autumn']}/shares")
    assert [each["termCode"] for each in by.get(f"/v1/students/{student}/ledger")["terms"]][-1] == "VT2027"
    in_both = figures_of(points, most, before, after)
    in_both |= {each["figure"]: each["evenPermille"] for each in trend[0]["evenness"]}
    for guide in GUIDES:
        assert figures_in(guide) == in_both, guide.name
        (shown_formula,) = re.findall(r"```json\n(.*?)```", guide.read_text(encoding="utf-8"), re.DOTALL)
        assert json.loads(shown_formula) == FORMULA


def by_hand(terms: list[dict[str, Any]]) -> int:
    """Compute the points of a student's only term again, from what the API shows and the formula."""
    (term,) = terms
    given = {"longWeeks": "longWeek", "weeksAway": "weekAway", "unmetWishes": "unmetWish", "lateNotices": "lateNotice"}
    points = sum(term[counted] * FORMULA[each] for counted, each in given.items())
    return int(min(FORMULA["mostPerTerm"], points))


def figures_of(points: dict[str, int], most: set[str], before: Figures, after: Figures) -> dict[str, int]:
    """Return what the guides' table says, by the marks of its rows."""
    rows = {
        "placed": (before.placed, after.placed),
        "minutes": (before.minutes, after.minutes),
        "most-placed": (before.most_placed, after.most_placed),
        "most-mean": (before.most_minutes // before.most_placed, after.most_minutes // after.most_placed),
        "most-long": (before.most_long, after.most_long),
    }
    counts = {"students": len(points), "with-points": sum(own > 0 for own in points.values())}
    counts |= {"most": len(most), "most-asked": before.most_asked, "highest": max(points.values())}
    for name, (off, on) in rows.items():
        counts |= {f"{name}-off": off, f"{name}-on": on}
    return counts


def figures_in(guide: Path) -> dict[str, int]:
    """Return the figures that a guide marks, such as ``<!-- placed-off -->372``."""
    marked = re.findall(r"<!-- ([a-z-]+) -->([0-9][0-9 ,\u00a0]*)", guide.read_text(encoding="utf-8"))
    return {name: int(re.sub(r"\D", "", number)) for name, number in marked}
