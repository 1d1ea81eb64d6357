"""Web: the functions of the API's package that commands use, by name: this package does not depend on that one."""

from __future__ import annotations

from importlib import import_module
from typing import Any

SHELL = "placement_api.shell"


def from_the_api(name: str) -> Any:  # noqa: ANN401 (a function of the other package)
    """Return a function of the API's package."""
    return getattr(import_module(SHELL), name)
