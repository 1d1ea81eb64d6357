"""What others have written is listed, each licence is one that is allowed, and what cannot be asked is said loudly."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests import supply
from tests.supply import Part, is_allowed, known_against, parts_of

NOWHERE = "http://127.0.0.1:9/"
API = Path(__file__).parents[1] / "api" / "placement_api"
TOUCHES_ROWS = re.compile(
    r"\.(?:exec|execute|scalars?|commit)\(|\b(?:store|session)\.(?:get|get_one|add|add_all|delete|merge|flush)\("
)


@pytest.fixture
def osv() -> Iterator[str]:
    """Something that knows one thing against anyio."""

    class Knows(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            results = [
                {"vulns": [{"id": "GHSA-1"}, {"id": "GHSA-2"}]} if query["package"]["name"] == "anyio" else {}
                for query in asked["queries"]
            ]
            self.send_response(200)
            self.end_headers()
            self.wfile.write(json.dumps({"results": results}).encode())

        def log_message(self, *_given: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Knows)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def bill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where this test's bill of materials is written."""
    monkeypatch.setattr(supply, "BILL", tmp_path / "build" / "sbom.json")
    return supply.BILL


def test_everything_that_the_service_needs_is_found_with_an_allowed_licence() -> None:
    parts = parts_of("placement")
    assert {"fastapi", "starlette", "sqlalchemy", "ortools", "psycopg"} <= {part.name for part in parts}
    assert [part for part in parts if not is_allowed(part.licence)] == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only", False),
        ("GPL-2.0-or-later OR MIT", True),
        ("GPL-2.0-or-later AND MIT", False),
        ("(MIT OR AGPL-3.0-only) AND Apache-2.0 WITH LLVM-exception", True),
        ("Proprietary", False),
        ("MIT AND", False),
        ("", False),
        (None, False),
    ],
)
def test_a_licence_is_judged_as_it_is_stated(licence: str | None, allowed: bool) -> None:  # noqa: FBT001
    assert is_allowed(licence) is allowed


def test_what_is_known_against_a_version_stops_it(osv: str, bill: Path) -> None:
    parts = [Part("anyio", "4.0", "MIT"), Part("idna", "3.0", "MIT")]
    assert known_against(parts, osv) == ["anyio 4.0: GHSA-1, GHSA-2"]
    found = list(supply.judge(parts, osv))
    assert (True, "anyio 4.0: GHSA-1, GHSA-2") in found
    assert json.loads(bill.read_text())["bomFormat"] == "CycloneDX"


def test_what_cannot_be_asked_is_said_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supply, "hold_together", lambda: None)
    found = list(supply.judge([Part("anyio", "4.0", "GPL-3.0-only")], NOWHERE))
    assert any(line.startswith("SKIPPED: known vulnerabilities") for stops, line in found if not stops)
    assert [line for stops, line in found if stops] == ["anyio 4.0 has a licence that is not allowed: GPL-3.0-only"]


@pytest.mark.parametrize(
    ("told", "stops"), [("a 1 requires b, which is not installed.", True), ("No module named pip", False)]
)
def test_packages_that_do_not_fit_together_stop_it(monkeypatch: pytest.MonkeyPatch, told: str, stops: bool) -> None:  # noqa: FBT001
    monkeypatch.setattr(supply, "hold_together", lambda: told)
    lines = [line for stopping, line in supply.judge([], NOWHERE) if stopping is stops]
    assert any(("fit together" in line) for line in lines)


def test_the_command_says_what_it_finds(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(supply, "judge", lambda _parts: iter([(False, "well"), (True, "not so")]))
    assert supply.main() == 1
    assert capsys.readouterr().out == "well\nnot so\n"
    monkeypatch.setattr(supply, "judge", lambda _parts: iter([(False, "well")]))
    assert supply.main() == 0


def test_the_api_touches_no_row_itself() -> None:
    found = {
        f"{path.relative_to(API)}: {line.strip()}"
        for path in API.rglob("*.py")
        for line in path.read_text().splitlines()
        if TOUCHES_ROWS.search(line)
    }
    assert found == set()
