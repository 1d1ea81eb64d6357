"""Naming: whether what is stored as JSON, or a path, names any of some ids, on either database.

SQLAlchemy's own operators on JSON cannot be part of loader criteria, which ``protection`` is made of.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from sqlalchemy import Boolean, ColumnElement, String, literal, or_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlmodel import col


def names_none_of(column: Any, keys: Iterable[str], ids: list[str]) -> Iterator[ColumnElement[bool]]:  # noqa: ANN401
    """Yield the conditions that none of some keys of a JSON column has one of the ids."""
    for key in keys:
        value = _JsonText(col(column), key)
        yield or_(value.is_(None), value.not_in(ids))


class Names(FunctionElement[bool]):
    """Whether a list in a JSON column has any of some ids. The ids are read once, and not for each row."""

    type = Boolean()
    inherit_cache = True

    def __init__(self, column: object, ids: list[str]) -> None:
        super().__init__(column, literal(json.dumps(ids)))


class PathNames(Names):
    """Whether any of some ids is a part of a path, which slashes divide."""

    inherit_cache = True


@compiles(Names, "sqlite")
def _names_on_sqlite(element: Names, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 (the compiler's own)
    parts, ids = (compiler.process(each, **named) for each in element.clauses)
    if isinstance(element, PathNames):
        parts = f"""'[' || replace(json_quote({parts}), '/', '","') || ']'"""
    within = f"part.value IN (SELECT value FROM json_each({ids}))"  # noqa: S608 (a column and a bound value)
    return f"EXISTS (SELECT 1 FROM json_each({parts}) AS part WHERE {within})"  # noqa: S608 (as above)


@compiles(Names, "postgresql")
def _names_on_postgresql(element: Names, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 (as above)
    parts, ids = (compiler.process(each, **named) for each in element.clauses)
    divided = isinstance(element, PathNames)
    each = f"unnest(string_to_array({parts}, '/'))" if divided else f"jsonb_array_elements_text({parts})"
    within = f"part IN (SELECT json_array_elements_text(CAST({ids} AS json)))"
    return f"EXISTS (SELECT 1 FROM {each} AS part WHERE {within})"  # noqa: S608 (as above)


class _JsonText(FunctionElement[str]):
    """The text under a key of a JSON object; SQLAlchemy's own index cannot be part of loader criteria."""

    type = String()
    inherit_cache = True

    def __init__(self, column: object, key: str) -> None:
        super().__init__(column, literal(key))


@compiles(_JsonText, "sqlite")
def _on_sqlite(element: _JsonText, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 (the compiler's own)
    column, key = (compiler.process(each, **named) for each in element.clauses)
    return f"json_extract({column}, '$.' || {key})"


@compiles(_JsonText, "postgresql")
def _on_postgresql(element: _JsonText, compiler: SQLCompiler, **named: Any) -> str:  # noqa: ANN401 (as above)
    column, key = (compiler.process(each, **named) for each in element.clauses)
    return f"({column} #>> string_to_array({key}, '.'))"
