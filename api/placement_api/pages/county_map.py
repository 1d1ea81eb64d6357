"""The map of the municipalities: where those without a place live, how full the offers are, what one more is worth."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import APIRouter, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from placement.reading.drafts import told_run
from placement.reading.municipal_needs import CountyNeeds, MunicipalNeed, show_needs
from placement.reference.facts import municipalities
from placement.register import terms
from placement_api.pages.frame import show
from placement_api.pages.maps import classes_of, drawing
from placement_api.pages.readers import Coordinator
from placement_api.pages.terms import TermCode
from placement_api.transactions import Transaction

router = APIRouter(include_in_schema=False, tags=["planning"])

Shown = Literal["need", "fill", "worth"]
_NONE = CountyNeeds((), None, None)


class MapAsked(BaseModel):
    """What the map shows, and of which run."""

    model_config = ConfigDict(extra="ignore")

    show: Shown = "need"
    run: str = Field("", max_length=64)
    sort: Shown | Literal["name"] = "need"


@router.get("/terms/{code}/map")
def show_map(
    request: Request, store: Transaction, by: Coordinator, code: TermCode, asked: Annotated[MapAsked, Query()]
) -> Response:
    """Show the county's municipalities by one figure on the map, and by all of them in the table."""
    term = terms.term_called(store, by, code)
    run = told_run(store, by, term.id, asked.run or None)
    needs = _NONE if run is None else show_needs(store, by, run.id)
    figures = {each.code: _figure(each, asked.show) for each in needs.municipalities}
    classes, bounds = classes_of(figures)
    return show(
        request,
        store,
        by,
        "map.html",
        term=term,
        asked=asked,
        run=run,
        needs=needs,
        rows=sorted(needs.municipalities, key=lambda each: _order(each, asked.sort)),
        figures=figures,
        classes=classes,
        bounds=bounds,
        drawing=drawing(),
        names={each.code: each.name for each in municipalities()},
    )


def _figure(need: MunicipalNeed, shown: str) -> float | None:
    """Return the figure that the map shows of a municipality."""
    match shown:
        case "need":
            return need.unplaced
        case "fill":
            return round(100 * need.used / need.offered) if need.offered and need.used is not None else None
        case _:
            return None if need.worth is None else round(need.worth)


def _order(need: MunicipalNeed, sort: str) -> tuple[float, str]:
    """Return what the table is sorted by: the highest figure first, what is not known last, then the name."""
    figure = None if sort == "name" else _figure(need, sort)
    return (1.0 if figure is None else -figure, need.name)
