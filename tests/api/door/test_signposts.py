"""Signposts: every route is reached as if each were asked, and a call of no kind is answered as before."""

from __future__ import annotations

import re

from fastapi import APIRouter, FastAPI
from fastapi.routing import iter_route_contexts
from starlette.routing import Match

from placement_api.app import _everything
from placement_api.door.signposts import put_up_signposts


def scope_of(path: str, method: str) -> dict[str, object]:
    return {"type": "http", "path": path, "method": method, "root_path": "", "headers": [], "app": FastAPI()}


def test_the_group_of_a_route_is_never_passed_by() -> None:
    for group in _everything().routes:
        for route in iter_route_contexts([group]):
            path = re.sub(r"{[^}]*}", "x", getattr(route, "path", ""))
            for method in getattr(route, "methods", None) or ():
                assert group.matches(scope_of(path, method))[0] is Match.FULL, path


def test_most_groups_are_passed_by() -> None:
    asked = [
        group for group in _everything().routes if group.matches(scope_of("/v1/students/x", "GET"))[0] is Match.FULL
    ]
    assert len(asked) == 1
    assert all(group.matches(scope_of("/nowhere/at/all", "GET"))[0] is Match.NONE for group in _everything().routes)


def test_another_method_of_a_known_path_is_still_told_apart_from_an_unknown_path() -> None:
    met = {group.matches(scope_of("/v1/students/x", "PUT"))[0] for group in _everything().routes}
    assert met == {Match.NONE, Match.PARTIAL}


def test_a_route_that_takes_the_rest_of_a_path_is_asked_about_every_path() -> None:
    inner, outer = APIRouter(), APIRouter()

    @inner.get("/files/{name:path}")
    def show(name: str) -> str:
        return name

    outer.include_router(inner)
    put_up_signposts(outer)
    assert outer.routes[0].matches(scope_of("/files/a/b/c/d", "GET"))[0] is Match.FULL
