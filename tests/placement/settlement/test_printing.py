"""A statement is printed line by line unless it is very long, and to an operator as its own part."""

from __future__ import annotations

import pytest

from placement.settlement import printing
from placement.settlement.printing import print_statement
from tests.placement.settlement.market import OPERATOR, PROVIDER, Market


def test_a_long_statement_refers_to_its_sheet(market: Market, monkeypatch: pytest.MonkeyPatch) -> None:
    agreement = market.agree("town", 98_000)
    for _ in range(2):
        market.place("home", "2027-W05", 5)
    statement = market.settle()[agreement]
    assert "pla_" in print_statement(market.session, PROVIDER, statement.id, "sv")
    monkeypatch.setattr(printing, "MOST_LINES", 1)
    html = print_statement(market.session, PROVIDER, statement.id, "sv")
    assert "pla_" not in html
    assert "2 rader. De finns i kalkylbladet." in " ".join(html.split())
    assert "9 800,00 kr" in html.replace("\N{NO-BREAK SPACE}", " ")


def test_who_runs_a_unit_prints_its_own_part(market: Market) -> None:
    agreement = market.agree("town", 98_000)
    market.place("home", "2027-W05", 5)
    market.place("villa", "2027-W05", 1)
    statement = market.settle()[agreement]
    html = print_statement(market.session, OPERATOR, statement.id, "en").replace("\N{NO-BREAK SPACE}", " ")
    assert "only the units that you run" in html
    assert "SEK 980.00" in html
    assert "SEK 5,880.00" not in html
    assert statement.sha256 not in html
