"""The page behind a link: read and sent as a browser does, without scripts, in both languages."""

from __future__ import annotations

import datetime as dt
import logging
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, select

from placement.errors import BusyError, OutageError
from placement.surveys import answering
from placement.tables import SurveyAnswer
from placement_api.secrecy import hide_secrets
from tests.api.surveys.asking import Asking, secret_of

FORM = {"Content-Type": "application/x-www-form-urlencoded"}


class Page(HTMLParser):
    """What a reader, also one who does not see, finds in a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def all(self, tag: str, **wanted: str) -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and wanted.items() <= attrs.items()]


@pytest.fixture
def path(asking: Asking) -> str:
    """The address of a link that has been handed out."""
    asking.open()
    return str(urlsplit(asking.links("institution")[0]["url"]).path)


def test_the_page_has_a_labelled_field_for_every_question_and_runs_nothing(client: TestClient, path: str) -> None:
    for language, heading in (("sv", "Enkät om VFU 2027"), ("en", "Survey 2027")):
        answer = client.get(f"{path}?language={language}")
        assert answer.status_code == 200
        assert f"<h1>{heading}</h1>" in answer.text
        assert "Tallgården" in answer.text
        page = Page(answer.text)
        assert page.all("html") == [{"lang": language}]
        assert page.all("script") == []
        assert len(page.all("fieldset")) == len(page.all("legend")) == 3
        assert len(page.all("input", type="radio")) == len(page.all("label")) - 1 == 5 + 3 + 2
        [area] = page.all("textarea")
        assert page.all("label", **{"for": str(area["id"])})
        assert page.all("form") == [
            {"method": "post", "action": f"?language={language}", "autocomplete": "off", "novalidate": None}
        ]


def test_the_page_is_sent_with_a_strict_policy_and_is_kept_nowhere(client: TestClient, path: str) -> None:
    headers = client.get(path, headers={"Accept-Language": "en"}).headers
    assert headers["Content-Language"] == "en"
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "form-action 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert (headers["Referrer-Policy"], headers["Cache-Control"]) == ("strict-origin", "no-store")
    assert headers["X-Robots-Tag"] == "noindex"
    assert "Set-Cookie" not in headers


def test_an_answer_is_sent_once_and_thanked_for(client: TestClient, path: str, store: Session) -> None:
    sent = {"q-overall": "4", "q-told": "late", "q-more": "Bra\r\nhandledare", "q-recommend": "yes", "other": "x"}
    answer = client.post(f"{path}?language=sv", data=sent, follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"]) == (303, f"{path}?language=sv")
    thanks = client.get(answer.headers["Location"])
    assert (thanks.status_code, "Tack för ditt svar" in thanks.text) == (200, True)
    given = {"overall": 4, "told": "late", "recommend": "yes", "more": "Bra\r\nhandledare"}
    assert given in [row.given for row in store.exec(select(SurveyAnswer))]
    store.rollback()
    again = client.post(f"{path}?language=en", data=sent)
    assert (again.status_code, "The link has been used" in again.text) == (409, True)


def test_what_was_typed_while_the_database_was_busy_is_given_back_and_sent_again(
    client: TestClient, path: str, store: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(*_: object) -> None:
        raise BusyError

    sent = {"q-overall": "4", "q-told": "late", "q-more": "Bra\r\n<i>handledare</i>"}
    with monkeypatch.context() as patched:
        patched.setattr(answering, "answer", busy)
        refused = client.post(f"{path}?language=sv", data=sent, headers={"Referer": "http://testserver/"})
    assert (refused.status_code, "Skicka igen" in refused.text) == (503, True)
    headers = {name: refused.headers[name] for name in ("Referrer-Policy", "Cache-Control", "X-Robots-Tag")}
    assert headers == {"Referrer-Policy": "strict-origin", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
    assert "Set-Cookie" not in refused.headers
    page = Page(refused.text)
    kept = {str(each["name"]): str(each["value"]) for each in page.all("input", type="hidden")}
    assert sent.items() <= kept.items()
    [form] = page.all("form", method="post")
    assert form["action"] == f"{path}?language=sv"
    assert page.all("a", href=path)
    assert client.post(str(form["action"]), data=kept, follow_redirects=False).status_code == 303
    assert {"overall": 4, "told": "late", "more": sent["q-more"]} in [
        row.given for row in store.exec(select(SurveyAnswer))
    ]


def test_a_page_that_cannot_be_shown_just_now_can_be_asked_for_again(
    client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: object) -> None:
        raise OutageError

    monkeypatch.setattr(answering, "open_form", away)
    refused = client.get(f"{path}?language=en")
    assert (refused.status_code, f'href="{path}?language=en">Try again' in refused.text) == (503, True)
    assert refused.headers["Referrer-Policy"] == "strict-origin"


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example.org"}, {"Origin": "null"}]
)
def test_a_form_that_another_site_sends_is_refused_and_not_given_back(
    client: TestClient, path: str, headers: dict[str, str]
) -> None:
    sent = {"q-overall": "4", "q-more": "from elsewhere"}
    refused = client.post(f"{path}?language=en", data=sent, headers=headers)
    assert (refused.status_code, "from elsewhere" in refused.text) == (403, False)
    assert "another website" in refused.text
    assert "Thank you" not in client.get(f"{path}?language=en").text


def test_what_is_wrong_is_summed_up_with_links_and_nothing_is_lost(client: TestClient, path: str) -> None:
    sent = {"q-told": "late", "q-more": "Ring <b>19121212-1212</b>"}
    answer = client.post(f"{path}?language=en", data=sent)
    assert answer.status_code == 422
    page = Page(answer.text)
    assert page.all("div", role="alert")
    links = {attrs["href"] for attrs in page.all("a") if str(attrs["href"]).startswith("#q-")}
    assert links == {"#q-overall", "#q-more"}
    assert {attrs["id"] for _tag, attrs in page.tags if "id" in attrs} >= {link[1:] for link in links if link}
    assert [attrs["value"] for attrs in page.all("input") if "checked" in attrs] == ["late"]
    assert page.all("fieldset", **{"aria-describedby": "fault-overall"})
    assert "this question needs an answer" in answer.text
    assert "Ring &lt;b&gt;19121212-1212&lt;/b&gt;" in answer.text
    assert "<title>Error: Survey 2027</title>" in answer.text


def test_a_step_that_is_no_number_is_refused_in_words(client: TestClient, path: str) -> None:
    for step in ("x", "\N{FULLWIDTH DIGIT NINE}", "99", "-1"):
        answer = client.post(f"{path}?language=sv", data={"q-overall": step})
        assert (answer.status_code, "ange ett tal från 1 till 5" in answer.text) == (422, True)


def test_a_text_that_is_too_long_is_refused_and_not_lost(client: TestClient, path: str) -> None:
    answer = client.post(f"{path}?language=en", data={"q-overall": "5", "q-more": "x" * 4_001})
    assert (answer.status_code, "at most 4000 characters" in answer.text) == (422, True)
    assert "x" * 4_001 in answer.text


def test_a_link_that_is_unknown_or_of_a_closed_round_says_so(client: TestClient, path: str, asking: Asking) -> None:
    asking.close()
    for address in (path, "/survey-forms/nothing"):
        for answer in (client.get(f"{address}?language=sv"), client.post(f"{address}?language=sv", data={"a": "b"})):
            assert (answer.status_code, "Länken gäller inte" in answer.text) == (404, True)


@pytest.mark.parametrize(("day", "told"), [((2025, 1, 1), "opens on"), ((2250, 1, 1), "last day to answer was")])
def test_a_survey_that_takes_no_answers_today_says_when_before_anyone_fills_it_in(
    client: TestClient, path: str, monkeypatch: pytest.MonkeyPatch, day: tuple[int, int, int], told: str
) -> None:
    monkeypatch.setattr(answering, "today", lambda: dt.date(*day))
    shown = client.get(f"{path}?language=en")
    assert (shown.status_code, told in shown.text, "<form" in shown.text) == (200, True, False)
    answer = client.post(f"{path}?language=en", data={"q-overall": "5"})
    assert (answer.status_code, "cannot be answered today" in answer.text) == (409, True)


@pytest.mark.parametrize(
    ("content", "headers", "status"),
    [
        (b"q-overall=5", {"Content-Type": "text/plain"}, 415),
        (b"\xff\xfe", FORM, 400),
        (b"q-overall=%FF", FORM, 400),
        (b"&".join([b"a=1"] * 5_001), FORM, 400),
        (b"", FORM, 422),
    ],
)
def test_what_no_browser_sends_is_refused(
    client: TestClient, path: str, content: bytes, headers: dict[str, str], status: int
) -> None:
    assert client.post(path, content=content, headers=headers).status_code == status


def test_a_page_for_a_municipality_names_no_unit(client: TestClient, asking: Asking) -> None:
    asking.plan({**_survey(), "audience": "municipalities"})
    asking.open()
    page = client.get(urlsplit(asking.links("provider")[0]["url"]).path)
    assert "Tallgården" not in page.text


def _survey() -> dict[str, object]:
    question = {"key": "wishes", "kind": "text", "textSv": "Vad önskar ni?", "textEn": "What do you wish?"}
    return {"nameSv": "Kommunerna", "nameEn": "Municipalities", "questions": [question]}


def test_the_log_shows_no_secret_of_a_link() -> None:
    for address in ("/survey-forms/abc2?language=sv", "/v1/survey-links/abc2/answers"):
        told = ("127.0.0.1:80", "POST", address, "1.1", 204)
        record = logging.LogRecord("uvicorn.access", logging.INFO, __file__, 1, '%s - "%s %s HTTP/%s" %d', told, None)
        assert hide_secrets(record)
        assert "abc2" not in record.getMessage()


def test_the_address_that_is_handed_out_is_that_of_the_page(client: TestClient, path: str) -> None:
    assert path.startswith("/survey-forms/")
    assert client.get(path).status_code == 200
    assert secret_of(path)
