"""A market to settle, in August 2027."""

from __future__ import annotations

import pytest
from sqlmodel import Session

from placement.settlement import drawing
from tests.placement.settlement.market import Market, day


@pytest.fixture
def market(session: Session, monkeypatch: pytest.MonkeyPatch) -> Market:
    """A market without agreements; both half-years of 2027 have begun."""
    monkeypatch.setattr(drawing, "today", lambda: day("2027-08-20"))
    return Market(session)
