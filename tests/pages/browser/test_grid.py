"""The grid of offers with its script: what it says when it cannot paste, read a number or save a row."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from placement.callers import Role
from tests.pages.browser.conftest import SignIn

pytestmark = pytest.mark.no_cover
ROW = "#offers tbody tr[id]"
CELLS = "td[data-w] input"


def paste(cell: Locator, text: str) -> None:
    """Paste a text into a cell, as from a spreadsheet."""
    cell.focus()
    cell.evaluate(
        """(cell, text) => {
            const clipboardData = new DataTransfer();
            clipboardData.setData("text", text);
            cell.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
        }""",
        text,
    )


def values(cells: Locator) -> list[str]:
    """Return what cells show."""
    read: list[str] = cells.evaluate_all("each => each.map(cell => cell.value)")
    return read


@pytest.mark.parametrize("language", ["sv", "en"])
def test_a_paste_that_does_not_fit_says_what_lies_outside_and_changes_nothing(sign_in: SignIn, language: str) -> None:
    page = sign_in(Role.PROVIDER, language)
    rows = page.locator(ROW)
    cells = page.locator(ROW).filter(has=page.locator(CELLS)).first.locator(CELLS)
    before, status = values(page.locator(CELLS)), page.locator("#st")
    beyond = rows.count() + 1
    paste(cells.last, "1\t2\t3" + "\n" * (beyond - 1) + "1")
    week = page.locator("#offers thead th").last.inner_text()
    expect(status).to_contain_text(
        f"Inklistrade kolumner 2–3 hamnar efter terminens sista vecka, {week}."
        if language == "sv"
        else f"Pasted columns 2–3 would be after the last week of the term, {week}."
    )
    expect(status).to_contain_text(
        f"Inklistrad rad {beyond} hamnar under" if language == "sv" else f"Pasted row {beyond} would be below"
    )
    paste(cells.first, "1,5\t-1")
    first = page.locator("#offers thead th[data-week]").first.inner_text()
    expect(status).to_contain_text(f"{first}: ”1,5”")
    expect(status).to_contain_text("”-1”")
    assert values(page.locator(CELLS)) == before


def test_a_row_that_says_no_is_passed_by_where_the_paste_is_empty_and_named_where_it_is_not(sign_in: SignIn) -> None:
    page = sign_in(Role.PROVIDER)
    row, no = page.locator(ROW).first, page.locator(ROW).last
    if no.locator(CELLS).count():
        no.locator("select").select_option(index=1)
    expect(no.locator(CELLS)).to_have_count(0)
    cells = row.locator(CELLS)
    paste(cells.first, "7\n7")
    expect(page.locator("#st")).to_contain_text("Raden svarar nej: " + no.locator("th").inner_text().split("\n")[0])
    more = str(int(cells.first.input_value() or 0) + 1)
    paste(cells.first, f"{more}\t{cells.nth(1).input_value()}\n\t")
    expect(page.locator("#st")).not_to_contain_text("Inget är inklistrat")
    assert cells.first.input_value() == more


def test_what_is_no_number_is_told_once_with_its_place_and_not_as_a_cut(sign_in: SignIn) -> None:
    page = sign_in(Role.PROVIDER)
    row = page.locator(ROW).filter(has=page.locator(CELLS)).first
    cell = row.locator(CELLS).nth(8)
    week, status, before = page.locator("#w8").inner_text(), page.locator("#st"), cell.input_value()
    for given in ("-1", "1.5", "x", "501"):
        cell.fill(given)
        page.locator("#offers .savebar button").focus()
        expect(status).to_contain_text(f"{week}. Skriv ett helt tal, 0 till 500")
        expect(status).not_to_contain_text("tar bort platser")
        cell.fill(before)
        page.locator("#offers .savebar button").focus()
        expect(status).not_to_contain_text("Skriv ett helt tal")


def test_whom_another_met_in_other_weeks_and_in_the_same_reads_what_pressing_save_will_do(sign_in: SignIn) -> None:
    mine, theirs = sign_in(Role.PROVIDER), sign_in(Role.PROVIDER)
    their_cells, my_cells = (
        page.locator(ROW).filter(has=page.locator(CELLS)).first.locator(CELLS) for page in (theirs, mine)
    )

    def add(page: Page, cell: Locator, more: int) -> None:
        cell.fill(str(int(cell.input_value() or 0) + more))
        page.locator("#offers .savebar button").focus()

    add(theirs, their_cells.nth(8), 1)
    expect(theirs.locator("#st")).to_contain_text("Sparat")
    add(mine, my_cells.nth(9), 1)
    expect(mine.locator("#st")).to_contain_text("Tryck på Spara: då gäller bådas ändringar.")
    expect(mine.locator("#st")).not_to_contain_text("se båda")
    mine.locator("#offers .savebar button").click()
    expect(mine.get_by_role("status").first).to_contain_text("bådas ändringar gäller")
    theirs.reload()
    add(theirs, their_cells.nth(8), 1)
    expect(theirs.locator("#st")).to_contain_text("Sparat")
    add(mine, my_cells.nth(8), 2)
    expect(mine.locator("#st")).to_contain_text("Tryck på Spara för att se båda och välja.")
    mine.locator("#offers .savebar button").click()
    expect(mine.locator("tr.cr")).to_have_count(1)
