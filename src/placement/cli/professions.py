"""Professions: their names in the language of a command."""

from __future__ import annotations

from placement import standard_lists
from placement.cli.speech import Language


def name_profession(profession: str, lang: Language) -> str:
    """Return a profession's name, or its code if it has no name."""
    return lang.of(standard_lists.name_profession(profession))
