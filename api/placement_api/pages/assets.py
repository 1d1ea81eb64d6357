"""Assets: the pages' stylesheet and scripts, whose addresses change with them, so that browsers keep them."""

from __future__ import annotations

import hashlib
from functools import cache
from importlib.resources import files

from fastapi import APIRouter, Response
from starlette.exceptions import HTTPException

router = APIRouter(include_in_schema=False)

_KINDS = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_FOR_A_YEAR = "public, max-age=31536000, immutable"


@cache
def _held() -> dict[str, tuple[bytes, str]]:
    """Return each asset by its name, with a digest of what is in it."""
    folder = files("placement_api.pages").joinpath("static")
    found = {each.name: each.read_bytes() for each in folder.iterdir()}
    return {name: (content, hashlib.sha256(content).hexdigest()[:12]) for name, content in found.items()}


def address_of_asset(name: str) -> str:
    """Return the address of an asset as it is now."""
    return f"/assets/{_held()[name][1]}/{name}"


@router.get("/assets/{digest}/{name}")
def show_asset(digest: str, name: str) -> Response:
    """Show a stylesheet or a script; the digest in its address only tells browsers whether they have it."""
    held = _held().get(name)
    if held is None:
        raise HTTPException(404)
    content, current = held
    kept = {"Cache-Control": _FOR_A_YEAR} if digest == current else {}
    return Response(content, media_type=_KINDS[name.rpartition(".")[2]], headers=kept)
