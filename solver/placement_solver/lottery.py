"""Lottery: the order in which a seed draws students, which anyone who has the seed and the ids can draw again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable


def ticket_of(seed: str, student_id: str) -> str:
    """Return a student's ticket: the hexadecimal SHA-256 of ``<seed>:<student id>``."""
    return hashlib.sha256(f"{seed}:{student_id}".encode()).hexdigest()


def in_order_of_the_draw(seed: str, students: Iterable[str]) -> list[str]:
    """Return student ids in the order in which a seed draws them: the lowest ticket first."""
    return sorted(students, key=lambda student_id: ticket_of(seed, student_id))


def commitment_to(seed: str) -> str:
    """Return what is published of a seed before it is opened: its own hexadecimal SHA-256."""
    return hashlib.sha256(seed.encode()).hexdigest()
