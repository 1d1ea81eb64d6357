"""Pictures: each page of the demo at two widths, in the order of the tasks, to be looked at.

``python -m tests.pages.browser.pictures --into FOLDER`` makes and serves the small demo; with ``--county`` it is the
whole county, which takes three minutes to plan. ``--six FOLDER`` also writes the six small pictures of the README.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from placement.callers import Role
from tests.api.serving import served
from tests.pages.browser.demo import Demo, plan_demo

WIDTHS = (1280, 390)
TERM = "/terms/VT2027"
SMALL = 900
"""The width of a small picture."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page to look at: who reads it, its address, and the links that lead on from there.

    Without an address, it begins at the secret address of a student or a supervisor.
    """

    name: str
    role: Role | None
    path: str
    links: tuple[str, ...] = ()
    small: bool = False


PICTURES = (
    Picture("sign-in", None, "/sign-in"),
    Picture("terms", Role.COORDINATOR, "/terms"),
    Picture("overview", Role.COORDINATOR, f"{TERM}/overview", small=True),
    Picture("answers", Role.COORDINATOR, f"{TERM}/answers?status=silent"),
    Picture("readiness", Role.COORDINATOR, f"{TERM}/readiness"),
    Picture("new-run", Role.COORDINATOR, f"{TERM}/runs/new"),
    Picture("pins", Role.COORDINATOR, f"{TERM}/pins"),
    Picture("term-new", Role.COORDINATOR, "/terms/new"),
    Picture("term-settings", Role.COORDINATOR, f"{TERM}/settings"),
    Picture("runs", Role.COORDINATOR, f"{TERM}/runs"),
    Picture("run", Role.COORDINATOR, f"{TERM}/runs", ("tbody th a",), small=True),
    Picture("run-fairness", Role.COORDINATOR, f"{TERM}/runs", ("tbody th a", "a[href$='/fairness']")),
    Picture("run-changes", Role.COORDINATOR, f"{TERM}/runs", ("tbody th a", "a[href$='/changes']")),
    Picture("compare", Role.COORDINATOR, f"{TERM}/compare"),
    Picture("plan-units", Role.COORDINATOR, f"{TERM}/plan", small=True),
    Picture("plan-students", Role.COORDINATOR, f"{TERM}/plan?view=students"),
    Picture("unplaced", Role.COORDINATOR, f"{TERM}/unplaced"),
    Picture("remedies", Role.COORDINATOR, f"{TERM}/unplaced", ("tbody td:last-child a",)),
    Picture("map", Role.COORDINATOR, f"{TERM}/map", small=True),
    Picture("agreements-county", Role.COORDINATOR, f"{TERM}/agreements"),
    Picture("publish", Role.COORDINATOR, f"{TERM}/publish"),
    Picture("publication", Role.COORDINATOR, f"{TERM}/publications/1"),
    Picture("pin", Role.COORDINATOR, f"{TERM}/placements", ("tbody th a", "a[href*='/pin']")),
    Picture("access", Role.COORDINATOR, "/access"),
    Picture("audit", Role.COORDINATOR, "/audit"),
    Picture("offers", Role.PROVIDER, f"{TERM}/offers", small=True),
    Picture("offers-import", Role.PROVIDER, f"{TERM}/offers/import"),
    Picture("unit-link", Role.PROVIDER, f"{TERM}/offers/links"),
    Picture("supervisors", Role.PROVIDER, f"{TERM}/supervisors"),
    Picture("supervisor", Role.PROVIDER, f"{TERM}/supervisors", ("tbody th a",)),
    Picture("supervisor-new", Role.PROVIDER, f"{TERM}/supervisors/new"),
    Picture("incoming", Role.PROVIDER, f"{TERM}/incoming"),
    Picture("agreements", Role.PROVIDER, f"{TERM}/agreements"),
    Picture("unit-offers", Role.UNIT, f"{TERM}/offers"),
    Picture("requests", Role.INSTITUTION, f"{TERM}/requests"),
    Picture("placements", Role.INSTITUTION, f"{TERM}/placements"),
    Picture("one-request", Role.INSTITUTION, f"{TERM}/placements", ("tbody th a",)),
    Picture("unplaced-institution", Role.INSTITUTION, f"{TERM}/unplaced"),
    Picture("sites", Role.INSTITUTION, f"{TERM}/sites"),
    Picture("student", Role.INSTITUTION, f"{TERM}/placements", ("tbody th a", "!Skapa"), small=True),
    Picture("student-reasons", Role.STUDENT, "", ("a[href$='/reasons']",)),
    Picture("supervisor-own", Role.SUPERVISOR, ""),
    Picture("account", Role.PROVIDER, "/account"),
    Picture("not-there", Role.PROVIDER, "/terms/HT1999/offers"),
    Picture("help", None, "/help"),
    Picture("keys", None, "/help/keys"),
    Picture("accessibility", None, "/accessibility"),
    Picture("privacy", None, "/privacy"),
)


def take(browser: Browser, demo: Demo) -> Iterator[tuple[Picture, int, bytes]]:
    """Yield each picture, at each width."""
    for width in WIDTHS:
        pages: dict[Role | None, Page] = {}
        for picture in PICTURES:
            if picture.role not in pages:
                pages[picture.role] = _signed_in(browser, demo, picture.role, width)
            page = pages[picture.role]
            _go(page, picture, demo)
            yield picture, width, page.screenshot(full_page=True)


def _signed_in(browser: Browser, demo: Demo, role: Role | None, width: int) -> Page:
    """Return a page of a browser that somebody is signed in with."""
    context = browser.new_context(locale="sv-SE", viewport={"width": width, "height": 900}, base_url=demo.address)
    page = context.new_page()
    if role is not None:
        page.goto(demo.link(role))
        page.get_by_role("button").first.click()
        page.wait_for_load_state()
    return page


def _go(page: Page, picture: Picture, demo: Demo) -> None:
    """Go to a page by its address, and on by its links; a link that begins with ! is a button by its name."""
    page.goto(picture.path or demo.own_page(picture.role or Role.STUDENT))
    for link in picture.links:
        target = page.get_by_role("button", name=link[1:]) if link.startswith("!") else page.locator(link)
        if not target.count():
            return
        target.first.click()
        page.wait_for_load_state()
    if page.locator("#address").count():
        page.goto(page.locator("#address").input_value())


def small(picture: bytes) -> bytes:
    """Return the upper part of a picture, small enough for a page of text."""
    whole = Image.open(BytesIO(picture)).convert("RGB")
    part = whole.crop((0, 0, whole.width, min(whole.height, int(whole.width * 0.72))))
    written = BytesIO()
    part.resize((SMALL, SMALL * part.height // part.width), Image.Resampling.LANCZOS).save(written, "WEBP", quality=72)
    return written.getvalue()


def main() -> None:
    """Make the pictures."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--into", type=Path, default=Path("screenshots"))
    asked.add_argument("--six", type=Path)
    asked.add_argument("--county", action="store_true")
    asked.add_argument("--database", help="a planned and published demo that exists")
    given = asked.parse_args()
    given.into.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        url = given.database or f"sqlite:///{folder}/demo.sqlite3"
        if not given.database:
            plan_demo(url, *(("county", 180) if given.county else ("small", 20)))
        path = shutil.which("chromium") or "chromium"
        with served(url) as address, sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            numbers = {picture.name: number for number, picture in enumerate(PICTURES, 1)}
            for picture, width, taken in take(browser, Demo(url, address)):
                (given.into / f"{numbers[picture.name]:02d}-{picture.name}-{width}.png").write_bytes(taken)
                if given.six and picture.small and width == WIDTHS[0]:
                    given.six.mkdir(parents=True, exist_ok=True)
                    (given.six / f"{picture.name}.webp").write_bytes(small(taken))


if __name__ == "__main__":
    main()
