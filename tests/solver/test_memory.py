"""What is free goes back to the machine, where the C library can give it back."""

from __future__ import annotations

import ctypes
from pathlib import Path

import pytest

from placement_solver.search import memory
from placement_solver.search.memory import give_back

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
