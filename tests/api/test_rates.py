"""Whoever calls too often is told to wait, by token or by address, and stops nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import anyio
import httpx2
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st
from starlette.types import Message, Receive, Scope, Send
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from placement.callers import Caller, Role
from placement.settings import Settings
from placement_api import transactions
from placement_api.buckets import Buckets
from placement_api.door.turns import LONG
from placement_api.rates import UNLIMITED, RateLimits, Rates, address_in, is_dear
from tests.api.conftest import Connect
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import drawn_by_hypothesis, has_long_form

pytestmark = pytest.mark.one_database
WRONG = {"Authorization": "Bearer plc_" + "0" * 16 + "_" + "x" * 43}
Limited = Callable[..., "Clock"]


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.seconds = 1_000.0

    def __call__(self) -> float:
        return self.seconds


@pytest.fixture
def limited(app: FastAPI) -> Iterator[Limited]:
    """Limit how often the application may be called, by a clock of the test's own."""
    before = app.state.rates

    def limit(calls: int = 0, dear: int = 0, wrong: int = 0) -> Clock:
        clock = Clock()
        settings = Settings(calls_per_minute=calls, dear_calls_per_minute=dear, wrong_tokens_per_minute=wrong)
        app.state.rates = Rates(settings, clock)
        return clock

    yield limit
    app.state.rates = before


def statuses(client: TestClient, number: int, path: str = "/v1/terms", **sent: dict[str, str]) -> list[int]:
    return [client.get(path, **sent).status_code for _ in range(number)]  # type: ignore[arg-type]


def test_who_calls_too_often_is_told_to_wait_and_may_call_again_then(
    client: TestClient, world: World, limited: Limited
) -> None:
    clock = limited(calls=6)
    client.get("/v1/terms", headers=world.by("provider"))  # from now on the token is known
    assert statuses(client, 6, headers=world.by("provider")) == [200] * 6
    refused = client.get("/v1/terms", headers=world.by("provider", **{"Accept-Language": "sv"}))
    assert refused.status_code == 429
    assert refused.headers["Content-Type"] == "application/problem+json"
    assert (refused.json()["type"], refused.json()["title"]) == ("/problems/too-often", "För många anrop")
    assert refused.json()["detail"] == "Du anropar för ofta. Försök igen om 10 s."
    assert refused.headers["Retry-After"] == "10"
    assert refused.headers["RateLimit-Policy"] == '"calls";q=6;w=60'
    assert refused.headers["RateLimit"] == '"calls";r=0;t=60'
    assert refused.headers["X-Content-Type-Options"] == "nosniff"
    clock.seconds += 9.9
    assert statuses(client, 1, headers=world.by("provider")) == [429]
    clock.seconds += 0.1
    assert statuses(client, 2, headers=world.by("provider")) == [200, 429]
    assert statuses(client, 1, headers=world.by("institution")) == [200]


def test_an_answer_tells_how_many_calls_are_left(client: TestClient, world: World, limited: Limited) -> None:
    limited(calls=60, dear=2)
    client.get("/v1/terms", headers=world.by("provider"))
    answer = client.get("/v1/terms", headers=world.by("provider"))
    assert answer.headers["RateLimit"] == '"calls";r=59;t=1'
    dear = client.get("/v1/units/sheet?format=csv", headers=world.by("provider"))
    assert dear.headers["RateLimit-Policy"] == '"calls";q=60;w=60, "dear-calls";q=2;w=60'
    assert dear.headers["RateLimit"] == '"calls";r=58;t=2, "dear-calls";r=1;t=30'


def test_without_limits_nothing_is_refused_and_no_header_speaks_of_them(
    client: TestClient, world: World, limited: Limited
) -> None:
    limited()
    answers = [client.get("/v1/units/sheet?format=csv", headers=world.by("provider")) for _ in range(20)]
    assert {answer.status_code for answer in answers} == {200}
    assert not {name for name in answers[0].headers if name.startswith("ratelimit")}
    assert statuses(client, 20, headers=WRONG) == [401] * 20


