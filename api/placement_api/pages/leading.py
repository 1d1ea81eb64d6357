"""Leading: where whoever has signed in is led on to, the page that was asked for before, if it is one of ours."""

from __future__ import annotations

from urllib.parse import urlencode, urlsplit

from fastapi import Request, Response

from placement.identity_numbers import holds_identity_number
from placement_api.operations import NONE, Operations
from placement_api.pages.frame import lead
from placement_api.signing_in.browsers import forget, keep, kept_in, own_path

FRONT = "/"
_WANTED = "placement-wanted"
_SECONDS = 3_600
"""How long a browser keeps which page was asked for: as long as a link lets somebody in."""
_NO_PAGES = ("/sign-in", "/v1/", "/openapi.json")
_MOST_PARTS = 12
"""No page of ours has more parts in its address; those of a longer one are not tried one after the other."""


def lead_to_sign_in(wanted: str) -> Response:
    """Lead whoever is not signed in to sign in and back to what they asked for; no identity number is repeated."""
    return lead(f"/sign-in?{urlencode({'next': _harmless(wanted)})}")


def page_at(request: Request, given: str) -> str:
    """Return the page of ours to lead on to; the front page in place of what is no page of ours.

    An address that only forms are sent to leads to the page that it lies below.
    """
    asked = _harmless(given)
    path = urlsplit(asked).path
    if path.count("/") > _MOST_PARTS:
        return FRONT
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


def _harmless(given: str) -> str:
    """Return a path of ours without an identity number; the front page in place of anything else."""
    asked = own_path(given)
    return FRONT if holds_identity_number(asked) else asked


def _opens(request: Request, path: str) -> bool:
    """Tell whether a page can be opened at an address, which the API's and those to sign in at are not."""
    operations: Operations = request.app.state.operations
    return not path.startswith(_NO_PAGES) and operations.find("GET", path) is not NONE
