"""What is free goes back to the machine, where the C library can give it back."""

from __future__ import annotations

import ctypes
import time
from pathlib import Path

import pytest

from placement_solver.search import memory
from placement_solver.search.memory import Growth, give_back, resident

KIB = 1024


def resident_kib() -> int:
    status = Path("/proc/self/status").read_text(encoding="utf-8")
    return int(status.split("VmRSS:")[1].split()[0])


@pytest.mark.skipif(not hasattr(ctypes.CDLL(None), "malloc_trim"), reason="needs glibc")
def test_what_was_freed_below_something_still_in_use_is_given_back() -> None:
    library = ctypes.CDLL(None)
    library.malloc.restype = ctypes.c_void_p
    library.malloc.argtypes = [ctypes.c_size_t]
    library.free.argtypes = [ctypes.c_void_p]
    library.memset.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_size_t]
    blocks = [library.malloc(KIB) for _ in range(100_000)]
    for block in blocks:
        library.memset(block, 1, KIB)
    for block in blocks[:-1]:  # the last one is still in use, and the library keeps all that lies below it
        library.free(block)
    before = resident_kib()
    give_back()
    assert before - resident_kib() > 50_000
    library.free(blocks[-1])


def test_elsewhere_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ctypes, "CDLL", lambda _: object())
    memory._trim.cache_clear()
    give_back()
    memory._trim.cache_clear()


def test_a_process_is_told_once_it_has_grown_by_more_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    has, at = [500.0], [0.0]
    monkeypatch.setattr(memory, "resident", lambda: has[0])
    monkeypatch.setattr(time, "monotonic", lambda: at[0])
    growth = Growth(100.0)
    for mebibytes, over in ((500.0, False), (600.0, False), (601.0, True), (300.0, False)):
        has[0], at[0] = mebibytes, at[0] + 1
        assert growth.is_over() is over


def test_what_a_process_has_is_looked_up_now_and_then_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """HiGHS asks thousands of times a second."""
    has, at = [500.0], [10.0]
    monkeypatch.setattr(memory, "resident", lambda: has[0])
    monkeypatch.setattr(time, "monotonic", lambda: at[0])
    growth = Growth(100.0)
    assert not growth.is_over()
    has[0] = 700.0
    assert not growth.is_over()
    at[0] += 1
    assert growth.is_over()


def test_what_this_process_has_is_what_the_system_says() -> None:
    assert abs(resident() - resident_kib() / KIB) < 50


def test_where_the_system_does_not_say_nothing_has_grown(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(memory, "_PROCESS", tmp_path / "nothing")
    assert resident() == 0
    assert not Growth(0.0).is_over()
