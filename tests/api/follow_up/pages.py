"""Pages: what a reader, or a reader's assistive technology, makes of an HTML page."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

EMPTY = {"meta", "link", "rect", "line", "br", "img", "input"}


@dataclass
class Heard(HTMLParser):
    """The outline of a page, and the faults that an accessibility checker would find in it."""

    html: str
    language: str = ""
    title: str = ""
    headings: list[tuple[int, str]] = field(default_factory=list)
    tables: list[dict[str, int | str]] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self.feed(self.html)
        self._check()

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        given = dict(attributes)
        if tag not in EMPTY:
            self._open.append(tag)
        if tag == "html":
            self.language = given.get("lang") or ""
        elif re.fullmatch(r"h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        elif tag == "table":
            self.tables.append({"caption": "", "columns": 0, "rows": 0})
        elif tag == "th" and self.tables:
            self.tables[-1]["columns" if given.get("scope") == "col" else "rows"] += 1  # type: ignore[operator]
            self.faults += [] if given.get("scope") in {"col", "row"} else ["a header cell without a scope"]
        elif tag == "svg":
            self.pictures.append(given.get("aria-label") or "")
            self.faults += [] if given.get("role") == "img" and given.get("aria-label") else ["a picture without words"]
        elif tag in {"script", "iframe", "object", "img"} or any(name.startswith("on") for name in given):
            self.faults.append(f"<{tag}> that runs or fetches something")

    def handle_endtag(self, tag: str) -> None:
        if tag not in EMPTY and (not self._open or self._open.pop() != tag):
            self.faults.append(f"</{tag}> that closes nothing")

    def handle_data(self, data: str) -> None:
        if "title" in self._open:
            self.title += data
        elif "caption" in self._open:
            self.tables[-1]["caption"] = f"{self.tables[-1]['caption']}{data}"
        elif self._open and re.fullmatch(r"h[1-6]", self._open[-1]):
            level, text = self.headings[-1]
            self.headings[-1] = level, text + data

    def _check(self) -> None:
        """Find what the whole page lacks."""
        levels = [level for level, _ in self.headings]
        if levels.count(1) != 1 or levels[0] != 1:
            self.faults.append("not exactly one heading of the page, first")
        if any(after > before + 1 for before, after in pairwise(levels)):
            self.faults.append("a heading level is skipped")
        if not all(table["caption"] and table["columns"] and table["rows"] for table in self.tables):
            self.faults.append("a table without caption or headers")
        if not (self.language and self.title.strip()):
            self.faults.append("no language or title")
        if self._open:
            self.faults.append(f"{self._open} is never closed")
