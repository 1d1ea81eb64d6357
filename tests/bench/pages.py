"""How long a county's pages take, and what they weigh: ``python -m tests.bench.pages``.

The county's term is planned in two drafts, the first of them published, and served by one process over SQLite
(``--postgresql``: over PostgreSQL). Each role follows links from where it lands, as in the tests; then every kind of
page that it has found is asked for `ASKED` times, one call at a time. The last line is the grid of a municipality with
60 units in Chromium: the time until it is painted. The status is 1 if a page's p95 is above 300 ms, a page above
150 KiB or the grid later than a second. ``--database URL`` takes a planned and published county that exists; the grid's
units are added to it.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import httpx
from playwright.sync_api import sync_playwright
from sqlmodel import col, func, select

from placement.callers import SYSTEM, Role
from placement.database import engine_for, open_session
from placement.signing_in.links import make_link
from placement.tables import CapacityOffer, OfferWeek, Organisation, ProviderKind, Unit
from tests.api.serving import COMMAND, served
from tests.bench.load import UNLIMITED
from tests.databases import first_server, ladder, new_database
from tests.pages.browser.demo import Demo, plan_demo
from tests.pages.links import Walk, kind_of

ASKED = 40
SLOWEST, HEAVIEST = 300, 150 * 1024
"""The milliseconds that a page may take at p95, and the bytes that it may have."""
UNITS = 60
SECONDS = 60
_FIELDS = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
_LINKS = re.compile(r'<a [^>]*?href="([^"]+)"')


@contextmanager
def signed_in(address: str, link: str) -> Iterator[httpx.Client]:
    """Sign somebody in with a link."""
    with httpx.Client(base_url=address, follow_redirects=True, trust_env=False, timeout=60) as client:
        fields = dict(_FIELDS.findall(client.get(link).text))
        client.post(link, data=fields, headers={"Sec-Fetch-Site": "same-origin"}).raise_for_status()
        yield client


def pages_of(client: httpx.Client) -> Iterator[str]:
    """Yield one page of each kind that links lead to."""
    walk = Walk(str(client.get("/terms").url))
    for address in walk:
        answer = client.get(address)
        if "text/html" in answer.headers["content-type"] and answer.status_code == 200:
            yield address
            walk.found((link.replace("&amp;", "&") for link in _LINKS.findall(answer.text)), address)


def measure(client: httpx.Client, address: str) -> tuple[float, float, int]:
    """Return a page's median and p95 in milliseconds, and its bytes."""
    times = []
    for _ in range(ASKED):
        began = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - began))
    return statistics.median(times), statistics.quantiles(times, n=20)[18], len(answer.content)


def fill_a_municipality(url: str) -> str:
    """Give the municipality with the most units so many that it has `UNITS`, and return its id."""
    engine = engine_for(url)
    with open_session(engine) as session:
        provider, has = session.exec(
            select(Unit.provider_id, func.count())
            .join(Organisation, col(Organisation.id) == Unit.provider_id)
            .where(Organisation.provider_kind == ProviderKind.MUNICIPALITY)
            .group_by(col(Unit.provider_id))
            .order_by(func.count().desc(), col(Unit.provider_id))
        ).first() or ("", 0)
        like = session.exec(select(Unit).where(Unit.provider_id == provider)).first()
        assert like is not None
        offer = session.exec(select(CapacityOffer).where(CapacityOffer.unit_id == like.id)).first()
        assert offer is not None
        weeks = session.exec(select(OfferWeek).where(OfferWeek.offer_id == offer.id)).all()
        for number in range(has, UNITS):
            unit = Unit(**like.model_dump(exclude={"id", "name", "hsa_id"}), name=f"Enhet {number:02d}")
            session.add(unit)
            session.flush()
            another = CapacityOffer(**offer.model_dump(exclude={"id", "unit_id"}), unit_id=unit.id)
            session.add(another)
            session.flush()
            session.add_all(OfferWeek(offer_id=another.id, week=each.week, places=each.places) for each in weeks)
    engine.dispose()
    return provider


def paint(url: str, address: str, provider: str) -> float:
    """Return the milliseconds until a browser has painted the grid of a provider's units, the median of five."""
    engine = engine_for(url)
    with open_session(engine) as session:
        _, secret = make_link(session, SYSTEM, {"role": Role.PROVIDER, "label": "grid", "organisation": provider})
    engine.dispose()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.goto(f"{address}/sign-in/links/{secret}")
        page.get_by_role("button").first.click()
        page.wait_for_load_state()
        times = []
        for _ in range(5):
            began = time.perf_counter()
            page.goto(f"{address}/terms/VT2027/offers", wait_until="commit")
            page.locator("#offers td[data-w] input").first.wait_for()
            page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")
            times.append(1000 * (time.perf_counter() - began))
        rows = page.locator("#offers tbody tr[id]").count()
        browser.close()
    print(f"{'the grid in Chromium':<14} {rows} rows: {statistics.median(times):.0f} ms until painted")
    return statistics.median(times)


def main() -> int:
    """Measure every page, and return 1 if one is too slow or too heavy."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--database")
    asked.add_argument("--postgresql", action="store_true")
    given = asked.parse_args()
    os.environ.update(UNLIMITED)
    wrong = 0
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        url = given.database or f"sqlite:///{folder}/county.sqlite3"
        if given.postgresql:
            server = stack.enter_context(first_server(ladder(os.environ.get("PLACEMENT_TEST_POSTGRES_URL"))))
            url = stack.enter_context(new_database(server)).render_as_string(hide_password=False)
        if not given.database:
            plan_demo(url, "county", SECONDS)
            again = [str(COMMAND), "demo", "--scale", "county", "--time-limit", str(SECONDS)]
            subprocess.run(again, env=os.environ | {"PLACEMENT_DATABASE_URL": url}, check=True, capture_output=True)
        address = stack.enter_context(served(url))
        demo = Demo(url, address)
        print(f"load {os.getloadavg()[0]:.1f}\n{'role':<14} {'median':>7} {'p95':>7} {'KiB':>6}  page")
        for role in (Role.COORDINATOR, Role.PROVIDER, Role.UNIT, Role.INSTITUTION, Role.AUDITOR):
            with signed_in(address, demo.link(role)) as client:
                for page in list(pages_of(client)):
                    median, late, size = measure(client, page)
                    fails = late > SLOWEST or size > HEAVIEST
                    wrong += fails
                    told = f"{role:<14} {median:7.0f} {late:7.0f} {size / 1024:6.1f}  {kind_of(page)}"
                    print(told + (" *" if fails else ""), flush=True)
        wrong += paint(url, address, fill_a_municipality(url)) > 1000
    return int(wrong > 0)


if __name__ == "__main__":
    sys.exit(main())
