"""Wording: what the solver's sentences say, written as people write it."""

from __future__ import annotations

import re

from placement.printed.pages import Language

_SPAN = re.compile(r"\d{4}-W0?(\d{1,2})(?:–(?:\d{4}-)?W0?(\d{1,2}))?")


def say_weeks_in(text: str, *, language: Language) -> str:
    """Write the ISO weeks in a sentence as its language does, without their year: v. 5–9, or weeks 5–9."""

    def written(found: re.Match[str]) -> str:
        first, last = found.groups()
        space = "\N{NO-BREAK SPACE}"
        if last is None:
            return f"v.{space}{first}" if language == "sv" else f"week{space}{first}"
        return f"v.{space}{first}–{last}" if language == "sv" else f"weeks{space}{first}–{last}"

    return _SPAN.sub(written, text)
