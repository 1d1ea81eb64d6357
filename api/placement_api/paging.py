"""Paging: a list is answered in parts of bounded size, in a stable order, with links to the other parts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Generic, TypeVar

from fastapi import Depends, Request, Response
from pydantic import Field
from starlette.datastructures import URL

from placement.store.access import Page, Span
from placement_api.schemas.base import Given, Shown
from placement_api.sorting import orders_of

LARGEST_PAGE = 200
FURTHEST = 1_000_000_000

R = TypeVar("R")
S = TypeVar("S", bound=Shown)


class Paging(Given):
    """Which part of a list is wanted; the filters of each list are added to these."""

    limit: int = Field(20, ge=1, le=LARGEST_PAGE, description="How many at most. Högst så många.")
    offset: int = Field(0, ge=0, le=FURTHEST, description="How many to pass over. Så många hoppas över.")

    @property
    def span(self) -> Span:
        """Return the part in the words of the access layer."""
        return Span(self.limit, self.offset, orders_of(getattr(self, "sort", None)))  # a list may have one order


class Listed(Shown, Generic[S]):
    """A part of a list. En del av en lista."""

    items: list[S]
    total: int = Field(description="How many the whole list has. Så många har hela listan.")
    limit: int
    offset: int


class Links:
    """The answer to a request for a list, with its ``Link`` header."""

    def __init__(self, url: URL, response: Response) -> None:
        self._url = url
        self._response = response

    def page(self, asked: Paging, found: Page[R], show: Callable[[R], S]) -> Listed[S]:
        """Show the rows found, and link to the first, previous, next and last part."""
        last = max(0, (found.total - 1) // asked.limit * asked.limit)
        parts = {"first": 0, "last": last}
        if asked.offset > 0:
            parts["prev"] = max(0, asked.offset - asked.limit)
        if asked.offset + asked.limit < found.total:
            parts["next"] = asked.offset + asked.limit
        links = (f'<{self._address(asked.limit, offset)}>; rel="{name}"' for name, offset in parts.items())
        self._response.headers["Link"] = ", ".join(links)
        shown = [show(row) for row in found.rows]
        return Listed(items=shown, total=found.total, limit=asked.limit, offset=asked.offset)

    def _address(self, limit: int, offset: int) -> str:
        """Return a part's address, relative to the host, whatever name the caller knows it by."""
        part = self._url.include_query_params(limit=limit, offset=offset)
        return f"{part.path}?{part.query}"


async def _links(request: Request, response: Response) -> Links:
    """Link from the address that was asked for."""
    return Links(request.url, response)


Linked = Annotated[Links, Depends(_links)]
