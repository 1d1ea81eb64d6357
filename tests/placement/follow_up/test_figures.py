"""Which figures a reader is given: of which groups, and of which term."""

from __future__ import annotations

import datetime as dt

import pytest
from sqlmodel import Session

from placement.callers import Caller, Role
from placement.errors import InvalidError
from placement.follow_up.figures import Wanted, list_figures
from placement.follow_up.indicators import Grouping
from placement_api.schemas.follow_up.yearly_reports import cell_of

KI = Caller(Role.INSTITUTION, organisation="org_ki")
CITY = Caller(Role.PROVIDER, organisation="org_city")


def groups(store: Session, by: Caller, grouping: Grouping, term_id: str | None = None) -> list[str]:
    """Return the groups whose figures a caller is given."""
    return [row.id for row in list_figures(store, by, Wanted(grouping, term_id=term_id)).rows]


def test_a_term_that_is_not_there_is_a_fault(store: Session) -> None:
    with pytest.raises(InvalidError, match="there is no such term"):
        groups(store, KI, Grouping.COUNTY, "trm_none")


def test_a_larosate_reads_of_its_own_programmes_and_a_provider_of_itself(store: Session) -> None:
    assert groups(store, KI, Grouping.PROGRAMME, "trm_a") == ["prg_a"]
    assert groups(store, CITY, Grouping.PROVIDER, "trm_a") == ["org_city"]
    assert groups(store, KI, Grouping.COUNTY, "trm_a") == ["county"]


def test_a_cell_with_a_day_is_written_as_the_day() -> None:
    assert cell_of(dt.date(2027, 1, 18), "sv") == "2027-01-18"
