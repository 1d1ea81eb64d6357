"""Professions in the language of a command."""

from __future__ import annotations

from placement import professions
from placement.cli.speech import Language


def name_profession(profession: str, lang: Language) -> str:
    """Name a profession, by its code where there is no name of ours."""
    return lang.of(professions.name_profession(profession))
