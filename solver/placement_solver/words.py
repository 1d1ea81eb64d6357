"""Texts for people, always in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One text in Swedish and in English."""

    sv: str
    en: str


def say_number(number: float) -> Words:
    """Write a number with the fewest decimals: ``7,5`` in Swedish, ``7.5`` in English."""
    return Words(f"{number:g}".replace(".", ","), f"{number:g}")


def say_whole(number: int) -> Words:
    """Write a whole number with its thousands apart, by a no-break space in Swedish and a comma in English."""
    return Words(f"{number:,}".replace(",", "\N{NO-BREAK SPACE}"), f"{number:,}")


def say_broken(rule: Words, why: Words) -> Words:
    """Say that something breaks a rule, which has a name, and how."""
    return Words(f"bryter mot regeln ”{rule.sv}”: {why.sv}", f"breaks the rule “{rule.en}”: {why.en}")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a rule comes from: a regulation, a clause, a routine; ``year`` is when it was decided or read."""

    title: str
    publisher: str
    year: int
