"""The child process of a solve: what it answers, how it stops, how it dies, and that it never outlives its parent."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from placement.running.child import (
    GRACE_SECONDS,
    NoPlanError,
    OutOfMemoryError,
    OverrunError,
    SolverProcess,
    StoppedError,
)
from placement.running.following import follow
from placement.running.orders import SolveMode, SolveOrder, write_order
from placement_solver.check import check_plan
from placement_solver.documents import read_plan, read_problem
from placement_solver.faults import InvalidProblem
from placement_solver.plan import Plan
from placement_solver.processes import EXHAUSTED, ORPHANED, STOP, STOPPED, framed

LONG = 600.0
PARENT = """
import sys
from placement.running.child import SolverProcess
from placement.running.orders import SolveOrder
document = open(sys.argv[1], "rb").read()
with SolverProcess(document, SolveOrder(600, 0, 2, None)) as child:
    while child.progress is None and not child.ended_within(0.05):
        pass
    print(child.pid, flush=True)
    child.ended_within(600)
"""


def order(time_limit: float = LONG, memory_mb: int | None = None, mode: SolveMode = SolveMode.PLAN) -> SolveOrder:
    return SolveOrder(time_limit, seed=0, workers=2, memory_mb=memory_mb, mode=mode)


def said(document: bytes) -> bytes:
    """Return what a parent sends to have a document planned."""
    return framed(write_order(order())) + framed(document) + framed(b"null")


def plan_of(child: SolverProcess) -> Plan:
    assert child.ended_within(120)
    return read_plan(child.solved().plan)


def test_a_child_solves_the_problem_it_is_given(tiny: Path) -> None:
    document = tiny.read_bytes()
    with SolverProcess(document, order()) as child:
        plan = plan_of(child)
        assert child.progress is not None
        assert child.progress.phase == "done"
        told = {"unit": "clinic", "rule": None, "full": ["capacity", "supervisor-load"], "busy": True}
        assert child.solved().unmet == {"anna-1": [told]}
    assert check_plan(read_problem(document), plan) == ()
    assert plan.status == "optimal"


def test_a_child_serves_the_waiting_list_where_it_is_told_to(tiny: Path) -> None:
    document = tiny.read_bytes()
    with SolverProcess(document, order(mode=SolveMode.SERVE)) as child:
        plan = plan_of(child)
    assert check_plan(read_problem(document), plan) == ()
    assert len(plan.placements) + len(plan.unplaced) == len(read_problem(document).requests)


def test_a_child_asked_to_stop_hands_in_its_best_plan(small_term: Path) -> None:
    document = small_term.read_bytes()
    with SolverProcess(document, order()) as child:
        while child.progress is None and not child.ended_within(0.05):
            pass
        child.stop()
        plan = plan_of(child)
    assert check_plan(read_problem(document), plan) == ()
    assert plan.status == "interrupted"


def test_what_is_wrong_with_the_problem_comes_back_fault_by_fault(tiny: Path) -> None:
    document = json.loads(tiny.read_bytes())
    document["term"]["weeks"] = 0
    document["travel"]["base_minutes"] = -1
    text = json.dumps(document).encode()
    with SolverProcess(text, order()) as child, pytest.raises(InvalidProblem) as error:
        child.solved()
    assert {fault.pointer for fault in error.value.faults} >= {"/term/weeks", "/travel/base_minutes"}
    assert all(fault.words.sv and fault.words.en for fault in error.value.faults)


def test_a_child_that_is_killed_leaves_no_plan_and_says_how_it_died(tiny: Path) -> None:
    document = tiny.read_bytes()
    with SolverProcess(document, order()) as child:
        os.kill(child.pid, signal.SIGKILL)
        with pytest.raises(NoPlanError, match="SIGKILL"):
            child.solved()


def test_a_child_that_has_died_may_be_told_to_stop(tiny: Path) -> None:
    document = tiny.read_bytes()
    with SolverProcess(document, order()) as child:
        os.kill(child.pid, signal.SIGKILL)
        assert child.ended_within(10)
        child.stop()
        with pytest.raises(NoPlanError):
            child.solved()


def test_a_child_without_enough_memory_dies_alone(small_term: Path) -> None:
    document = small_term.read_bytes()
    with (
        SolverProcess(document, order(memory_mb=64)) as child,
        pytest.raises(OutOfMemoryError) as error,
    ):
        child.solved()
    assert error.value.en == (
        "Memory ran out: the solver was allowed 64 MiB. "
        "Allow more (--memory-limit, for the service PLACEMENT_RUN_MEMORY_MB) or fewer threads (--workers)."
    )
    assert error.value.sv.startswith("Minnet tog slut: lösaren fick ta högst 64 MiB.")


@pytest.mark.parametrize("memory_mb", [110, 160, 210, 260, 320, 400])
def test_with_any_amount_of_memory_a_child_gives_a_plan_that_holds_or_says_that_it_ran_out(
    small_term: Path, memory_mb: int
) -> None:
    document = small_term.read_bytes()
    with SolverProcess(document, order(time_limit=1.0, memory_mb=memory_mb)) as child:
        if not child.ended_within(1.0 + GRACE_SECONDS):
            return  # a thread that wants memory to start may wait for it for ever: its parents end such a child
        try:
            plan = plan_of(child)
        except OutOfMemoryError:
            return
    assert check_plan(read_problem(document), plan) == ()


FAILING = """
import sys
from placement.running import solving
def fail(*_, **__):
    raise eval(sys.argv[1])
