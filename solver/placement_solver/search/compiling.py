"""What is compiled, made ready beside the search: loaded in a second, or compiled in some ten the first time.

A search does without it for as long as it is not ready, so that compiling never takes a solve past its time limit.
``python -m placement_solver.search.compiling`` compiles everything beforehand, where a service is installed.
"""

from __future__ import annotations

from functools import cache
from threading import Event, Thread

_ready = Event()


@cache
def begin() -> None:
    """Begin to make it ready; a second call does nothing."""
    Thread(target=_make_ready, daemon=True, name="compiling").start()


def are_ready(seconds: float) -> bool:
    """Tell whether it is ready, after waiting for at most some seconds."""
    return _ready.wait(seconds)


def _make_ready() -> None:
    from placement_solver.search.annealing import try_moves  # noqa: PLC0415 (the compiler takes time to load)
    from placement_solver.search.asking import try_asking  # noqa: PLC0415
    from placement_solver.search.exchanging import try_rings  # noqa: PLC0415

    try_asking()
    try_moves()
    try_rings()
    _ready.set()


if __name__ == "__main__":
    _make_ready()
