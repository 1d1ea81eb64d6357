"""The worked example with something wrong in it, and what the reader finds."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest

from placement_solver.documents import problem_of
from placement_solver.faults import Fault, InvalidProblem

TINY = (Path(__file__).parent / "examples" / "tiny.json").read_text(encoding="utf-8")
GONE = object()
"""Put in place of a value: the field is left out."""


def faults_of(document: object) -> tuple[Fault, ...]:
    """Everything wrong with a document, which must be something."""
    with pytest.raises(InvalidProblem) as refused:
        problem_of(document)
    return refused.value.faults


def changed(*edits: tuple[str, object]) -> Any:  # noqa: ANN401  (a JSON document)
    """The worked example with values put at places; ``-`` at the end of a place adds to its list."""
    document = json.loads(TINY)
    for pointer, value in edits:
        *way, last = pointer.split("/")[1:]
        place = document
        for step in way:
            place = place[int(step)] if isinstance(place, list) else place[step]
        if value is GONE:
            del place[last]
        elif last == "-":
            place.append(value)
        elif isinstance(place, list):
            place[int(last)] = value
        else:
            place[last] = copy.deepcopy(value)
    return document
