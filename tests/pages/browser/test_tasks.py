"""Each party does its tasks by keyboard alone, in no more clicks than the design allows, with scripts and without."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from placement.callers import Role
from tests.effort import draws
from tests.pages.browser.conftest import SignIn
from tests.pages.browser.demo import Demo
from tests.pages.browser.keyboard import Keyboard

pytestmark = pytest.mark.no_cover
LONGEST_WAIT = 180
"""The seconds in which the first of the small demo's remedies have been worked out."""
Test = TypeVar("Test", bound=Callable[..., Any])
_EACH = pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])


def BOTH(test: Test) -> Test:  # noqa: N802 (written as a mark)
    """Try a task with scripts and without; an everyday run draws one of the two."""
    drawn: Test = draws(1, "browsers")(_EACH(test))
    return drawn


def at(sign_in: SignIn, role: Role, *, scripts: bool) -> Keyboard:
    """Sign somebody in who sits at a keyboard."""
    return Keyboard(sign_in(role, scripts=scripts))


@BOTH
def test_a_coordinator_reminds_those_who_are_silent_in_one_click(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    user = at(sign_in, Role.COORDINATOR, scripts=scripts)
    user.reach("Påminn")
    mail = unquote(user.page.evaluate("document.activeElement.href"))
    assert mail.startswith("mailto:")
    assert "VT2027" in mail
    assert "svar" in mail


@BOTH
def test_a_coordinator_starts_a_run_with_the_last_settings_in_two(sign_in: SignIn, scripts: bool, demo: Demo) -> None:  # noqa: FBT001
    demo.until_no_run_goes_on()  # while one does, the page leads to that one
    user = at(sign_in, Role.COORDINATOR, scripts=scripts)
    user.press("Ny körning")
    user.press("Starta")
    assert user.activations <= 2
    assert re.search(r"/runs/run_\w+", user.page.url)
    expect(user.page.get_by_role("status").first).to_contain_text("beställd")


@BOTH
def test_a_coordinator_publishes_in_four(sign_in: SignIn, scripts: bool, demo: Demo) -> None:  # noqa: FBT001
    demo.plan_again()
    user = at(sign_in, Role.COORDINATOR, scripts=scripts)
    user.press("Publicera", within="nav")
    for label in user.page.locator(".check label").all_inner_texts():
        user.tick(label)
    user.write("Vem som beslutar", "CKU:s ledningsgrupp")
    user.write("Skriv terminens kod", "VT2027")
    user.press("Publicera", within="form.card")
    assert user.activations <= 4
    expect(user.page.get_by_role("status").first).to_contain_text("publicerad")


def test_a_municipality_pastes_its_places_from_a_spreadsheet(sign_in: SignIn) -> None:
    user = at(sign_in, Role.PROVIDER, scripts=True)
    user.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cells = user.page.locator("#offers tbody tr").first.locator("td[data-w] input")
    weeks = cells.count()
    before = [int(each or 0) for each in cells.evaluate_all("each => each.map(cell => cell.value)")]
    more = "\t".join(str(each + 1) for each in before)
    user.page.evaluate("text => navigator.clipboard.writeText(text)", more)
    user.reach("v. ", within="#offers")
    user.page.keyboard.press("Control+V")
    assert user.activations <= 2
    expect(user.page.locator("#st")).to_contain_text("Sparat", timeout=20_000)
    user.page.reload()
    after = user.page.locator("#offers tbody tr").first.locator("td[data-w] input")
    assert after.evaluate_all("each => each.map(cell => cell.value)") == more.split("\t")
    assert len(before) == weeks


@BOTH
def test_a_municipality_says_no_with_a_reason_in_two(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    user = at(sign_in, Role.PROVIDER, scripts=scripts)
    row = user.page.locator("#offers tbody tr[id]").last
    reason = row.locator("select option[value^='no:']").nth(1).inner_text()
    name = row.get_attribute("id")
    user.reach(row.locator("th").first.inner_text().split("\n")[0], within=f"#{name} select")
    user.activations += 1
    user.page.keyboard.type(reason)
    user.press("Spara", within=".savebar")
    if user.page.get_by_role("button", name="Spara neddragningen").count():
        user.press("Spara neddragningen")
    assert user.activations <= 3  # the third where places are taken away: the consequences come first
    expect(user.page.locator(f"#{name} select")).to_have_value(re.compile("^no:"))


@BOTH
def test_a_municipality_sees_what_a_cut_does_and_saves_it_in_two(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    user = at(sign_in, Role.PROVIDER, scripts=scripts)
    cell = user.page.locator("#offers td[data-w] input:not([value='']):not([value='0'])").first
    name = cell.evaluate("each => each.closest('tr').id")
    week = cell.evaluate("each => each.closest('td').dataset.w")
    if scripts:  # the grid is one stop, and arrows go on from there
        user.reach("v. ", within=f"#{name}")
        while not user.focused().endswith(f"v. {week}"):
            user.page.keyboard.press("ArrowRight")
    else:
        user.reach(f"v. {week}", within=f"#{name}")
    user.page.keyboard.press("Control+A")
    user.page.keyboard.type("0")
    user.press("Spara", within=".savebar")
    expect(user.page.get_by_role("button", name="Spara neddragningen")).to_be_visible(timeout=60_000)
    user.press("Spara neddragningen")
    assert user.activations <= 2
    expect(user.page.get_by_role("status").first).to_contain_text("Sparat")


def test_a_municipality_sends_a_ward_manager_one_row_in_three(sign_in: SignIn) -> None:
    user = at(sign_in, Role.PROVIDER, scripts=True)
    user.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    user.press("Länk till en enhetschef")
    user.press("Gör en länk till")
    user.use("Kopiera")
    assert user.activations <= 3
    assert "/sign-in/links/" in user.page.evaluate("navigator.clipboard.readText()")


def test_a_municipality_prints_who_comes_in_two(sign_in: SignIn) -> None:
    user = at(sign_in, Role.PROVIDER, scripts=True)
    user.page.add_init_script("window.print = () => { document.title = 'printed'; }")
    user.press("Vilka kommer", within="nav")
    user.use("Skriv ut")
    assert user.activations <= 2
    expect(user.page).to_have_title("printed")


@BOTH
def test_a_unit_answers_by_its_link_in_two(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    user = at(sign_in, Role.UNIT, scripts=scripts)
    cell = user.page.locator("#offers td[data-w] input").first
    more = int(cell.input_value() or 0) + 1
    user.reach("v. ", within="#offers")
    user.page.keyboard.press("Control+A")
    user.page.keyboard.type(str(more))
    user.press("Spara", within=".savebar")
    assert user.activations <= 2
    user.page.reload()
    assert user.page.locator("#offers td[data-w] input").first.input_value() == str(more)


@BOTH
def test_a_larosate_uploads_and_learns_what_is_wrong_in_two(sign_in: SignIn, scripts: bool, tmp_path: Path) -> None:  # noqa: FBT001
    file = tmp_path / "begaranden.csv"
    file.write_text("student;kurs;termin\nfinns-inte;1SJ999;VT2027\n")
    user = at(sign_in, Role.INSTITUTION, scripts=scripts)
    user.hand_in("Fil", file)
    user.press("Ladda upp")
    assert user.activations <= 2
    expect(user.page.locator("#faults")).to_contain_text("Rad 2")


@BOTH
def test_a_larosate_finds_one_students_place_in_one_and_typing(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    user = at(sign_in, Role.INSTITUTION, scripts=scripts)
    user.press("Placeringar", within="nav")
    pseudonym = user.page.locator("tbody th a").first.inner_text()
    user.write("Student", pseudonym)
    user.enter()
    assert user.activations <= 1
    assert {each.inner_text() for each in user.page.locator("tbody th a").all()} == {pseudonym}


@BOTH
def test_a_larosate_reads_why_somebody_has_no_place_in_two(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    user = at(sign_in, Role.INSTITUTION, scripts=scripts)
    user.press("Utan plats", within="nav")
    summary = user.page.locator("tbody summary").first.inner_text()
    user.use(summary, within="tbody")
    assert user.activations <= 2
    expect(user.page.locator("tbody details[open] .why li").first).to_be_visible()


@BOTH
def test_a_coordinator_goes_from_an_unplaced_student_to_a_what_if_in_three(
    sign_in: SignIn,
    scripts: bool,  # noqa: FBT001
) -> None:
    user = at(sign_in, Role.COORDINATOR, scripts=scripts)
    landing = user.page.url
    user.page.goto("/terms/VT2027/unplaced")
    for _ in range(LONGEST_WAIT):  # for what helps, which is worked out after a run
        if user.page.get_by_role("link", name="Pröva").count():
            break
        user.page.wait_for_timeout(1_000)
        user.page.reload()
    user.page.goto(landing)
    user.press("Utan plats", within="nav")
    user.press("Pröva", within="tbody")
    user.press("Starta")
    assert user.activations <= 3
    assert re.search(r"/runs/run_\w+", user.page.url)


@BOTH
def test_a_larosate_draws_its_sites_and_takes_the_receipts_in_three_after_choosing_the_round(
    sign_in: SignIn,
    scripts: bool,  # noqa: FBT001
    demo: Demo,
) -> None:
    user = Keyboard(sign_in(Role.INSTITUTION, scripts=scripts, link=demo.close_a_site_round()))
    user.press("Studieorter", within="nav")  # leads on to the round by itself where the term has only one
    user.press("Termin 10", within="tbody")
    user.press("Lotta")
    expect(user.page.get_by_role("region", name="Kvitton").locator("tbody tr").first).to_contain_text("1")
    with user.page.expect_download() as file:
        user.use("Hämta kvitton")
    assert user.activations <= 3 + 1
    assert file.value.suggested_filename.endswith(".xlsx")


@BOTH
def test_a_larosate_ranks_sites_for_a_student(sign_in: SignIn, scripts: bool, demo: Demo) -> None:  # noqa: FBT001
    with demo.open_site_round() as (link, its_page):
        user = Keyboard(sign_in(Role.INSTITUTION, scripts=scripts, link=link))
        user.page.goto(its_page)
        user.press("Önskemål", within="main")
        user.press("Har inte rangordnat", within=".chips")
        student = user.page.locator("tbody th a").first.inner_text()
        user.press(student, within="tbody")
        sites = [each for each in user.page.locator("#choice-1 option").all_inner_texts() if each != "Välj ort"]
        for place, site in enumerate(reversed(sites), start=1):
            user.choose(f"Val {place}", site)
        user.press("Spara rangordningen")
        expect(user.page.get_by_role("status").first).to_contain_text("Rangordningen är sparad")
        expect(user.page.locator("h1")).to_contain_text("har rangordnat")
        assert user.activations <= 4 + len(sites)  # each list is one


@BOTH
def test_a_coordinator_compares_two_drafts_in_three(sign_in: SignIn, scripts: bool, demo: Demo) -> None:  # noqa: FBT001
    demo.plan_again()
    user = at(sign_in, Role.COORDINATOR, scripts=scripts)
    user.page.goto("/terms/VT2027/runs")
    user.tick("Jämför körning")
    user.tick("Jämför körning")
    user.press("Jämför utkast")
    assert user.activations <= 3
    expect(user.page.locator("h1")).to_contain_text("Jämförelse av 2 utkast")


@BOTH
def test_a_student_accepts_in_one(sign_in: SignIn, scripts: bool, demo: Demo) -> None:  # noqa: FBT001
    user = at(sign_in, Role.STUDENT, scripts=scripts)
    user.page.goto(demo.own_page(Role.STUDENT))
    user.press("Ja, jag kommer")
    assert user.activations <= 1
    expect(user.page.get_by_role("status").first).to_contain_text("du kommer")


@BOTH
def test_a_student_declines_with_a_reason_in_two(sign_in: SignIn, scripts: bool, demo: Demo) -> None:  # noqa: FBT001
    user = at(sign_in, Role.STUDENT, scripts=scripts)
    user.page.goto(demo.own_page(Role.STUDENT))
    user.press("Jag kan inte, gå vidare till skäl")
    user.press("Jag klarar inte resan dit")
    assert user.activations <= 2
    expect(user.page.get_by_role("status").first).to_contain_text("du kan inte komma")


@BOTH
def test_a_student_learns_where_and_when_and_subscribes_in_one(sign_in: SignIn, scripts: bool) -> None:  # noqa: FBT001
    user = at(sign_in, Role.INSTITUTION, scripts=scripts)
    user.page.goto("/terms/VT2027/placements")
    user.page.goto(user.page.locator("tbody th a").first.get_attribute("href") or "")
    has_one = user.page.get_by_role("button", name="Skapa en ny adress").count()  # the other half of this test made one
    user.press("Skapa en ny adress" if has_one else "Skapa adress till studenten")
    user.page.goto(user.page.locator("#address").input_value())
    own = Keyboard(user.page)
    expect(own.page.locator("h1")).to_have_count(1)
    assert re.search(r"vecka \d+", own.page.locator("main").inner_text())
    with own.page.expect_download() as file:
        own.use("hämta som fil")
    assert file.value.suggested_filename.endswith(".ics")
    assert own.activations <= 1