def test_dear_calls_run_out_before_the_others(client: TestClient, world: World, limited: Limited) -> None:
    limited(calls=100, dear=2)
    client.get("/v1/terms", headers=world.by("provider"))
    sheet = "/v1/units/sheet?format=csv"
    assert statuses(client, 3, sheet, headers=world.by("provider")) == [200, 200, 429]
    assert statuses(client, 3, headers=world.by("provider")) == [200] * 3
    assert statuses(client, 1, sheet, headers=world.by("institution")) == [200]


def test_wrong_tokens_are_counted_by_address_and_stop_nobody_whose_token_is_known(
    client: TestClient, world: World, limited: Limited, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = limited(wrong=3)
    assert statuses(client, 1, headers=world.by("provider")) == [200]
    assert statuses(client, 3, headers=WRONG) == [401] * 3

    def reached(*_: object) -> None:
        pytest.fail("a refusal needs no database")

    with monkeypatch.context() as patched:
        patched.setattr(transactions, "read_session", reached)
        patched.setattr(transactions, "open_session", reached)
        many = [{"Authorization": f"Bearer plc_{'0' * 16}_{digit * 43}"} for digit in "abcdefgh"]
        assert [client.get("/v1/terms", headers=headers).status_code for headers in many] == [429] * 8
    assert statuses(client, 2, headers=world.by("provider")) == [200] * 2
    clock.seconds += 20
    assert statuses(client, 2, headers=WRONG) == [401, 429]


def test_calls_without_a_token_are_counted_as_wrong_and_open_ones_are_not(client: TestClient, limited: Limited) -> None:
    limited(wrong=2)
    assert statuses(client, 5, "/v1/api-info", headers={"Cookie": "a=b"}) == [200] * 5
    assert statuses(client, 2) == [401] * 2
    assert statuses(client, 1, headers=WRONG) == [429]


def test_a_right_token_is_not_counted_as_wrong_whatever_it_is_answered(
    client: TestClient, world: World, limited: Limited
) -> None:
    limited(wrong=1)
    for role in (Role.STUDENT, Role.SUPERVISOR, Role.AUDITOR):
        assert statuses(client, 2, "/v1/webhooks", headers=world.by(role)) == [403] * 2
    assert statuses(client, 2, "/v1/units/none_such", headers=world.by("institution")) == [404] * 2


def test_nobody_uses_up_the_calls_of_another_by_its_tokens_id(
    client: TestClient, world: World, limited: Limited
) -> None:
    limited(calls=3)
    client.get("/v1/terms", headers=world.by("provider"))
    own = world.tokens[Role.PROVIDER]
    forged = {"Authorization": f"Bearer {own[:-1]}{'A' if own[-1] != 'A' else 'B'}"}
    assert statuses(client, 4, headers=forged) == [401, 401, 429, 429]
    assert statuses(client, 3, headers=world.by("provider")) == [200] * 3


def test_both_secrets_of_a_rotated_token_share_its_calls(client: TestClient, world: World, limited: Limited) -> None:
    made = client.post("/v1/tokens", json={}, headers=world.by("provider")).json()
    new = client.post(f"/v1/tokens/{made['id']}/rotations", headers=world.by("provider")).json()
    limited(calls=4)
    old, other = ({"Authorization": f"Bearer {each['token']}"} for each in (made, new))
    assert statuses(client, 1, headers=old) + statuses(client, 1, headers=other) == [200, 200]
    assert statuses(client, 2, headers=old) + statuses(client, 3, headers=other) == [200, 200, 200, 200, 429]


def test_a_token_that_stops_working_is_no_longer_known(client: TestClient, world: World, limited: Limited) -> None:
    made = client.post("/v1/tokens", json={}, headers=world.by("provider")).json()
    limited(wrong=2)
    own = {"Authorization": f"Bearer {made['token']}"}
    assert statuses(client, 1, headers=own) == [200]
    client.delete(f"/v1/tokens/{made['id']}", headers=world.by("provider", **{"If-Match": "*"}))
    assert statuses(client, 3, headers=own) == [401, 401, 429]


def test_a_known_token_stays_known_through_calls_that_ask_for_none(
    client: TestClient, world: World, limited: Limited
) -> None:
    limited(wrong=1)
    own = world.by("provider")
    assert statuses(client, 1, headers=own) == [200]
    assert statuses(client, 1, "/v1/nothing", headers=own) == [404]
    assert statuses(client, 1, "/v1/api-info", headers=own) == [200]
    assert statuses(client, 2, headers=WRONG) == [401, 429]
    assert statuses(client, 1, headers=own) == [200]


@pytest.mark.parametrize("path", sorted(UNLIMITED))
def test_health_is_always_told(client: TestClient, limited: Limited, path: str) -> None:
    limited(calls=1, wrong=1)
    assert {*statuses(client, 5, path, headers=WRONG)} <= {
        200,
        404,
    }  # where nobody has asked for figures there are none


def test_what_takes_long_is_dear_and_so_is_what_is_ordered() -> None:
    def asks(method: str, path: str) -> Scope:
        return {"method": method, "path": path}

    paths = {line.path(line.ours) for line in LINES}
    assert [path for path in paths if LONG.search(path) and not is_dear(asks("GET", path))] == []
    for path in ("/v1/terms/trm_a/runs", "/v1/settlements", "/v1/statements", "/v1/site-rounds/sir_a/draw"):
        assert is_dear(asks("POST", path))
        assert not is_dear(asks("GET", path))
    assert not any(is_dear(asks("POST", path)) for path in ("/v1/units", "/v1/placements/pla_a", "/v1/terms/trm_a"))


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("a.socket", "a.socket"),
        (None, "unknown"),
    ],
)
def test_an_address_is_that_of_a_network_where_one_host_has_many(host: str | None, address: str) -> None:
    assert address_in({"client": None if host is None else (host, 1)}) == address


