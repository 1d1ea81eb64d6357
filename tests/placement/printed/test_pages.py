"""Pages say words, numbers, days and sums as their language does, and repeat nothing that a browser would run."""

from __future__ import annotations

import base64
import datetime as dt
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from jinja2 import DictLoader, PackageLoader, UndefinedError
from pypdf import PdfReader

from placement.errors import UnavailableError
from placement.printed import pages
from placement.printed.charts import BarChart, Row
from placement.printed.pages import LANGUAGES, STYLE_HASH, Language, render, say_days
from placement.printed.pdf import as_pdf
from placement_solver.words import Words
from tests.placement.printed.reading import policy_of

SMALL = """\
{% extends "base.html" %}
{% from "charts.html" import bars with context %}
{% block title %}{{ name | words }}{% endblock %}
{% block content %}<h1>{{ name | words }}</h1>
<p>{{ 1234567 | number }} · {{ 2.5 | number(1) }} · {{ -1234550 | money }} · {{ 100 | money("EUR") }} · {{ 1 | of(3) }}
· {{ 0 | of(0) }} · {{ day | day }} · {{ t("ja", "yes") }} · {{ raw }}</p>
{% if chart %}{{ bars(chart) }}{% endif %}{% endblock %}
"""
NAME = Words("Avräkning", "Settlement")


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    loader = PackageLoader("placement.printed")

    class Both(DictLoader):
        def get_source(self, environment, template):  # type: ignore[no-untyped-def] # noqa: ANN001, ANN202 (Jinja's own)
            return (
                super().get_source(environment, template)
                if template in self.mapping
                else loader.get_source(environment, template)
            )

    monkeypatch.setattr(pages, "PackageLoader", lambda _package: Both({"small.html": SMALL}))
    pages._environment.cache_clear()
    yield
    pages._environment.cache_clear()


def small(language: Language, **more: object) -> str:
    given = {"name": NAME, "day": dt.date(2027, 2, 3), "raw": "<script>", "chart": None, **more}
    return render("small.html", language, **given).replace("\N{NO-BREAK SPACE}", " ")


def test_a_page_writes_numbers_days_and_sums_as_swedish_does() -> None:
    html = small("sv")
    assert "1 234 567 · 2,5 · −12 345,50 kr · 1,00 EUR · 33,3 %" in html
    assert "3 februari 2027 · ja" in html
    assert '<html lang="sv">' in html
    assert "<h1>Avräkning</h1>" in html


def test_a_page_writes_numbers_days_and_sums_as_english_does() -> None:
    html = small("en")
    assert "1,234,567 · 2.5 · SEK −12,345.50 · EUR 1.00 · 33.3%" in html
    assert "3 February 2027 · yes" in html


def test_a_share_of_nothing_is_a_dash() -> None:
    assert re.search(r"· – ·", small("sv"))


def test_a_text_from_outside_is_shown_and_never_run() -> None:
    assert "&lt;script&gt;" in small("sv")


def test_a_template_that_names_what_was_not_given_is_an_error() -> None:
    with pytest.raises(UndefinedError):
        render("small.html", "sv", name=NAME, chart=None, day=dt.date(2027, 2, 3))


def test_the_policy_allows_the_style_of_the_page_and_no_other() -> None:
    assert policy_of(small("sv")) == STYLE_HASH


SERIES = (Words("2026", "2026"), Words("2027", "2027"))
ROWS = (Row("Nacka", (10, 5)), Row("Täby", (None, 20)), Row("Solna", (0, None)))


def chart(
    language: Language = "sv", rows: Sequence[Row] = ROWS, series: Sequence[Words] = SERIES, *, stacked: bool = False
) -> BarChart:
    title, of = Words("Studentveckor", "Student-weeks"), Words("Kommun", "Municipality")
    return BarChart(title, of, series, rows, language, stacked=stacked)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_chart_has_its_figures_in_a_table(language: Language) -> None:
    html = small(language, chart=chart(language))
    assert html.count("<rect class=") == 4 + 2
    table = html[html.index("<table>") :]
    assert re.findall(
        r'<th scope="row">(\w+)</th><td class="number">(.*?)</td><td class="number">(.*?)</td>', table
    ) == [
        ("Nacka", "10", "5"),
        ("Täby", "–", "20"),
        ("Solna", "0", "–"),
    ]


def test_bars_side_by_side_share_one_scale_and_bars_end_to_end_their_sum() -> None:
    beside, stacked = (chart(stacked=each) for each in (False, True))
    assert [(bar.x, bar.width, bar.text) for bar in beside.bars][:2] == [(220, 215.0, "10"), (220, 107.5, "5")]
    assert [(bar.x, bar.width, bar.text) for bar in stacked.bars][:2] == [(220, 215.0, ""), (435, 107.5, "15")]
    assert beside.height > stacked.height


def test_a_chart_of_one_series_needs_no_key_and_one_of_nothing_is_drawn() -> None:
    one = chart(rows=[Row("Nacka", (0,))], series=SERIES[:1])
    assert one.keys == []
    assert [bar.width for bar in one.bars] == [0]
    assert chart(rows=[]).bars == []


def test_a_page_becomes_a_tagged_pdf_that_knows_its_language_and_title() -> None:
    made = PdfReader(io.BytesIO(as_pdf(small("sv", chart=chart()))))
    assert str(made.root_object["/MarkInfo"]) == "{'/Marked': True}"
    assert str(made.root_object["/Lang"]) == "sv"
    assert made.metadata is not None
    assert made.metadata.title == "Avräkning"
    assert "1 234 567" in made.pages[0].extract_text().replace("\N{NO-BREAK SPACE}", " ")


def test_a_pdf_fetches_nothing_not_even_a_file_of_the_machine(tmp_path: Path) -> None:
    drawing = "<svg xmlns='http://www.w3.org/2000/svg' width='99' height='20'><text y='20'>hemligt</text></svg>"
    (tmp_path / "secret.svg").write_text(drawing)
    inside = base64.b64encode(drawing.encode()).decode()
    for address, shown in ((f"file://{tmp_path}/secret.svg", False), (f"data:image/svg+xml;base64,{inside}", True)):
        made = as_pdf(small("sv").replace("<h1>", f'<img src="{address}" alt="bild"><h1>'))
        assert ("hemligt" in PdfReader(io.BytesIO(made)).pages[0].extract_text()) is shown


def test_a_machine_without_pango_says_so_and_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lacking:
        def find_spec(self, name: str, *_: object) -> None:
            if name == "weasyprint":
                raise OSError("cannot load library 'libpango-1.0-0'")

    for name in [name for name in sys.modules if name.split(".")[0] == "weasyprint"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", [Lacking(), *sys.meta_path])
    with pytest.raises(UnavailableError, match="Pango"):
        as_pdf("<p>")


@pytest.mark.parametrize(
    ("first", "last", "sv", "en"),
    [
        ((2026, 11, 8), (2026, 11, 21), "8–21 november 2026", "8–21 November 2026"),
        ((2026, 10, 28), (2026, 11, 21), "28 oktober–21 november 2026", "28 October–21 November 2026"),
        ((2026, 12, 28), (2027, 1, 3), "28 december 2026–3 januari 2027", "28 December 2026–3 January 2027"),
    ],
)
def test_days_from_one_to_another_write_what_both_have_once(
    first: tuple[int, int, int], last: tuple[int, int, int], sv: str, en: str
) -> None:
    days = dt.date(*first), dt.date(*last)
    assert say_days(*days, language="sv") == sv
    assert say_days(*days, language="en") == en
