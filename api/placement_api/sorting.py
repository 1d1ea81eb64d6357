"""Sorting: by which of its fields a list may be put in order, several of them, each upwards or downwards."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic.alias_generators import to_snake

from placement.store.access import SortField

MOST_FIELDS = 4


def sorting(*fields: str) -> Any:  # noqa: ANN401 (pydantic's Field is typed so)
    """Describe a list's parameter ``sort``: the fields are columns of the list's table, named as the API does."""
    one = f"-?({'|'.join(fields)})"
    named = ", ".join(fields)
    return Field(
        None,
        pattern=f"^{one}(,{one}){{0,{MOST_FIELDS - 1}}}$",
        description=(
            f"In the order of these fields, one with a minus downwards, empty ones last, equals by id: {named}."
            " I ordning efter dessa fält, med minus fallande; tomma sist, lika efter id."
        ),
        examples=[f"-{fields[0]},{fields[-1]}"],
    )


def orders_of(sort: str | None) -> tuple[SortField, ...]:
    """Read the parameter in the words of the access layer."""
    parts = sort.split(",") if sort else ()
    return tuple(SortField(to_snake(part.removeprefix("-")), falling=part.startswith("-")) for part in parts)
