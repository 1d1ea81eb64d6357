"""Whoever serves the demo gets addresses that sign a browser in as its parties, and nobody else does."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.api.serving import address_of
from tests.pages.browser.demo import Demo
from tests.starting import quick_command

pytestmark = pytest.mark.no_cover


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


@contextmanager
def _serving(url: str) -> Iterator[str]:
    """Serve a database with the addresses, and yield what is printed before it answers."""
    server = subprocess.Popen(
        [quick_command(), "serve", "--demo-links", "--port", str(_free_port())],
        env=os.environ | {"PLACEMENT_DATABASE_URL": url, "PLACEMENT_RUNNER": "none"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert server.stdout is not None
    assert server.stderr is not None
    try:
        with server.stderr:
            address_of(server.stderr, 1)
        os.set_blocking(server.stdout.fileno(), False)
        yield server.stdout.read()
    finally:
        server.terminate()
        server.wait(60)
        server.stdout.close()


def test_the_addresses_sign_in_as_each_of_the_parties(demo: Demo) -> None:
    with _serving(demo.url) as printed:
        links = re.findall(r"^  .*: (http://127\.0\.0\.1:\S+)$", printed, re.MULTILINE)
        landed = []
        for link in links:
            with httpx.Client(
                base_url=link.partition("/sign-in")[0], follow_redirects=True, trust_env=False
            ) as browser:
                fields = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', browser.get(link).text)
                landed.append(browser.post(link, data=dict(fields), headers={"Sec-Fetch-Site": "same-origin"}).url.path)
    assert landed == ["/terms/VT2027/overview", "/terms/VT2027/offers", *["/terms/VT2027/requests"] * 2]


def test_a_database_that_is_not_the_demos_gets_no_addresses(migrated_sqlite: Path, tmp_path: Path) -> None:
    url = f"sqlite:///{shutil.copyfile(migrated_sqlite, tmp_path / 'own.sqlite3')}"
    with _serving(url) as printed:
        assert "sign-in/links" not in printed
        assert "placement sign-in-link" in printed


@pytest.mark.parametrize("given", [["--host", "192.0.2.1"], ["--port", "0"]])
def test_addresses_that_others_could_use_are_refused(given: list[str], demo: Demo) -> None:
    environment = os.environ | {"PLACEMENT_DATABASE_URL": demo.url}
    done = subprocess.run(
        [quick_command(), "serve", "--demo-links", *given], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert "this machine" in done.stderr
