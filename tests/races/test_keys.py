"""A call with a key has its effect once, however many copies come at once and wherever the server dies."""

from __future__ import annotations

from functools import partial

import httpx
import pytest
from sqlmodel import Session, col, func, select

from placement.callers import Role
from placement.database import engine_for
from placement.tables import Unit
from tests.api.matrix.places import UNIT
from tests.api.world import World
from tests.effort import has_long_form, tries
from tests.races.crowds import Crowd, served_to
from tests.races.killing import DIE

pytestmark = pytest.mark.no_cover

KEYS, COPIES = tries(5, 500, every_case=8), 10
DEATHS = tries(1, 20)
DYING = "tests.races.killing:create_dying_app"


def name_of(number: int) -> str:
    return f"Enhet {number} av många"


def enter(crowd: Crowd, number: int, **headers: str) -> httpx.Response:
    """Enter a unit with the key of its number."""
    body = {**UNIT, "name": name_of(number)}
    return crowd.call(0, "POST", "/v1/units", body, idempotency_key=f"key-{number}", **headers)


def entered(url: str) -> int:
    """Count the units that have been entered."""
    engine = engine_for(url)
    with Session(engine) as session:
        number = session.exec(select(func.count()).where(col(Unit.name).like("Enhet % av många"))).one()
    engine.dispose()
    return number


@has_long_form("5 keys in 10 copies each", "500 keys in 10 copies each")
def test_ten_copies_of_each_call_have_one_effect_and_one_answer(settled: tuple[str, World], backend: str) -> None:
    url, world = settled
    tokens = [world.tokens[Role.COORDINATOR]]  # a coordinator shares no key with another
    waited = 0
    with served_to(url, tokens, processes=1 if backend == "sqlite" else 2) as crowd:
        for number in range(KEYS):
            told = crowd.rush([partial(enter, crowd, number)] * COPIES)
            assert {answer.status_code for answer in told} <= {201, 409}
            good = [answer for answer in told if answer.status_code == 201]
            for answer in told:
                if answer.status_code == 409:
                    assert answer.json()["type"] == "/problems/in-progress"
                    assert answer.headers["Retry-After"]
                    waited += 1
            assert sum("Idempotency-Replayed" not in answer.headers for answer in good) == 1
            again = enter(crowd, number)
            assert {answer.content for answer in (*good, again)} == {good[0].content}
            other = crowd.call(0, "POST", "/v1/units", {**UNIT, "name": "En annan"}, idempotency_key=f"key-{number}")
            assert (other.status_code, other.json()["type"]) == (422, "/problems/key-reused")
    assert entered(url) == KEYS
    assert backend == "postgresql" or waited == 0  # one writer at a time: a copy has waited for the first


@has_long_form("the server dies once between effect and answer", "the server dies 20 times between effect and answer")
def test_a_call_whose_server_dies_before_the_answer_is_answered_by_the_next_one_and_has_one_effect(
    settled: tuple[str, World],
) -> None:
    url, world = settled
    tokens = [world.tokens[Role.COORDINATOR]]
    for number in range(DEATHS):
        with pytest.raises(httpx.HTTPError), served_to(url, tokens, app=DYING) as crowd:
            enter(crowd, number, **{DIE: "now"})
        assert entered(url) == number + 1
        with served_to(url, tokens, app=DYING) as crowd:
            again = enter(crowd, number)
        assert (again.status_code, again.headers["Idempotency-Replayed"]) == (201, "true")
        assert again.json()["name"] == name_of(number)
        assert entered(url) == number + 1
