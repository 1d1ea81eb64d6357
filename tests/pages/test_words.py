"""Every text of a page is in both languages: what stands in a template outside an expression has no words."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from importlib.resources import files

import pytest

TEMPLATES = sorted(
    (each for each in files("placement_api.pages").joinpath("templates").iterdir() if each.name.endswith(".html")),
    key=lambda each: each.name,
)
_EXPRESSION = re.compile(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
_PAIR = re.compile(r"""\bt\(\s*(?P<one>"[^"]*"|'[^']*')\s*,\s*(?P<other>"[^"]*"|'[^']*')""")
_WORD = re.compile(r"[A-Za-zÅÄÖåäö]{2,}")
_READ_ALOUD = frozenset({"title", "alt", "aria-label", "placeholder", "aria-description", "summary"})
_NAMES = frozenset({"Placement", "Gap", "Ctrl", "min", "hp", "XLSX", "CSV", "PDF", "Excel"})
"""What is the same in both languages."""
_ADDRESS = re.compile(r"\b[\w.-]+\.se\b[\w/.-]*")
_MARKUP = frozenset({"class", "narrow", "prose", "row", "scope", "td", "th"})
"""What stands in a part of a template that is put into a tag."""


class _Told(HTMLParser):
    """Collects what a page tells its readers by itself."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self.on_a_key = False

    def handle_data(self, data: str) -> None:
        self.texts += [] if self.on_a_key else [_ADDRESS.sub("", data)]

    def handle_endtag(self, tag: str) -> None:
        self.on_a_key = self.on_a_key and tag != "kbd"

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.on_a_key = self.on_a_key or tag == "kbd"
        self.texts += [value for name, value in attributes if name in _READ_ALOUD and value]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_no_text_of_a_template_is_in_one_language_only(template: object) -> None:
    told = _Told()
    told.feed(_EXPRESSION.sub(" ", template.read_text(encoding="utf-8")))  # type: ignore[attr-defined]
    words = {word for text in told.texts for word in _WORD.findall(text)} - _NAMES - _MARKUP
    assert words == set()


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda each: each.name)
def test_no_text_is_the_same_in_both_languages_by_mistake(template: object) -> None:
    text = template.read_text(encoding="utf-8")  # type: ignore[attr-defined]
    pairs = [(each["one"][1:-1], each["other"][1:-1]) for each in _PAIR.finditer(text)]
    assert [one for one, other in pairs if bool(one.strip()) != bool(other.strip())] == []
    assert [one for one, other in pairs if one == other and len(_WORD.findall(one)) > 2] == []
    english = [re.sub("[Ll]ärosäte", "", other) for _, other in pairs if other != "På svenska"]
    assert [other for other in english if re.search("[åäöÅÄÖ]", other)] == []
