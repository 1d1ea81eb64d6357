"""Every page that a role reaches by links is sound: readable by all, small, and in one language."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from placement.callers import Role
from tests.effort import EVERY_CASE, HARD, draws
from tests.pages.browser.conftest import SignIn
from tests.pages.browser.demo import Demo
from tests.pages.links import Walk, kind_of

RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
HEAVIEST = 150 * 1024
OTHER_TERM = "/terms/HT2027/"
PHONE = 320
"""The narrowest screen. Nothing may be wider in either language: Swedish words are long."""
WIDTH_OF = {"sv": 1280, "en": PHONE}
"""The rules of WCAG are tried at one width in each language."""
ZOOMED, PAPER = 640, 688
"""The CSS pixels that are left of 1,280 at a zoom of 200 %, and those between the margins of an upright A4."""


def reached_by(page: Page, within: str = "") -> Iterator[str]:
    """Go to one page of each kind that links lead to, from where the role lands, and yield its address.

    Those whose address does not have ``within`` in it are left out, and every day the pages of the demo's other term:
    they are the same kinds of page, with less on them.
    """
    walk = Walk(page.url)
    for address in walk:
        if within not in address or (OTHER_TERM in address and not (EVERY_CASE or HARD)):
            continue
        answer = page.goto(address)
        assert answer is not None
        if "text/html" not in answer.headers.get("content-type", ""):
            continue
        assert answer.status == 200, f"{address}: {answer.status}"
        yield address
        walk.found(page.eval_on_selector_all("a[href]", "each => each.map(a => a.getAttribute('href'))"), address)


def faults_of(page: Page, width: int) -> list[str]:
    """Return what hinders readers of a page at a width."""
    page.set_viewport_size({"width": width, "height": 900})
    found = Axe().run(page, options={"runOnly": RULES}).response["violations"]
    faults = [f"{each['id']} at {width}: {each['nodes'][0]['target']} of {len(each['nodes'])}" for each in found]
    faults += _sideways(page, width, "screen")
    if width > ZOOMED:
        faults += [
            *_sideways(page, PHONE, "screen"),
            *_sideways(page, ZOOMED, "screen"),
            *_sideways(page, PAPER, "print"),
        ]
    return faults


def _sideways(page: Page, width: int, medium: Literal["screen", "print"]) -> list[str]:
    """Tell whether something is cut off, or has to be scrolled to, at a width on a screen or on paper."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(media=medium)
    cut = page.evaluate("document.documentElement.scrollWidth > window.innerWidth")
    page.emulate_media(media="screen")
    return [f"it is wider than {width} on a {medium}"] if cut else []


@pytest.mark.no_cover
@draws(4, "pairs of role and language")
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("role", Role)
def test_every_page_of_a_role_is_sound(role: Role, language: str, sign_in: SignIn) -> None:
    hold_sound(sign_in(role, language), language, WIDTH_OF[language])


@pytest.mark.no_cover
@draws(2, "pairs of role and language")
@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("role", [Role.STUDENT, Role.SUPERVISOR])
def test_every_page_at_a_secret_address_is_sound(role: Role, language: str, sign_in: SignIn, demo: Demo) -> None:
    page = sign_in(role, language)
    page.goto(demo.own_page(role))
    asks = page.locator("a[href$='/reasons']").count()
    assert bool(asks) is (role is Role.STUDENT)
    hold_sound(page, language, PHONE)


@pytest.mark.no_cover
@draws(1, "languages")
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_of_a_site_round_is_sound(language: str, sign_in: SignIn, demo: Demo) -> None:
    with demo.open_site_round() as (link, _):
        page = sign_in(Role.INSTITUTION, language, link=link)
        page.goto("/terms/VT2027/sites")
        tried = hold_sound(page, language, WIDTH_OF[language], within="/VT2027/sites")
        assert {each.partition("/sites")[2] for each in tried} >= {
            "/{id}",
            "/{id}/settings",
            "/{id}/wishes",
            "/{id}/wishes/imports",
            "/{id}/wishes/{id}",
            "/{id}/claims",
        }
        page.goto("/terms/VT2027/sites/new")
        if page.locator(".choices a").count():  # where only one cohort is left, it is led to at once
            page.locator(".choices a").first.click()
        page.locator("details").evaluate_all("each => each.forEach(one => { one.open = true })")
        assert faults_of(page, WIDTH_OF[language]) == []


@pytest.mark.no_cover
@draws(1, "languages")
@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_page_after_the_draw_is_sound(language: str, sign_in: SignIn, demo: Demo) -> None:
    link, round_page = demo.decided_site_round()
    page = sign_in(Role.INSTITUTION, language, link=link)
    page.goto(round_page)
    tried = hold_sound(page, language, WIDTH_OF[language], within="/s")  # the round, and the site of a student of it
    assert {each.partition("/sites")[2] for each in tried} >= {
        "/{id}/late",
        "/{id}/turns/{id}",
        "/{id}/turns/{id}/departure",
    }
    assert any(each.endswith("/students/{id}/site") for each in tried)
    page.goto(f"{round_page}/late")
    page.locator(".choices a").first.click()
    fields = page.locator("select[name^=choice-]")
    for at in range(fields.count()):
        fields.nth(at).select_option(index=at + 1)
    page.locator("main .btn.pri").click()
    assert page.locator("button[value=enter]").count() == 1
    assert faults_of(page, WIDTH_OF[language]) == []
    coordinator = sign_in(Role.COORDINATOR, language)
    coordinator.goto(f"{round_page}/comparison")
    assert coordinator.locator("h1").count() == 1
    assert faults_of(coordinator, WIDTH_OF[language]) == []


def hold_sound(page: Page, language: str, width: int, within: str = "") -> set[str]:
    """Hold every page that links lead to from here to be sound, at a width; return which kinds of page they are."""
    refused: list[str] = []
    page.on("console", lambda said: refused.append(said.text) if "Security Policy" in said.text else None)
    page.on(
        "response", lambda answer: refused.append(f"{answer.status} {answer.url}") if answer.status >= 400 else None
    )
    page.on("pageerror", lambda error: refused.append(str(error)))
    faults: list[str] = []
    tried: set[str] = set()
    for address in reached_by(page, within):
        kind = kind_of(address)
        tried.add(kind)
        faults += [f"{kind}: {fault}" for fault in faults_of(page, width)]
        if len(page.content().encode()) > HEAVIEST:
            faults.append(f"{kind}: {len(page.content())} bytes")
        if page.locator("html").get_attribute("lang") != language:
            faults.append(f"{kind}: not in {language}")
        if page.locator("h1").count() != 1:
            faults.append(f"{kind}: {page.locator('h1').count()} main headings")
    assert "\n".join(faults) == ""
    assert "\n".join(refused) == ""
    return tried
