"""Compiles a function into machine code, once for all: what it compiles is kept on the disk."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import numba

F = TypeVar("F", bound=Callable[..., object])


def compiled(function: F) -> F:
    """Compile a function, and keep the result on the disk where that can be written to."""
    try:
        made = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # nowhere to keep it
        made = numba.njit(nogil=True)(function)
    return cast("F", made)
