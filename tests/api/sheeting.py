"""Sheets in tests: exported, edited and imported by a caller."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

import httpx2
from fastapi.testclient import TestClient

from placement_api.media_types import CSV, XLSX
from tests.api.world import World

WHO_KEEPS = {
    "municipalities": ("coordinator", "coordinator"),
    "organisations": ("coordinator", "coordinator"),
    "sites": ("coordinator", "coordinator"),
    "units": ("coordinator", "provider"),
    "programmes": ("coordinator", "institution"),
    "courses": ("coordinator", "institution"),
    "agreements": ("coordinator", "provider"),
    "travel-times": ("coordinator", "coordinator"),
    "cohorts": ("coordinator", "institution"),
    "students": ("coordinator", "institution"),
    "requests": ("coordinator", "institution"),
    "capacity-offers": ("coordinator", "provider", "unit"),
    "supervisors": ("coordinator", "provider", "unit"),
}
LISTS = tuple(WHO_KEEPS)


class Desk:
    """A caller who exports and imports sheets."""

    def __init__(self, client: TestClient, world: World, role: str) -> None:
        self._client = client
        self._world = world
        self._role = role

    def file(self, listed: str, form: str, query: str = "") -> httpx2.Response:
        """Export a list as a file."""
        address = f"/v1/{listed}/sheet?format={form}{query}"
        answer = self._client.get(address, headers=self._world.by(self._role))
        assert answer.status_code == 200, answer.text
        return answer

    def table(self, listed: str, query: str = "") -> list[dict[str, str]]:
        """Export a list as rows by their heads."""
        text = self.file(listed, "csv", query).content.decode("utf-8-sig")
        return list(csv.DictReader(io.StringIO(text, newline="")))

    def hand_in(self, listed: str, content: bytes, media: str, query: str = "") -> httpx2.Response:
        """Import a file."""
        headers = self._world.by(self._role, **{"Content-Type": media})
        return self._client.post(f"/v1/{listed}/imports{query}", content=content, headers=headers)

    def hand_in_table(self, listed: str, table: Sequence[Mapping[str, object]], query: str = "") -> httpx2.Response:
        """Import rows as CSV."""
        out = io.StringIO(newline="")
        writer = csv.DictWriter(out, list(dict.fromkeys(head for row in table for head in row)))
        writer.writeheader()
        writer.writerows(table)
        return self.hand_in(listed, out.getvalue().encode(), CSV, query)

    def hand_in_rows(self, listed: str, rows: Sequence[Any], query: str = "") -> httpx2.Response:
        """Import rows as JSON."""
        address = f"/v1/{listed}/imports{query}"
        return self._client.post(address, json={"rows": list(rows)}, headers=self._world.by(self._role))

    def found(self, address: str) -> dict[str, Any]:
        """Read a resource or a list."""
        answer = self._client.get(address, headers=self._world.by(self._role))
        assert answer.status_code == 200, answer.text
        shown: dict[str, Any] = answer.json()
        return shown


def outcome(answer: httpx2.Response) -> tuple[int, int, int]:
    """Return the number of rows that an import created, changed and left unchanged."""
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert told["rows"] == told["created"] + told["changed"] + told["unchanged"]
    return told["created"], told["changed"], told["unchanged"]


def faults(answer: httpx2.Response) -> list[tuple[int | None, str | None, str | None, str]]:
    """Return the row, column, value and text of every fault."""
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return [
        (fault.get("row"), fault.get("column"), fault.get("value"), fault["detail"])
        for fault in answer.json()["errors"]
    ]


__all__ = ["CSV", "LISTS", "WHO_KEEPS", "XLSX", "Desk", "faults", "outcome"]
