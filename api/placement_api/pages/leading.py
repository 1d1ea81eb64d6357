"""Leading: where whoever has signed in is led on to, the page that was asked for before, if it is one of ours."""

from __future__ import annotations

from urllib.parse import urlsplit

from fastapi import Request, Response
from starlette.routing import Match

from placement_api.signing_in.browsers import forget, keep, kept_in, own_path

FRONT = "/"
_WANTED = "placement-wanted"
_SECONDS = 3_600
"""How long a browser keeps which page was asked for: as long as a link lets somebody in."""


def page_at(request: Request, given: str) -> str:
    """Return the page of ours to lead on to; the front page in place of what is no page of ours.

    An address that only forms are sent to leads to the page that it lies below.
    """
    asked = own_path(given)
    path = urlsplit(asked).path
    if _opens(request, path):
        return asked
    while path:
        path = path.rpartition("/")[0]
        if path and _opens(request, path):
            return path
    return FRONT


def keep_wanted(request: Request, answer: Response, wanted: str) -> None:
    """Let a browser keep which page was asked for, until a link that comes by mail is used in it."""
    if wanted == FRONT:
        forget_wanted(request, answer)
    else:
        keep(request, answer, _WANTED, wanted, _SECONDS)


def wanted_in(request: Request) -> str:
    """Return the page that was asked for in a browser before its reader was let in."""
    return page_at(request, kept_in(request, _WANTED) or FRONT)


def forget_wanted(request: Request, answer: Response) -> None:
    """Let a browser forget which page was asked for, if it keeps one."""
    if kept_in(request, _WANTED):
        forget(request, answer, _WANTED)


def _opens(request: Request, path: str) -> bool:
    """Tell whether an address can be opened, and not only be sent a form."""
    asked = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(asked)[0] is Match.FULL for route in request.app.routes)
