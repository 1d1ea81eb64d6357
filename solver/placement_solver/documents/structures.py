"""Shapes made of other shapes: lists, amounts by week, objects with free names, and records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeGuard

from placement_solver.documents.shapes import MISREAD, Read, Reading, Schema, Shape, Text, Whole
from placement_solver.faults import pointed
from placement_solver.words import Words


class Repeated(dict[str, Any]):
    """A JSON object in which some member names occur more than once."""

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        """Keep the last value of each name, as JSON readers do, and the names that are repeated."""
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.names = [name for name, count in counts.items() if count > 1]


class OrNull(Shape):
    """Another shape, or null."""

    def __init__(self, shape: Shape) -> None:
        """Allow null as well as the shape."""
        self.shape = shape

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept null, or what the shape accepts."""
        return None if value is None else self.shape.read(value, at, reading)

    def schema(self) -> Schema:
        """Return the choice between the two."""
        return {"anyOf": [self.shape.schema(), {"type": "null"}]}


class ListOf(Shape):
    """A list of values of one shape; ``unique`` forbids repeated values."""

    asked = Words("en lista", "a list")

    def __init__(self, shape: Shape, *, unique: bool = False) -> None:
        """Set the shape of every element."""
        self.shape, self.unique = shape, unique

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Read each element."""
        if not isinstance(value, list):
            return reading.wrong(at, value, self.asked)
        read = tuple([self.shape.read(element, f"{at}/{i}", reading) for i, element in enumerate(value)])
        if self.unique and len(set(read)) < len(read):
            self._report_repeated(read, at, reading)
        return read

    def _report_repeated(self, values: tuple[Any, ...], at: str, reading: Reading) -> None:
        first: dict[Any, int] = {}
        for i, value in enumerate(values):
            if value is not MISREAD and first.setdefault(value, i) < i:
                reading.fault(
                    f"{at}/{i}",
                    f"”{value}” finns redan på plats {first[value]}",
                    f"'{value}' is already at position {first[value]}",
                )

    def schema(self) -> Schema:
        """Return an array, with unique elements where that is required."""
        return {"type": "array", "items": self.shape.schema()} | ({"uniqueItems": True} if self.unique else {})


class ListOrNull(OrNull):
    """A list, or null, which is read as an empty list."""

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept null, or what the list accepts."""
        return () if value is None else self.shape.read(value, at, reading)


class WholeOrNull(OrNull):
    """A whole number, or null, which is read as 0."""

    def __init__(self, number: Whole) -> None:
        """Allow null as well as the number."""
        super().__init__(number)

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept null, or what the number accepts."""
        return 0 if value is None else self.shape.read(value, at, reading)


class Amount(Shape):
    """A whole number for all weeks, or a list with one for each week of the term."""

    def __init__(self, high: int, longest: int) -> None:
        """Allow 0 to ``high``, and lists of up to ``longest`` weeks."""
        self.number, self.longest = Whole(0, high), longest

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Accept one number, or one for each week of the term."""
        if not isinstance(value, list):
            asked = self.number.asked
            return (
                self.number.read(value, at, reading)
                if type(value) is int
                else reading.wrong(
                    at, value, Words(f"{asked.sv} eller ett per vecka", f"{asked.en} or one for each week")
                )
            )
        read = tuple([self.number.read(element, f"{at}/{i}", reading) for i, element in enumerate(value)])
        if reading.weeks is not None and len(read) != reading.weeks:
            reading.fault(
                at,
                f"har {len(read)} veckor men terminen har {reading.weeks}",
                f"has {len(read)} weeks but the term has {reading.weeks}",
            )
        return read

    def schema(self) -> Schema:
        """Return both forms. JSON Schema cannot express that the list is as long as the term."""
        number = self.number.schema()
        return {"anyOf": [number, {"type": "array", "items": number, "minItems": 1, "maxItems": self.longest}]}


class ByName(Shape):
    """An object whose member names are free, such as zone → value."""

    def __init__(self, shape: Shape) -> None:
        """Set the shape of every value."""
        self.name, self.shape = Text(), shape

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Read each name and its value."""
        if not _is_object(value, at, reading):
            return MISREAD
        return {
            self.name.read(name, pointed(at, name), reading): self.shape.read(inner, pointed(at, name), reading)
            for name, inner in value.items()
        }

    def schema(self) -> Schema:
        """Return an object with free names."""
        return {
            "type": "object",
            "propertyNames": self.name.schema(),
            "additionalProperties": self.shape.schema(),
        }


@dataclass(frozen=True)
class Field:
    """One member of a record: its shape, what it means, and whether it may be left out."""

    shape: Shape
    meaning: str
    optional: bool = False


class Record(Shape):
    """An object with given members and no others."""

    def __init__(self, make: Callable[..., Any], meaning: str, fields: Mapping[str, Field]) -> None:
        """Set the members. ``make`` is called with the values by name and returns the object that they represent."""
        self.make, self.meaning, self.fields = make, meaning, fields
        self._parts = [(name, f"/{name}", field.shape, field.optional) for name, field in fields.items()]

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Read every member, and report missing and unknown ones."""
        if not _is_object(value, at, reading):
            return MISREAD
        read = {}
        for name, suffix, shape, optional in self._parts:
            if name in value:
                read[name] = shape.read(value[name], at + suffix, reading)
            elif not optional:
                read[name] = reading.fault(at + suffix, "fältet saknas", "the field is missing")
        if value.keys() - self.fields.keys():
            self._report_unknown(value, at, reading)
        return self.make(**read)

    def _report_unknown(self, value: Mapping[Any, object], at: str, reading: Reading) -> None:
        for name in value:
            if name not in self.fields:
                reading.fault(pointed(at, name), "okänt fält", "unknown field")

    def schema(self) -> Schema:
        """Return an object with these members and no others."""
        return {
            "description": self.meaning,
            "type": "object",
            "properties": {
                name: {"description": field.meaning} | field.shape.schema() for name, field in self.fields.items()
            },
            "required": [name for name, field in self.fields.items() if not field.optional],
            "additionalProperties": False,
        }


class RecordsOf(ListOf):
    """A list of records with a different value of the field ``key`` in each."""

    def __init__(self, record: Record, key: str) -> None:
        """Set the record and the field that identifies an entry."""
        super().__init__(record)
        self.key = key

    def read(self, value: object, at: str, reading: Reading) -> Read:
        """Read each record and report repeated keys."""
        read = super().read(value, at, reading)
        if read is MISREAD:
            return MISREAD
        first: dict[Any, int] = {}
        for i, entry in enumerate(read):
            key = MISREAD if entry is MISREAD else getattr(entry, self.key)
            if key is not MISREAD and first.setdefault(key, i) < i:
                reading.fault(
                    f"{at}/{i}/{self.key}",
                    f"”{key}” finns redan på plats {first[key]} i samma lista",
                    f"'{key}' is already at position {first[key]} of the same list",
                )
        return read


def _is_object(value: object, at: str, reading: Reading) -> TypeGuard[dict[Any, object]]:
    """Tell whether a value is an object. Report other values, and names that occur more than once."""
    if isinstance(value, Repeated):
        for name in value.names:
            reading.fault(pointed(at, name), "fältet förekommer mer än en gång", "the field occurs more than once")
    if isinstance(value, dict):
        return True
    reading.wrong(at, value, Words("ett objekt", "an object"))
    return False
