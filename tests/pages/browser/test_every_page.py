"""Every page that a role reaches by links is sound: readable by all, small, and in one language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urljoin, urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from placement.callers import Role
from tests.pages.browser.conftest import SignIn
from tests.pages.browser.demo import Demo

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HEAVIEST = 150 * 1024
MOST_PAGES = 40
WIDTH_OF = {"sv": 1280, "en": 320}
"""Each page is tried at one width in each language: the words of one are not much longer than those of the other."""
_ID = re.compile(r"[a-z]{2,4}_[0-9a-f]{16}")
_FILES = (".csv", ".xlsx", ".ics", ".pdf", ".json")
_NOT_PAGES = ("/v1/", "/assets/", "/docs", "/sign-out", "/problems/", "/openapi")


def kind_of(address: str) -> str:
    """Return which page an address is, whichever row it shows and however it is filtered."""
    return _ID.sub("{id}", urlsplit(address).path)


def reached_by(page: Page, demo: Demo) -> Iterator[str]:
    """Go to one page of each kind that links lead to, from where the role lands, and yield its address."""
    waiting, seen = [page.url], set[str]()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        if kind_of(address) in seen:
            continue
        seen.add(kind_of(address))
        answer = page.goto(address)
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{address}: {answer.status}"
        yield address
        links = page.eval_on_selector_all("a[href]", "each => each.map(a => a.getAttribute('href'))")
        for link in links:
            there = urljoin(address, link)
            path = urlsplit(there).path
            if there.startswith(demo.address) and not path.startswith(_NOT_PAGES) and not path.endswith(_FILES):
                waiting.append(there.partition("#")[0])


def faults_of(page: Page, width: int) -> list[str]:
    """Return what hinders readers of a page at a width."""
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    faults = [f"{each['id']} at {width}: {each['nodes'][0]['target']} of {len(each['nodes'])}" for each in found]
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        faults.append(f"it scrolls sideways at {width}")
    return faults


@pytest.mark.no_cover
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_is_sound(role: Role, language: str, sign_in: SignIn, demo: Demo) -> None:
    hold_sound(sign_in(role, language), language, demo)


@pytest.mark.no_cover
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("role", [Role.STUDENT, Role.SUPERVISOR])
def test_every_page_at_a_secret_address_is_sound(role: Role, language: str, sign_in: SignIn, demo: Demo) -> None:
    page = sign_in(role, language)
    page.goto(demo.own_page(role))
    asks = page.locator("a[href$='/reasons']").count()
    assert bool(asks) is (role is Role.STUDENT)
    hold_sound(page, language, demo)


def hold_sound(page: Page, language: str, demo: Demo) -> None:
    """Hold every page that links lead to from here to be sound, at the language's width."""
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
    page.on(
        "response", lambda answer: refused.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    page.on("pageerror", lambda error: refused.append(str(error)))
    faults: list[str] = []
    for address in reached_by(page, demo):
        kind = kind_of(address)
        faults += [f"{kind}: {fault}" for fault in faults_of(page, WIDTH_OF[language])]
        if len(page.content().encode()) > HEAVIEST:
            faults.append(f"{kind}: {len(page.content())} bytes")
        if page.locator("html").get_attribute("lang") != language:
            faults.append(f"{kind}: not in {language}")
        if page.locator("h1").count() != 1:
            faults.append(f"{kind}: {page.locator('h1').count()} main headings")
    assert "\n".join(faults) == ""
    assert "\n".join(refused) == ""
