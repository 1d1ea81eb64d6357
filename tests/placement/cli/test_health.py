"""``placement health`` tells by its status whether serve answers, or a worker gives signs of life."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from placement.cli import health, life_sign
from placement.cli.life_sign import OLDEST_SECONDS, LifeSign
from placement.lanes.jobs import SILENT_SECONDS
from tests.api.serving import served
from tests.chaos.service import free_port
from tests.placement.cli.conftest import Placement

COMMAND = Path(sys.executable).with_name("placement")
PATIENCE = 60.0


@pytest.fixture
def sign(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The file that the setting names; it is not there yet."""
    file = tmp_path / "worker"
    monkeypatch.setenv("PLACEMENT_LIFE_SIGN_FILE", str(file))
    return file


@contextmanager
def answering(status: int) -> Iterator[int]:
    """Something else that answers on a port with one status, whatever it is asked."""

    class Other(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_given: object) -> None: ...

    server = HTTPServer(("127.0.0.1", 0), Other)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield server.server_port
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_serve_lives_while_it_answers_also_without_tables(placement: Placement, tmp_path: Path) -> None:
    with served(f"sqlite:///{tmp_path / 'empty.sqlite3'}") as address:
        port = address.rpartition(":")[2]
        lives = placement("health", "--port", port)
        assert (lives.exit_code, lives.stdout) == (0, "The service lives.\n")
        assert placement("health", "--port", port, "--lang", "sv").stdout == "Tjänsten lever.\n"
    dead = placement("health", "--port", port)
    assert (dead.exit_code, dead.stdout, dead.stderr) == (1, "", f"No service answers on port {port}.\n")
    assert placement("health", "--port", port, "--lang", "sv").stderr == f"Ingen tjänst svarar på port {port}.\n"


def test_no_proxy_is_asked(placement: Placement, monkeypatch: pytest.MonkeyPatch) -> None:
    with answering(200) as proxy:
        monkeypatch.setenv("http_proxy", f"http://127.0.0.1:{proxy}")
        assert placement("health", "--port", free_port()).exit_code == 1


def test_another_answer_than_that_it_lives_is_told(placement: Placement) -> None:
    with answering(500) as port:
        told = placement("health", "--port", port)
        assert (told.exit_code, told.stderr) == (1, f"Port {port} answers with 500.\n")
        assert placement("health", "--port", port, "--lang", "sv").stderr == f"Port {port} svarar med 500.\n"


def test_serve_that_does_not_answer_in_time_does_not_live(
    placement: Placement, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.2)
    with HTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler) as silent:
        assert placement("health", "--port", silent.server_port).exit_code == 1


def test_a_worker_lives_until_it_is_frozen_or_ended(
    placement: Placement, monkeypatch: pytest.MonkeyPatch, sign: Path
) -> None:
    monkeypatch.setattr(health, "OLDEST_SECONDS", 1.5)
    worker = subprocess.Popen([COMMAND, "worker"], env=os.environ, stderr=subprocess.DEVNULL)
    try:
        until_health_is(placement, 0)
        assert sign.exists()
        assert placement("health").stdout == "The worker lives.\n"
        assert placement("health", "--lang", "sv").stdout == "Arbetsprocessen lever.\n"
        worker.send_signal(signal.SIGSTOP)
        until_health_is(placement, 1)
        assert placement("health").stderr.startswith("The worker has given no sign of life for ")
        assert placement("health", "--lang", "sv").stderr.startswith("Arbetsprocessen har inte gett något livstecken")
        worker.send_signal(signal.SIGCONT)
        until_health_is(placement, 0)
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
        until_health_is(placement, 1)
    finally:
        worker.kill()
        worker.wait()


def until_health_is(placement: Placement, status: int) -> None:
    until = time.monotonic() + PATIENCE
    while placement("health").exit_code != status:
        assert time.monotonic() < until
        time.sleep(0.1)


def test_a_worker_whose_file_cannot_be_written_does_not_begin(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere" / "worker"
    refused = subprocess.run(
        [COMMAND, "worker"],
        env=os.environ | {"PLACEMENT_LIFE_SIGN_FILE": str(nowhere)},
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert (refused.returncode, refused.stderr) == (2, f"{nowhere}: No such file or directory\n")


def test_a_worker_gives_no_sign_once_a_thread_of_its_work_has_died(tmp_path: Path) -> None:
    file = tmp_path / "worker"
    sign = LifeSign(str(file))
    os.utime(file, (0, 0))
    dead = threading.Thread(target=lambda: None)
    dead.start()
    dead.join()
    sign.give([threading.current_thread(), dead])
    assert file.stat().st_mtime == 0
    sign.give([threading.current_thread()])
    assert file.stat().st_mtime > 0


def test_a_disk_that_fails_later_does_not_end_the_worker(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    folder.mkdir()
    sign = LifeSign(str(folder / "worker"))
    (folder / "worker").unlink()
    folder.rmdir()
    sign.give([])
    assert not folder.exists()


def test_a_sign_from_before_or_after_the_clock_was_set_is_none(placement: Placement, sign: Path) -> None:
    sign.touch()
    for moment in (time.time() - 3_600, time.time() + 3_600):
        os.utime(sign, (moment, moment))
        assert placement("health").exit_code == 1
    assert life_sign.age_of_sign(sign.with_name("other")) is None


def test_without_the_setting_there_is_no_file(tmp_path: Path) -> None:
    for unset in (None, ""):
        LifeSign(unset).give([])
    assert [*tmp_path.iterdir()] == []


def test_a_worker_is_dead_for_its_queue_and_for_this_after_the_same_time() -> None:
    assert OLDEST_SECONDS == SILENT_SECONDS
