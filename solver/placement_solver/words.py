"""Texts for people, always in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Swedish and in English."""

    sv: str
    en: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: a regulation, a clause, a routine; ``year`` is when it was decided or read."""

    title: str
    publisher: str
    year: int