solving._carry_out = fail
solving.main()
"""


@pytest.mark.parametrize(
    ("error", "status"),
    [
        ("MemoryError()", EXHAUSTED),
        ("OSError(12, 'Cannot allocate memory')", EXHAUSTED),
        ("OSError(2, 'No such file')", 1),
        ("RuntimeError('can\\'t start new thread')", EXHAUSTED),
        ("RuntimeError('of another kind')", 1),
    ],
)
def test_only_an_error_that_tells_of_memory_ends_a_child_as_exhausted(tiny: Path, error: str, status: int) -> None:
    document = tiny.read_bytes()
    with subprocess.Popen([sys.executable, "-c", FAILING, error], stdin=-1, stdout=-1, stderr=-1) as child:
        assert child.stdin is not None
        child.stdin.write(said(document))
        child.stdin.flush()
        assert child.wait(60) == status


BUSY = """
import time
from placement.running import solving
solving._plan = lambda *_: time.sleep(600)
solving.main()
"""


def stopped_at_once(script: str, problem: Path) -> tuple[int, list[dict[str, object]]]:
    """Order a plan of a child that runs a script, and ask it to stop; return its status and its answers."""
    document = problem.read_bytes()
    with subprocess.Popen([sys.executable, "-c", script], stdin=-1, stdout=-1, stderr=-1) as child:
        assert child.stdin is not None
        assert child.stdout is not None
        child.stdin.write(said(document) + framed(STOP))
        child.stdin.flush()
        answers = [json.loads(child.stdout.read(int(size))) for size in child.stdout]
        return child.wait(60), answers


def test_a_child_stopped_long_before_it_has_a_plan_ends_without_one(tiny: Path) -> None:
    assert stopped_at_once(BUSY, tiny) == (STOPPED, [])


LATE = """
import threading, time
from placement.running import solving
class LatePlan(threading.Event):
    def wait(self, timeout=None):
        while not self.is_set():
            time.sleep(0.01)
        return False  # there is a plan, but patience was over a moment before
class Threading:
    Thread, Lock, Event = threading.Thread, threading.Lock, LatePlan
solving.threading = Threading
solving.main()
"""


def test_a_plan_that_comes_as_patience_ends_is_kept(small_term: Path) -> None:
    status, answers = stopped_at_once(LATE, small_term)
    assert status == 0
    assert "plan" in answers[-1]


def test_a_child_stopped_too_soon_is_reported_as_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ending = tmp_path / "ending"
    ending.write_text(f"#!/bin/sh\nexit {STOPPED}\n")
    ending.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(ending))
    with SolverProcess(b"{}", order(memory_mb=500)) as child, pytest.raises(StoppedError) as error:
        child.solved()
    assert error.value.sv == "Stoppad innan det fanns någon plan att behålla."
    assert error.value.en == "Stopped before there was a plan to keep."


@pytest.mark.parametrize(
    ("last_words", "memory_mb", "why"),
    [
        ("kill -SEGV $$", 500, "Memory ran out: the solver was allowed 500 MiB."),
        ("kill -SEGV $$", None, "The solver process died (signal SIGSEGV) without a plan."),
        ("echo 'out of memory' >&2; exit 1", 500, "Memory ran out: the solver was allowed 500 MiB."),
        ("echo 'out of luck' >&2; exit 1", 500, "The solver process died (status 1) without a plan. out of luck"),
        ("exit 4", None, "Memory ran out: the machine had no more."),
    ],
)
def test_how_a_child_died_is_told_and_whether_that_was_for_want_of_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, last_words: str, memory_mb: int | None, why: str
) -> None:
    dying = tmp_path / "dying"
    dying.write_text(f"#!/bin/sh\n{last_words}\n")
    dying.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(dying))
    with SolverProcess(b"{}", order(memory_mb=memory_mb)) as child, pytest.raises(NoPlanError) as error:
        child.solved()
    assert error.value.en.startswith(why)
    assert isinstance(error.value, OutOfMemoryError) == why.startswith("Memory")


def test_half_a_message_from_a_dying_child_is_no_answer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    dying = tmp_path / "dying"
    dying.write_text("""#!/bin/sh\nprintf '100\\n{"plan": "{'\n""")
    dying.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(dying))
    with SolverProcess(b"{}", order()) as child, pytest.raises(NoPlanError, match="status 0"):
        child.solved()


def test_a_child_ends_with_its_block(small_term: Path) -> None:
    document = small_term.read_bytes()
    with SolverProcess(document, order()) as child:
        pid = child.pid
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_child_that_is_frozen_before_it_has_read_the_problem_overruns_its_time(small_term: Path) -> None:
    limited = order(time_limit=0.5)
    with SolverProcess(small_term.read_bytes(), limited) as child:
        os.kill(child.pid, signal.SIGSTOP)
        with pytest.raises(OverrunError):
            follow(child, limited, lambda _last: False, threading.Event(), grace=0.5)
    with pytest.raises(ProcessLookupError):
        os.kill(child.pid, 0)


def test_a_parent_that_is_killed_leaves_no_orphan(small_term: Path) -> None:
    parent = subprocess.Popen([sys.executable, "-c", PARENT, small_term], stdout=subprocess.PIPE, text=True)
    assert parent.stdout is not None
    with parent.stdout as told:
        child = os.pidfd_open(int(told.readline()))
        parent.kill()
        parent.wait()
    try:
        ended, _, _ = select.select([child], [], [], 10)
    finally:
        os.close(child)
    assert ended


@pytest.mark.parametrize("sent", [b"", b"1000\nhalf of the document"], ids=["nothing", "half"])
def test_a_child_whose_parent_is_gone_before_the_problem_is_read_ends(sent: bytes) -> None:
    ended = subprocess.run(
        [sys.executable, "-m", "placement.running.solving"],
        input=framed(write_order(order())) + sent,
        capture_output=True,
        check=False,
    )
    assert (ended.returncode, ended.stdout) == (ORPHANED, b"")
