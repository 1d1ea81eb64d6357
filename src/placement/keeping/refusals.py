"""Refusals: why a backup is not made or not put back."""

from __future__ import annotations

from typing import ClassVar

from placement.errors import PlacementError
from placement_solver.words import Words


class BackupError(PlacementError):
    """A backup cannot be made, or cannot be put back; nothing has been changed."""

    code: ClassVar[str] = "backup"

    def __init__(self, why: Words, /, **told: object) -> None:
        """Say why, with what the words leave open filled in."""
        super().__init__(sv=why.sv.format_map(told), en=why.en.format_map(told))