def called(trusted: str, came_from: str, forwarded: list[str]) -> list[int]:
    """Call a limited service as uvicorn runs it behind a proxy that it trusts, and return the statuses."""
    found: list[int] = []

    async def answer(_scope: Scope, _receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 401, "headers": []})

    class State:
        rates = Rates(Settings(calls_per_minute=0, dear_calls_per_minute=0, wrong_tokens_per_minute=2), Clock())

    class App:
        state = State

    async def receive() -> Message:
        return {"type": "http.request"}

    async def send(message: Message) -> None:
        if message["type"] == "http.response.start":
            found.append(message["status"])

    service = ProxyHeadersMiddleware(RateLimits(answer), trusted_hosts=trusted)  # type: ignore[arg-type]

    async def call_all() -> None:
        for address in forwarded:
            headers = [(b"authorization", b"Bearer x"), (b"x-forwarded-for", address.encode())]
            scope = {
                "type": "http",
                "method": "GET",
                "path": "/v1/units",
                "query_string": b"",
                "headers": headers,
                "client": (came_from, 1),
                "scheme": "http",
                "app": App,
                "state": {"traceparent": f"00-{'1' * 32}-{'2' * 16}-00"},
            }
            await service(scope, receive, send)  # type: ignore[arg-type]

    anyio.run(call_all)
    return found


def test_an_address_that_a_caller_makes_up_changes_nothing_and_a_trusted_proxys_word_counts() -> None:
    made_up = [f"198.51.100.{number}" for number in range(6)]
    assert called("10.0.0.1", "192.0.2.7", made_up) == [401, 401, 429, 429, 429, 429]
    assert called("10.0.0.1", "10.0.0.1", made_up) == [401] * 6
    assert called("10.0.0.1", "10.0.0.1", [f"{each}, 192.0.2.7" for each in made_up]) == [401, 401, *[429] * 4]


def test_many_wrong_tokens_at_once_are_no_way_past_the_limit() -> None:
    rates = Rates(Settings(calls_per_minute=0, dear_calls_per_minute=0, wrong_tokens_per_minute=5), Clock())

    def call(number: int) -> Scope:
        headers = [(b"authorization", f"Bearer {number}".encode())]
        return {"method": "GET", "path": "/v1/units", "headers": headers, "client": ("192.0.2.7", 1), "state": {}}

    under_way = [rates.meet(call(number))[-1].level.let_in for number in range(20)]
    assert under_way == [True] * 5 + [False] * 15


