"""The map shows what is known of each municipality, and tells what is not known from nothing."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlmodel import Session, select

from placement.callers import Role
from placement.tables import PlanDocument
from placement_api.pages.maps import CLASSES, classes_of, drawing
from tests.effort import drawn_by_hypothesis, has_long_form
from tests.pages.browsing import text_of
from tests.pages.conftest import Browse

MAP = "/terms/VT2027/map"
FIGURES = {
    "fairness": {
        "homes": [
            {"name": "org_city", "requests": 40, "placed": 31},
            {"name": "outside", "requests": 12, "placed": 6},
        ],
        "providers": [{"provider": "org_city", "kind": "municipality", "offered": 50, "placed": 20, "used": 0.4}],
    }
}


@pytest.fixture
def reported(store: Session) -> None:
    """The run of the small county has a report with figures of its one municipality."""
    for document in store.exec(select(PlanDocument)).all():
        document.report = {**(document.report or {}), **FIGURES}
    store.commit()


@pytest.mark.usefixtures("reported")
def test_a_municipality_has_its_figures_and_what_is_not_priced_is_unknown(browse: Browse) -> None:
    page = browse().get(f"{MAP}?run=run_a")
    assert page.status_code == 200, page.text
    said = text_of(page)
    assert "Stockholm 9 40 50 40.0% –" in said
    assert "6 of those without a place live outside the county." in said


@pytest.mark.one_database
@pytest.mark.usefixtures("reported")
@pytest.mark.parametrize(
    ("shown", "figure"), [("need", "Stockholm: 9"), ("fill", "Stockholm: 40%"), ("worth", "Stockholm: –")]
)
def test_the_map_shows_one_figure_at_a_time(browse: Browse, shown: str, figure: str) -> None:
    page = browse().get(f"{MAP}?run=run_a&show={shown}&sort=name")
    assert f"<title>{figure}" in page.text.replace(" %", "%")
    assert "Danderyd: –" in page.text


@pytest.mark.one_database
def test_before_a_run_the_page_says_so_and_what_to_do_next(browse: Browse) -> None:
    said = text_of(browse(language="sv").get("/terms/HT2031/map"))
    assert "Terminen är inte planerad än, så det finns inget att visa." in said
    assert "Starta en körning" in said


@pytest.mark.one_database
@pytest.mark.parametrize("role", [role for role in Role if role is not Role.COORDINATOR])
def test_only_a_coordinator_sees_the_map(browse: Browse, role: Role) -> None:
    assert browse(role).get(MAP).status_code == 403


def test_each_municipality_is_drawn_once_within_the_drawing() -> None:
    drawn = drawing()
    assert len({area.code for area in drawn.areas}) == 26
    assert all(0 < area.x < drawn.width and 0 < area.y < drawn.height for area in drawn.areas)


@has_long_form("100 maps", "10,000 maps")
@drawn_by_hypothesis(100, 10_000)
@given(st.dictionaries(st.text("0123456789", min_size=4, max_size=4), st.none() | st.integers(0, 60), max_size=26))
def test_a_higher_figure_is_never_in_a_lower_class_and_only_nothing_is_in_the_first(
    figures: dict[str, int | None],
) -> None:
    classes, bounds = classes_of(figures)
    assert set(classes) == {code for code, figure in figures.items() if figure is not None}
    assert all(0 <= found < CLASSES for found in classes.values())
    assert all((figures[code] == 0) == (found == 0) for code, found in classes.items())
    ranked = sorted(classes, key=lambda code: figures[code] or 0)
    assert all(classes[one] <= classes[other] for one, other in pairwise(ranked))
    assert max(classes.values(), default=0) <= len(bounds)
