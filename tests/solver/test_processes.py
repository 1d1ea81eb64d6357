"""A child process hears its order whole, answers message by message, and never outlives what it was started for."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from placement_solver.processes import EXHAUSTED, ORPHANED, ChildProcess, framed, how_it_ended

TOY = """
import sys, threading
from placement_solver.processes import Parent, limit_memory, work_and_end

parent = Parent()
what = parent.order().decode()

def work():
    if what == "echo":
        parent.answer(parent.order())
        parent.answer(b"")
    elif what == "print":
        print("a library prints")
        parent.answer(b"the answer")
    elif what == "wait":
        stopped = threading.Event()
        def on_stop():
            parent.answer(b"told to stop")
            stopped.set()
        parent.heed(on_stop)
        parent.answer(b"ready")
        stopped.wait()
    elif what == "be silent":
        parent.heed(lambda: None)
        threading.Event().wait()
    elif what == "read no more":
        threading.Event().wait()
    elif what == "talk on":
        while True:
            parent.answer(bytes(100_000))
    elif what == "take memory":
        limit_memory(200)
        held = bytearray(400 << 20)
    elif what == "die half way":
        parent._answers.write(b"12")
        parent._answers.flush()
    elif what == "fail":
        raise ValueError("the order cannot be\\ncarried out")

work_and_end(work)
"""


@pytest.fixture(autouse=True)
def toy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A module that children run, which does what its order names."""
    (tmp_path / "toy.py").write_text(TOY)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path), prepend=os.pathsep)


def heard_from(*order: bytes) -> tuple[int, list[bytes], str]:
    """Return how a child ended, what it answered, and what it last wrote to stderr."""
    heard: list[bytes] = []
    with ChildProcess("toy", order, heard.append) as child:
        return child.status(), heard, child.last_words()


def test_any_bytes_go_to_a_child_and_come_back_whole() -> None:
    message = bytes(range(256)) * 1_000
    assert heard_from(b"echo", message) == (0, [message, b""], "")


def test_what_a_library_prints_is_no_answer() -> None:
    assert heard_from(b"print") == (0, [b"the answer"], "a library prints")


def test_a_child_that_fails_leaves_its_last_words() -> None:
    status, heard, words = heard_from(b"fail")
    assert (status, heard) == (1, [])
    assert words == "carried out"
    assert how_it_ended(status) == "status 1"


def test_a_child_beyond_its_memory_ends_with_a_status_of_its_own() -> None:
    with ChildProcess("toy", (b"take memory",), lambda _: None) as child:
        assert child.status() == EXHAUSTED
        assert child.ran_out_of_memory(limited=False)


def test_a_message_without_its_size_is_no_answer() -> None:
    assert heard_from(b"die half way") == (0, [], "")


def test_a_child_is_told_to_stop_once() -> None:
    heard: list[bytes] = []
    ready = threading.Event()

    def hear(message: bytes) -> None:
        heard.append(message)
        ready.set()

    with ChildProcess("toy", (b"wait",), hear) as child:
        assert ready.wait(60)
        child.stop()
        child.stop()
        assert child.status() == 0
    assert heard == [b"ready", b"told to stop"]


def test_a_silent_child_ends_when_its_parent_is_gone() -> None:
    command = [sys.executable, "-P", "-m", "toy"]
    ended = subprocess.run(command, input=framed(b"be silent"), capture_output=True, timeout=60, check=False)
    assert (ended.returncode, ended.stdout) == (ORPHANED, b"")


def test_a_child_that_cannot_be_heard_is_killed_and_the_reason_raised() -> None:
    def fail(_: bytes) -> None:
        raise MemoryError

    with ChildProcess("toy", (b"talk on",), fail) as child:
        assert child.ended_within(60)
        with pytest.raises(MemoryError):
            child.status()


def test_a_child_that_reads_nothing_of_a_long_order_keeps_its_parent_from_nothing() -> None:
    began = time.monotonic()
    with ChildProcess("toy", (b"read no more", bytes(10 << 20)), print) as child:
        child.stop()
        assert not child.ended_within(0.2)
    assert time.monotonic() - began < 10


def test_a_child_at_work_is_ended_with_its_block() -> None:
    with ChildProcess("toy", (b"wait",), lambda _: None) as child:
        pid = child.pid
        assert not child.ended_within(0)
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    assert how_it_ended(child.status()) == "signal SIGKILL"
