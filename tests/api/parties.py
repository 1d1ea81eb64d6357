"""Parties: callers with tokens who use a running service, and the round that they take part in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import httpx2
from fastapi.testclient import TestClient
from sqlalchemy import Engine

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.store.tokens import create_token
from tests.api.serving import follow, served


@dataclass(frozen=True)
class Party:
    """A caller with a token."""

    http: httpx.Client | TestClient
    token: str
    organisation: str | None = None

    def ask(
        self, method: str, path: str, status: int, body: bytes | Mapping[str, Any] | None = None, **headers: str
    ) -> httpx.Response | httpx2.Response:
        """Make one call and check its status; a body in bytes is a CSV sheet."""
        headers |= {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if isinstance(body, bytes):
            headers["Content-Type"] = "text/csv"
        elif body is not None:
            body = json.dumps(body).encode()
        answer = self.http.request(method, path, content=body, headers=headers)
        assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:2_000]}"
        return answer

    def get(self, path: str) -> Any:  # noqa: ANN401 (an answer is any JSON)
        return self.ask("GET", path, 200).json()

    def all(self, path: str) -> list[dict[str, Any]]:
        """Read a list to its end, part by part."""
        rows: list[dict[str, Any]] = []
        while True:
            part = self.get(f"{path}{'&' if '?' in path else '?'}limit=200&offset={len(rows)}")
            rows += part["items"]
            if len(rows) >= part["total"]:
                return rows

    def enter(self, path: str, body: Mapping[str, Any]) -> str:
        """Enter a row and return its id."""
        return str(self.ask("POST", path, 201, body).json()["id"])

    def change(self, path: str, body: Mapping[str, Any], method: str = "PATCH") -> dict[str, Any]:
        """Change the current version of a row."""
        tag = self.ask("GET", path, 200).headers["ETag"]
        changed: dict[str, Any] = self.ask(method, path, 200, body, **{"If-Match": tag}).json()
        return changed

    def hand_in(self, listed: str, sheet: bytes | Mapping[str, Any]) -> dict[str, Any]:
        """Import a sheet."""
        told: dict[str, Any] = self.ask("POST", f"/v1/{listed}/imports", 200, sheet).json()
        return told


@dataclass
class Round:
    """A round in a county: its coordinator, and the term that is planned."""

    coordinator: Party
    engine: Engine
    term: str = ""
    seconds: int = 10

    def join(self, role: Role, organisation: str) -> Party:
        """Return a new party with a token, made as `placement token create` does."""
        return Party(self.coordinator.http, token_of(self.engine, role, organisation, "Ada Lind"), organisation)

    def run(self, **order: object) -> str:
        """Start a run, follow it to its end, and return its id."""
        body = {"timeLimitSeconds": self.seconds, **order}
        ordered = self.coordinator.ask("POST", f"/v1/terms/{self.term}/runs", 202, body)
        bearer = {"Authorization": f"Bearer {self.coordinator.token}"}
        assert isinstance(self.coordinator.http, httpx.Client)
        with httpx.Client(base_url=self.coordinator.http.base_url, headers=bearer) as http:
            kind, told = follow(http, ordered.headers["Location"])[-1]
        assert (kind, told["status"], told["error"]) == ("ended", "succeeded", None), told
        return str(told["id"])

    def publish(self, run: str, status: int = 201) -> dict[str, Any]:
        """Publish the plan of a run."""
        path = f"/v1/terms/{self.term}/publications"
        told: dict[str, Any] = self.coordinator.ask("POST", path, status, {"runId": run}).json()
        return told


def token_of(engine: Engine, role: Role, organisation: str | None = None, label: str | None = None) -> str:
    """Make a token, as `placement token create` does."""
    with open_session(engine) as session:
        return create_token(session, SYSTEM, role, organisation=organisation, label=label)


@contextmanager
def round_at(url: str) -> Iterator[Round]:
    """Serve an empty database, and give the coordinator a token."""
    engine = engine_for(url)
    token = token_of(engine, Role.COORDINATOR, label="Eva Ek")
    with served(url) as address, httpx.Client(base_url=address, timeout=120) as http:
        yield Round(Party(http, token), engine)
    engine.dispose()
