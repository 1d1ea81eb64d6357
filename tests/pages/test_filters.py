"""A page's filters may be left empty, sent as the page has them, or hold nonsense: none of it breaks the page."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel

from placement.callers import Role
from placement_api.pages import PAGES
from tests.pages.conftest import Browse

pytestmark = [pytest.mark.one_database, pytest.mark.no_cover]

NONSENSE = ("", " ", "x", "-1", "0", "9" * 21, "2027-W99", "å" * 300, "\x00", "[]", "1.5", "true")
READERS = (Role.COORDINATOR, Role.INSTITUTION, Role.PROVIDER, Role.AUDITOR)


def filtered() -> Iterator[tuple[str, list[str]]]:
    """Yield the pages that take something in their address and show no single row, with the names of what they take."""
    for router in PAGES:
        for route in router.routes:
            if isinstance(route, APIRoute) and "GET" in (route.methods or ()):
                path = route.path.replace("{code}", "VT2027")
                kinds = [each.field_info.annotation for each in route.dependant.query_params]
                names = [
                    name
                    for kind in kinds
                    if isinstance(kind, type) and issubclass(kind, BaseModel)
                    for name in kind.model_fields
                ]
                if names and "{" not in path:
                    yield path, names


class _Forms(HTMLParser):
    """The forms of a page that only ask, each as its address and its fields as the page has them."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[tuple[str, dict[str, str]]] = []
        self._in_form = False
        self._select: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._in_form = given.get("method", "get") == "get"
            if self._in_form:
                self.forms.append((given.get("action", ""), {}))
        if not self._in_form:
            return
        fields = self.forms[-1][1]
        if tag == "input" and given.get("type") not in {"checkbox", "radio"} and "name" in given:
            fields[given["name"]] = given.get("value", "")
        if tag == "select":
            self._select = given["name"]
        if tag == "option" and self._select and (self._select not in fields or "selected" in given):
            fields[self._select] = given.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        self._in_form &= tag != "form"
        self._select = None if tag == "select" else self._select


PAGES_WITH_FILTERS = list(filtered())


@pytest.mark.parametrize("role", READERS)
def test_a_filter_sent_as_the_page_has_it_shows_the_page_again(browse: Browse, role: Role) -> None:
    browser, sent = browse(role), 0
    for path, _ in PAGES_WITH_FILTERS:
        page = browser.get(path)
        assert page.status_code in {200, 403}, path
        forms = _Forms()
        forms.feed(page.text)
        for action, fields in forms.forms:
            again = browser.get(f"{action.partition('?')[0] or path}?{urlencode(fields)}")
            assert again.status_code == 200, (path, fields)
            sent += 1
    assert sent > 0 or role is Role.PROVIDER


@pytest.mark.parametrize(("path", "names"), PAGES_WITH_FILTERS, ids=[path for path, _ in PAGES_WITH_FILTERS])
def test_nonsense_in_a_filter_is_refused_or_finds_nothing(browse: Browse, path: str, names: list[str]) -> None:
    browser = next(each for each in map(browse, READERS) if each.get(path).status_code == 200)
    for name in names:
        for value in NONSENSE:
            answer = browser.get(f"{path}?{urlencode({name: value})}")
            assert answer.status_code in {200, 404, 422}, (name, value)
    empty = browser.get(f"{path}?{urlencode(dict.fromkeys(names, ''))}")
    assert empty.status_code in {200, 404}, "all of it left empty"