def test_what_is_kept_of_callers_and_tokens_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = Clock()
    buckets = Buckets(2, most=3, clock=clock)
    for key in "abcd":
        buckets.take(key)
    assert len(buckets) == 3
    monkeypatch.setattr("placement_api.rates.MOST_KEPT", 3)
    rates = Rates(Settings(), clock)
    for number in range(5):
        scope: Scope = {
            "headers": [(b"authorization", f"Bearer {number}".encode())],
            "client": ("192.0.2.7", 1),
            "state": {"caller": Caller(Role.AUDITOR, token=str(number))},
        }
        rates.learn(scope, 200)
    assert list(rates._known.values()) == ["2", "3", "4"]


@has_long_form(everyday="100 histories of calls", long="20,000 histories of calls")
@drawn_by_hypothesis(100, 20_000)
@given(
    per_minute=st.integers(1, 200),
    steps=st.lists(st.tuples(st.sampled_from("ab"), st.floats(0, 90, allow_nan=False)), max_size=120),
)
def test_in_no_span_of_time_does_a_caller_get_more_than_a_full_bucket_and_what_flows_in(
    per_minute: int, steps: list[tuple[str, float]]
) -> None:
    clock = Clock()
    buckets = Buckets(per_minute, clock=clock)
    let_in: dict[str, list[float]] = {"a": [], "b": []}
    for key, pause in steps:
        clock.seconds += pause
        level = buckets.take(key)
        if level.let_in:
            let_in[key].append(clock.seconds)
        else:
            assert level.left == 0
            assert 1 <= level.wait <= 60
            clock.seconds += level.wait
            assert buckets.take(key).let_in, "after Retry-After there is a call"
            let_in[key].append(clock.seconds)
        assert 0 <= level.left < per_minute
    for moments in let_in.values():
        for first in range(len(moments)):
            for last in range(first, len(moments)):
                most = per_minute + (moments[last] - moments[first]) * per_minute / 60
                assert last - first + 1 <= most + 1e-6


def test_rounding_does_not_keep_a_caller_waiting_longer_than_it_was_told() -> None:
    for start in range(3_000):
        clock = Clock()
        clock.seconds += start / 7
        buckets = Buckets(30, clock=clock)
        for _ in range(30):
            buckets.take("a")
        clock.seconds += buckets.take("a").wait
        assert buckets.take("a").let_in, start


def test_the_defaults_let_a_caller_work_and_refuse_a_flood(connect: Connect, settled: tuple[str, World]) -> None:
    client, world = connect(settled[0]), settled[1]
    fields = Settings.model_fields
    named = ("calls_per_minute", "dear_calls_per_minute", "wrong_tokens_per_minute")
    client.app.state.rates = Rates(Settings(**{name: fields[name].default for name in named}), Clock())  # type: ignore[attr-defined]
    answers: list[httpx2.Response] = [client.get("/v1/terms", headers=world.by("provider")) for _ in range(200)]
    assert {answer.status_code for answer in answers} == {200}
    assert statuses(client, 31, headers=WRONG) == [401] * 30 + [429]
    client.app.state.rates = Rates(Settings())  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("method", "path", "limit"),
    [
        ("GET", "/sign-in", "calls"),
        ("POST", "/sign-in/links/of-nobody", "calls"),
        ("GET", "/v1/units?providerId=org_city", "calls"),
        ("GET", "/v1/units/sheet?format=xlsx", "dear"),
        ("POST", "/v1/units/imports", "dear"),
        ("POST", "/v1/terms/trm_a/runs", "dear"),
    ],
    ids=["login", "login by link", "search", "export", "import", "solve"],
)
def test_what_could_be_overdone_has_a_limit_that_a_made_up_address_does_not_move(
    client: TestClient, world: World, limited: Limited, method: str, path: str, limit: str
) -> None:
    by = {} if path.startswith("/sign-in") else world.by("provider")
    limited(**{limit: 3})
    if by:
        client.get("/v1/terms", headers=by)  # from here on the token is known

    def ask(number: int) -> httpx2.Response:
        made_up = {"X-Forwarded-For": f"198.51.100.{number}", "Forwarded": f"for=198.51.100.{number}"}
        return client.request(method, path, headers={**by, **made_up}, json={}, follow_redirects=False)

    answers = [ask(number) for number in range(5)]
    assert [answer.status_code == 429 for answer in answers] == [False, False, False, True, True]
    assert int(answers[-1].headers["Retry-After"]) >= 1
