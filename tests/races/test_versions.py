"""Who changes something says which version they have read; of two who have read the same one only one changes it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlmodel import Session

from placement.callers import Role
from placement.database import engine_for
from tests import site_rows
from tests.api.asking import Asking, asking_in
from tests.api.matrix import LINES
from tests.api.world import World
from tests.effort import has_long_form, tries
from tests.races.crowds import Crowd, issue, served_to

PAIRS = tries(15, 1_000, every_case=24)

Body = Callable[[int], dict[str, Any]]
VARIED: dict[str, tuple[str, str, Body]] = {
    "/v1/municipalities/0180": ("PATCH", "population", lambda n: {"population": 900_000 + n}),
    "/v1/organisations/org_city": ("PATCH", "nameEn", lambda n: {"nameEn": f"City {n}"}),
    "/v1/sites/sit_a": ("PATCH", "name", lambda n: {"name": f"Norr {n}"}),
    "/v1/units/unt_a": ("PATCH", "name", lambda n: {"name": f"Tallgården {n}"}),
    "/v1/professions/nurse": ("PATCH", "nameEn", lambda n: {"nameEn": f"nurse {n}"}),
    "/v1/unit-kinds/elderly-care": ("PATCH", "nameEn", lambda n: {"nameEn": f"care {n}"}),
    "/v1/capacity-offers/off_a": ("PATCH", "weeks", lambda n: {"weeks": [{"week": "2026-W53", "places": n % 60}]}),
    "/v1/supervisors/sup_a": ("PATCH", "externalId", lambda n: {"externalId": f"p-{n}"}),
    "/v1/agreements/agr_a": ("PATCH", "priceOre", lambda n: {"priceOre": 90_000 + n}),
    "/v1/agreement-templates/tpl_a": ("PATCH", "nameEn", lambda n: {"nameEn": f"The template {n}"}),
    "/v1/terms/trm_a": ("PATCH", "weights", lambda n: {"weights": {"travel": 1 + n % 90}}),
    "/v1/programmes/prg_a": ("PATCH", "name", lambda n: {"name": f"Sjuksköterska {n}"}),
    "/v1/courses/crs_a": ("PATCH", "name", lambda n: {"name": f"T2 {n}"}),
    "/v1/cohorts/coh_a": ("PATCH", "name", lambda n: {"name": f"T2 {n}"}),
    "/v1/students/stu_a": ("PATCH", "maxTravel", lambda n: {"maxTravel": 60 + n % 60}),
    "/v1/webhooks/whk_a": ("PATCH", "url", lambda n: {"url": f"https://hooks.example.org/{n}"}),
}
"""What is raced for: by address, the method, the field that is read back, and a body that differs with its number."""


def guarded(app: FastAPI) -> dict[str, str]:
    """Return every operation of the contract that needs ``If-Match``, with its address."""
    return {
        f"{method.upper()} {path}": path
        for path, methods in app.openapi()["paths"].items()
        for method, operation in methods.items()
        for each in operation.get("parameters", ())
        if each["name"] == "if-match" and each["required"]
    }


def matches(path: str, template: str) -> bool:
    """Tell whether an address of the contract is a line's, which names all of its parameters but the first."""
    steps, others = path.split("/"), template.split("/")
    return len(steps) == len(others) and all(a == b or a.startswith("{") for a, b in zip(steps, others, strict=True))


ARRIVALS = "/v1/arrivals"
OF_PROTECTED = ("/v1/protected-students", ARRIVALS)


def test_every_change_without_a_version_gets_428_and_one_of_an_old_version_412(
    app: FastAPI, client: TestClient, world: World, store: Session
) -> None:
    store.add_all(site_rows.both_sides())
    store.commit()
    asking = asking_in(app.state.engine, world)
    lines = [
        (next(each for each in LINES if operation.startswith(f"{each.method} ") and matches(path, each.template)), path)
        for operation, path in guarded(app).items()
    ]
    lines.sort(key=lambda each: each[1].startswith(OF_PROTECTED))
    arrival = None
    for line, path in lines:
        if arrival is None and path.startswith(OF_PROTECTED):  # from here on nobody else sees the student
            arrival = protect(client, asking)
        row = arrival if path.startswith(ARRIVALS) else line.ours
        for sent, status in (({}, 428), ({"If-Match": '"0"'}, 412), ({"If-Match": '"99999"'}, 412)):
            answer = client.request(line.method, line.path(row or ""), json=line.body, headers=asking(line, **sent))
            assert answer.status_code == status, (line.operation, answer.text)


def protect(client: TestClient, asking: Asking) -> str:
    """Mark our student as protected, and return what the arrival is called at the unit."""
    mark, listed = (
        next(line for line in LINES if line.operation == operation)
        for operation in ("POST /v1/protected-students", f"GET {ARRIVALS}")
    )
    made = client.post(mark.template, json=mark.body, headers=asking(mark))
    assert made.status_code == 201, made.text
    (arrival, *_) = client.get(ARRIVALS, headers=asking(listed)).json()["items"]
    return str(arrival["id"])


def change(crowd: Crowd, who: int, address: str, number: int, tag: str) -> httpx.Response:
    """Change what is at an address, as it was when it had this tag."""
    method, _, body = VARIED[address]
    return crowd.call(who, method, address, body(number), if_match=tag)


@pytest.mark.no_cover
@has_long_form("15 pairs that race for one version", "1,000 pairs that race for one version")
def test_of_two_who_change_the_same_version_at_once_one_succeeds_and_nothing_is_overwritten(
    settled: tuple[str, World], backend: str
) -> None:
    engine = engine_for(settled[0])
    tokens = issue(engine, Role.COORDINATOR, 2)
    engine.dispose()
    tags: dict[str, str] = {}
    with served_to(settled[0], tokens, processes=1 if backend == "sqlite" else 2) as crowd:
        for pair in range(PAIRS):
            address = list(VARIED)[pair % len(VARIED)]
            tag = tags.get(address) or crowd.call(0, "GET", address).headers["ETag"]
            told = crowd.rush([partial(change, crowd, who, address, 2 * pair + who, tag) for who in (0, 1)])
            assert sorted(answer.status_code for answer in told) == [200, 412], [answer.text for answer in told]
            winner = next(who for who, answer in enumerate(told) if answer.status_code == 200)
            kept = crowd.call(winner, "GET", address)
            tags[address] = kept.headers["ETag"]
            assert int(tags[address].strip('"')) == int(tag.strip('"')) + 1
            _, field, body = VARIED[address]
            asked, shown = body(2 * pair + winner)[field], kept.json()[field]
            assert holds(shown, asked), (address, shown, asked)
            assert told[1 - winner].json()["current"][field] == shown


def holds(shown: object, asked: object) -> bool:
    """Tell whether a field shows what was asked for; of an object or a list, all that was named."""
    if isinstance(asked, dict) and isinstance(shown, dict):
        return all(shown[name] == value for name, value in asked.items())
    if isinstance(asked, list) and isinstance(shown, list):
        return all(each in shown for each in asked)
    return shown == asked
