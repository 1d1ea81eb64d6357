"""Quality values: how well a caller likes each of several things, as in ``Accept`` and ``Accept-Language``."""

from __future__ import annotations

import re

_WEIGHT = re.compile(r"q\s*=\s*([01](?:\.[0-9]{0,3})?)", re.IGNORECASE)


def liking(header: str) -> dict[str, float]:
    """Return how well each thing named is liked, from 0 (not at all) to 1; what cannot be read, not at all."""
    liked: dict[str, float] = {}
    for part in header.split(","):
        name, *parameters = (word.strip() for word in part.split(";"))
        if name:
            weights = [word for word in parameters if word[:1] in {"q", "Q"}]
            read = [_WEIGHT.fullmatch(word) for word in weights]
            quality = min((min(1.0, float(form[1])) if form else 0.0 for form in read), default=1.0)
            liked[name.lower()] = max(liked.get(name.lower(), 0.0), quality)
    return liked


def language(header: str) -> str:
    """Return the language of ours that is liked best: ``sv`` or ``en``, English where neither is."""
    liked: dict[str, float] = {}
    for name, quality in liking(header).items():
        word = name.split("-")[0]
        liked[word] = max(liked.get(word, 0.0), quality)
    return "sv" if liked.get("sv", 0.0) > liked.get("en", liked.get("*", 0.0)) else "en"


def accepts(header: str, media_type: str) -> bool:
    """Tell whether a media type is among those accepted; the closest that is named decides."""
    liked = liking(header)
    kind = media_type.partition("/")[0]
    closest = (liked[name] for name in (media_type, f"{kind}/*", "*/*") if name in liked)
    return next(closest, 0.0 if liked else 1.0) > 0
