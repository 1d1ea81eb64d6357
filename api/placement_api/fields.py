"""Fields: the fields that a call may have at a place, so that an unknown one can be answered with the nearest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, get_args

from fastapi import Request
from fastapi.routing import APIRoute
from pydantic import BaseModel

Place = Sequence[str | int]


def fields_asked(request: Request, place: Place) -> list[str]:
    """Return the fields that a request may have beside the place of a fault, or the parameters of its query."""
    route = request.scope["route"]
    assert isinstance(route, APIRoute)  # noqa: S101 (the framework checks values for no other kind)
    part, *path = place
    declared = [route.body_field] if part == "body" else route.dependant.query_params
    return fields_at([field.field_info.annotation for field in declared if field is not None], path)


def fields_at(shapes: Sequence[Any], path: Place) -> list[str]:
    """Return the fields beside the last step of a path, which begins at a value of one of these types.

    Steps that are no field, such as places in a list, are passed over.
    """
    models = list(_models_in(shapes))
    for step in path[:-1]:
        inner = [field.annotation for model in models for name, field in _named(model) if name == step]
        models = list(_models_in(inner)) if inner else models
    return [name for model in models for name, _field in _named(model)]


def _models_in(shapes: Sequence[Any]) -> Iterator[type[BaseModel]]:
    """Yield the models among types, and within their lists and alternatives."""
    for shape in shapes:
        if isinstance(shape, type) and issubclass(shape, BaseModel):
            yield shape
        else:
            yield from _models_in(get_args(shape))


def _named(model: type[BaseModel]) -> Iterator[tuple[str, Any]]:
    """Yield a model's fields by the names that callers know."""
    for name, field in model.model_fields.items():
        yield field.alias or name, field
