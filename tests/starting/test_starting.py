"""The command that tests start quickly ends as the installed one does, and so does its process."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.api.serving import COMMAND, address_of
from tests.starting import quick_command


@pytest.mark.parametrize("words", [["token", "--help"], ["no-such-command"], ["check", "no-such-file", "nor-this"]])
def test_it_says_and_ends_as_the_installed_command(words: list[str], tmp_path: Path) -> None:
    said = [
        subprocess.run([command, *words], cwd=tmp_path, capture_output=True, text=True, check=False)
        for command in (COMMAND, quick_command())
    ]
    assert (said[0].returncode, said[0].stdout, said[0].stderr) == (said[1].returncode, said[1].stdout, said[1].stderr)


def test_its_process_is_killed_with_it(migrated_sqlite: Path) -> None:
    settings = os.environ | {"PLACEMENT_DATABASE_URL": f"sqlite:///{migrated_sqlite}"}
    server = subprocess.Popen(
        [quick_command(), "serve", "--port", "0"], env=settings, stderr=subprocess.PIPE, text=True
    )
    assert server.stderr is not None
    address_of(server.stderr, 1)
    server.send_signal(signal.SIGKILL)
    assert server.wait(10) == -signal.SIGKILL
    began = time.monotonic()
    with server.stderr:
        assert server.stderr.read() == ""  # its other end is open for as long as the process lives
    assert time.monotonic() - began < 10
