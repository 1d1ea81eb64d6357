"""The parties of a swap, through the API."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import httpx2
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from placement.callers import SYSTEM, Role
from placement.database import open_session
from placement.store.tokens import create_token
from tests.placement.exchanging import ONE, OTHER

AGREED = "2026-12-08"


@dataclass
class Exchanges:
    """The county of ``tests.placement.exchanging`` with everybody's token."""

    client: TestClient
    engine: Engine
    tokens: dict[str, str]
    moment: list[dt.datetime]

    @staticmethod
    def unit_tokens(engine: Engine) -> dict[str, str]:
        """Make the tokens of the two units, ``near`` and ``far``."""
        with open_session(engine) as session:
            return {
                name: create_token(session, SYSTEM, Role.UNIT, unit=unit, label=name)
                for name, unit in (("near", "unt_a"), ("far", "unt_far"))
            }

    def call(
        self,
        method: str,
        path: str,
        body: dict[str, Any] | None = None,
        by: str = "institution",
        language: str = "en",
        tag: str = "*",
    ) -> httpx2.Response:
        headers = {"Authorization": f"Bearer {self.tokens[by]}", "If-Match": tag, "Accept-Language": language}
        return self.client.request(method, f"/v1{path}", json=body, headers=headers)

    def ask(self, method: str, path: str, body: dict[str, Any] | None = None, by: str = "institution") -> Any:  # noqa: ANN401
        """Make a call that succeeds, and return its answer."""
        answer = self.call(method, path, body, by)
        assert answer.is_success, answer.text
        return answer.json()

    def wish(self, one: str = ONE, other: str = OTHER, day: str | None = AGREED) -> httpx2.Response:
        """Ask for a swap as the lärosäte; both students have said yes on a day, unless it is None."""
        sides = [{"placementId": name, "consentedOn": day} for name in (one, other)]
        return self.call("POST", "/swaps", {"sides": sides})

    def asked(self) -> str:
        """Ask for the swap of the two, and return its id."""
        answer = self.wish()
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    def agreed(self) -> str:
        """Ask for the swap, let both units accept it, and return its id."""
        swap = self.asked()
        self.answer(swap, "near", "unt_a")
        self.answer(swap, "far", "unt_far")
        return swap

    def answer(self, swap: str, by: str, unit: str) -> dict[str, Any]:
        answered: dict[str, Any] = self.ask("PUT", f"/swaps/{swap}/answers/{unit}", {"answer": "accepted"}, by)
        return answered

    def decide(self, swap: str, status: str, by: str = "coordinator", **more: str) -> httpx2.Response:
        return self.call("PATCH", f"/swaps/{swap}", {"status": status, **more}, by)

    def places(self) -> dict[str, tuple[str, str, str | None, str]]:
        """Return unit, start, supervisor and status of each placement."""
        rows = self.ask("GET", "/placements?limit=200", by="coordinator")["items"]
        return {row["id"]: (row["unitId"], row["start"], row["supervisorId"], row["status"]) for row in rows}

    def told(self, by: str, kind: str = "") -> list[dict[str, Any]]:
        """Return the events that a caller reads."""
        query = f"&kind={kind}" if kind else ""
        items: list[dict[str, Any]] = self.ask("GET", f"/events?limit=1000{query}", by=by)["items"]
        return items
