"""Quality values: what a caller prefers, as the headers ``Accept`` and ``Accept-Language`` state it."""

from __future__ import annotations

import re

from placement.printed.pages import Language

_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", re.IGNORECASE)


def preferences(header: str) -> dict[str, float]:
    """Return the quality value of each name in a header, from 0 (not acceptable) to 1; an invalid value counts as 0."""
    qualities: dict[str, float] = {}
    for part in header.split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        if name:
            weights = [word for word in parameters if word[:1] in {"q", "Q"}]
            read = [_WEIGHT.fullmatch(word) for word in weights]
            quality = min((min(1.0, float(form[1])) if form else 0.0 for form in read), default=1.0)
            qualities[name.lower()] = max(qualities.get(name.lower(), 0.0), quality)
    return qualities


def language(header: str) -> Language:
    """Return the preferred language: ``sv`` or ``en``; ``en`` if the header prefers neither."""
    qualities: dict[str, float] = {}
    for name, quality in preferences(header).items():
        word = name.split("-")[0]
        qualities[word] = max(qualities.get(word, 0.0), quality)
    return "sv" if qualities.get("sv", 0.0) > qualities.get("en", qualities.get("*", 0.0)) else "en"


def accepts(header: str, media_type: str) -> bool:
    """Tell whether a header accepts a media type; the most specific range that matches decides."""
    qualities = preferences(header)
    kind = media_type.partition("/")[0]
    matching = (qualities[name] for name in (media_type, f"{kind}/*", "*/*") if name in qualities)
    return next(matching, 0.0 if qualities else 1.0) > 0
