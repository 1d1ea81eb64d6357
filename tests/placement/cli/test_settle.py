"""``placement settle``: a half-year is settled for every agreement in a shell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from placement.database import engine_for
from placement.settlement import drawing
from placement.tables import PlacementStatus
from tests.placement.cli.conftest import Placement
from tests.placement.settlement.market import Market, day


@pytest.fixture
def market(migrated_own: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Market]:
    """The commands' database: a market with one agreement, and placements."""
    monkeypatch.setattr(drawing, "today", lambda: day("2027-08-20"))
    engine = engine_for(f"sqlite:///{migrated_own}")
    with Session(engine) as session:
        market = Market(session)
        market.agree("town", 98_001)
        market.place("home", "2027-W05", 5)
        market.place("ward", "2027-W05", 2)
        session.commit()
        yield market
    engine.dispose()


@pytest.mark.usefixtures("market")
def test_a_half_year_is_settled_and_settled_again(placement: Placement) -> None:
    told = placement("settle", "2027-H1", "--by", "Bo Ek", "--lang", "sv")
    assert (told.exit_code, told.stderr) == (0, "")
    assert told.stdout.splitlines() == [
        "Avräkningar för januari–juni 2027: 1, varav rättelser: 0. Oförändrade avtal: 0.",
        "Studentveckor: 5 planerade, 5 genomförda.",
        "Att betala: 4900,05 SEK.",
        "Studentveckor som aldrig har haft något avtal, och inte står i någon avräkning: 2.",
    ]
    again = placement("settle", "2027-H1").stdout.splitlines()
    assert again[0] == "Statements for January–June 2027: 0, of which corrections: 0. Unchanged agreements: 1."
    assert not any("never had" in line for line in placement("settle", "2026-H2").stdout.splitlines())


def test_a_correction_that_takes_back_is_told_with_a_minus(market: Market, placement: Placement) -> None:
    kept = market.place("home", "2027-W06", 1)
    market.session.commit()
    placement("settle", "2027-H1")
    kept.status, kept.weeks_done = PlacementStatus.FAILED, 0
    market.session.commit()
    assert "To be paid: -980.01 SEK." in placement("settle", "2027-H1").stdout.splitlines()


@pytest.mark.usefixtures("market")
def test_what_is_no_half_year_is_refused_in_words(placement: Placement) -> None:
    refused = placement("settle", "vt2027")
    assert refused.exit_code != 0
    assert "a half-year is written such as 2027-H1" in refused.stderr
