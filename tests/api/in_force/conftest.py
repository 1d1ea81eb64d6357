"""A county where two students of one course may exchange places, through the API."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from placement import clock
from placement.callers import Role
from placement.database import engine_for
from tests.api.conftest import Connect
from tests.api.exchanges import Exchanges
from tests.api.parties import token_of
from tests.databases import CopyOf
from tests.placement.exchanging import TODAY, exchange_county


@pytest.fixture
def moment(monkeypatch: pytest.MonkeyPatch) -> list[dt.datetime]:
    """The moment that it is, as the only item of a list: a test may change it."""
    present = [TODAY]
    monkeypatch.setattr(clock, "now", lambda: present[0])
    return present


@pytest.fixture
def exchanges(copy_of: CopyOf[dict[str, str]], connect: Connect, moment: list[dt.datetime]) -> Iterator[Exchanges]:
    """The county, ten days after its plan was published and before any placement has begun."""
    url, tokens = copy_of(county_with_tokens)
    engine = engine_for(url)
    yield Exchanges(connect(url), engine, tokens, moment)
    engine.dispose()


def county_with_tokens(url: str) -> dict[str, str]:
    """Store the county, and return everybody's token."""
    engine = engine_for(url)
    exchange_county(engine)
    tokens = {
        "coordinator": token_of(engine, Role.COORDINATOR, label="Eva Ek"),
        "institution": token_of(engine, Role.INSTITUTION, "org_ki", "KI"),
        "provider": token_of(engine, Role.PROVIDER, "org_city", "Stockholms stad"),
        "stranger": token_of(engine, Role.PROVIDER, "org_open", "Nacka kommun"),
        **Exchanges.unit_tokens(engine),
    }
    engine.dispose()
    return tokens
