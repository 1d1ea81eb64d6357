"""Sorting: the parameter ``sort``, which orders a list by one or several of its fields, rising or falling."""

from __future__ import annotations

from typing import Any

from pydantic import Field
from pydantic.alias_generators import to_snake

from placement.refusals import form
from placement.store.access import SortField

MOST_FIELDS = 4


def sorting(*fields: str) -> Any:  # noqa: ANN401 (pydantic's Field is typed so)
    """Describe a list's parameter ``sort``; ``fields`` are columns of the list's table by their names in the API."""
    one = f"-?({'|'.join(fields)})"
    named, example = ", ".join(fields), f"-{fields[0]},{fields[-1]}"
    pattern = form(
        f"^{one}(,{one}){{0,{MOST_FIELDS - 1}}}$",
        f"en lista, som {example}, med högst {MOST_FIELDS} av fälten {named}",
        f"a list such as {example} of at most {MOST_FIELDS} of the fields {named}",
    )
    return Field(
        None,
        pattern=pattern,
        description=(
            f"The fields to sort by: {named}. A minus sign means descending. "
            f"Empty values come last, ties are sorted by id."
            " De fält som listan sorteras efter. Minustecken betyder fallande. "
            "Tomma värden kommer sist, lika efter id."
        ),
        examples=[example],
    )


def orders_of(sort: str | None) -> tuple[SortField, ...]:
    """Return the parameter as the database layer's sort fields."""
    parts = sort.split(",") if sort else ()
    return tuple(SortField(to_snake(part.removeprefix("-")), falling=part.startswith("-")) for part in parts)
