"""Parts of documents: one field of a plan or a problem, read without parsing the megabytes around it."""

from __future__ import annotations

import json
from typing import Any

_JSON = json.JSONDecoder()


def part_of(document: str, field: str) -> dict[str, Any]:
    """Return an object in a document by its field, whose name no other field may have; it is empty if there is none.

    Inside a text the quotes would be escaped, so only the field itself is found.
    """
    found = f'"{field}": '
    at = document.find(found)
    if at < 0:
        return {}
    part: dict[str, Any]
    part, _ = _JSON.raw_decode(document, at + len(found))
    return part
