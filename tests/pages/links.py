"""Links: which pages there are, as whoever follows links from where they land would find them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import urljoin, urlsplit

MOST_PAGES = 40
"""So many kinds of page are gone to, which is more than any role has."""
_ID = re.compile(r"[a-z]{2,4}_[0-9a-f]{16}")
_FILES = (".csv", ".xlsx", ".ics", ".pdf", ".json")
_NOT_PAGES = ("/v1/", "/assets/", "/docs", "/sign-out", "/problems/", "/openapi")


def kind_of(address: str) -> str:
    """Return which page an address is, whichever row it shows and however it is filtered."""
    return _ID.sub("{id}", urlsplit(address).path)


def pages_among(links: Iterable[str], address: str) -> Iterator[str]:
    """Yield the addresses of the same service's pages among the links of a page at an address."""
    for link in links:
        there = urljoin(address, link)
        path = urlsplit(there).path
        if (
            urlsplit(there)[:2] == urlsplit(address)[:2]
            and not path.startswith(_NOT_PAGES)
            and not path.endswith(_FILES)
        ):
            yield there.partition("#")[0]


class Walk:
    """The addresses that are still to be gone to, one of each kind of page."""

    def __init__(self, start: str) -> None:
        self._waiting = [start]
        self._seen: set[str] = set()

    def __iter__(self) -> Iterator[str]:
        """Yield the next page that is of a kind not seen before, until none is left."""
        while self._waiting and len(self._seen) < MOST_PAGES:
            address = self._waiting.pop(0)
            if kind_of(address) not in self._seen:
                self._seen.add(kind_of(address))
                yield address

    def found(self, links: Iterable[str], address: str) -> None:
        """Go on to the pages that the links of a page lead to."""
        self._waiting += pages_among(links, address)
