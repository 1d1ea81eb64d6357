"""The worked example with faults put into it, and the faults that the reader reports."""

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
"""Put this in place of a value to leave the field out."""


def faults_of(document: object) -> tuple[Fault, ...]:
    """The faults of a document, which must have at least one."""
    with pytest.raises(InvalidProblem) as refused:
        problem_of(document)
    return refused.value.faults


def changed(*edits: tuple[str, object]) -> Any:  # noqa: ANN401  (a JSON document)
    """The worked example with values set at JSON Pointers; a pointer that ends in ``-`` adds to a list."""
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
