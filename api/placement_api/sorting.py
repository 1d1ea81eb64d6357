"""Sorting: the parameter ``sort``, which orders a list by one or several of its fields, rising or falling."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic.alias_generators import to_snake

from placement.store.access import SortField

MOST_FIELDS = 4


def sorting(*fields: str) -> Any:  # noqa: ANN401 (pydantic's Field is typed so)
    """Describe a list's parameter ``sort``; ``fields`` are columns of the list's table by their names in the API."""
    one = f"-?({'|'.join(fields)})"
    named = ", ".join(fields)
    return Field(
        None,
        pattern=f"^{one}(,{one}){{0,{MOST_FIELDS - 1}}}$",
        description=(
            f"The fields to sort by: {named}. A minus sign means descending. "
            f"Empty values come last, ties are sorted by id."
            " De fält som listan sorteras efter. Minustecken betyder fallande. "
            "Tomma värden kommer sist, lika efter id."
        ),
        examples=[f"-{fields[0]},{fields[-1]}"],
    )


def orders_of(sort: str | None) -> tuple[SortField, ...]:
    """Return the parameter as the database layer's sort fields."""
    parts = sort.split(",") if sort else ()
    return tuple(SortField(to_snake(part.removeprefix("-")), falling=part.startswith("-")) for part in parts)
