"""Paging: a list is returned in parts of bounded size, in a stable order, with links to the other parts."""

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
    """Which part of a list to return; each list adds its own filters."""

    limit: int = Field(
        20, ge=1, le=LARGEST_PAGE, description="The largest number of rows to return. Största antal rader i svaret."
    )
    offset: int = Field(0, ge=0, le=FURTHEST, description="The number of rows to skip. Antal rader att hoppa över.")

    @property
    def span(self) -> Span:
        """Return the part and its order as the database layer's ``Span``."""
        return Span(
            self.limit, self.offset, orders_of(getattr(self, "sort", None))
        )  # a list without `sort` has a fixed order


class Listed(Shown, Generic[S]):
    """A part of a list. En del av en lista."""

    items: list[S]
    total: int = Field(description="The number of rows in the whole list. Antal rader i hela listan.")
    limit: int
    offset: int


class Links:
    """Makes the answer to a request for a list, and its ``Link`` header."""

    def __init__(self, url: URL, response: Response) -> None:
        self._url = url
        self._response = response

    def page(self, asked: Paging, found: Page[R], show: Callable[[R], S]) -> Listed[S]:
        """Return the rows found as ``show`` shows them, and link to the first, previous, next and last part."""
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
        """Return a part's address without the host, which may have another name behind a proxy."""
        part = self._url.include_query_params(limit=limit, offset=offset)
        return f"{part.path}?{part.query}"


async def _links(request: Request, response: Response) -> Links:
    """Make the links from the address of the request."""
    return Links(request.url, response)


Linked = Annotated[Links, Depends(_links)]
