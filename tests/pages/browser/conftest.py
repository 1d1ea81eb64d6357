"""A real browser on a served demo: the machine's Chromium, driven from outside."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from placement.callers import Role
from tests.api.serving import served
from tests.pages.browser.demo import Demo, plan_demo

SignIn = Callable[..., Page]
"""Sign somebody in and return their page: ``sign_in(role, language="sv", width=1280, scripts=True, link=None)``."""
LOCALES = {"sv": "sv-SE", "en": "en-GB"}


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The machine's Chromium; where there is none the tests skip, or fail where REQUIRE_CHROMIUM=1.

    It is started once for a module, and each test has contexts of its own in it. It ends with the module: while it is
    driven, the thread has an event loop that tests elsewhere could not have.
    """
    path = shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        if os.environ.get("REQUIRE_CHROMIUM") == "1":
            pytest.fail("Chromium is not installed, and REQUIRE_CHROMIUM=1")
        pytest.skip("Chromium is not installed: NO PAGE IS TRIED IN A BROWSER")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A served demo of the small scale, planned and published: each process that tests has a copy of the same one."""
    of_this_run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:  # each worker has a folder of its own in that of the run
        of_this_run = of_this_run.parent
    shared = of_this_run / "demo.sqlite3"
    with shared.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not shared.exists():
            made = shared.with_suffix(".made")
            plan_demo(f"sqlite:///{made}")
            made.rename(shared)
    own = tmp_path_factory.mktemp("demo") / "demo.sqlite3"
    shutil.copy(shared, own)
    url = f"sqlite:///{own}"
    with served(url) as address:
        yield Demo(url, address)


@pytest.fixture
def sign_in(chromium: Browser, demo: Demo) -> Iterator[SignIn]:
    """Sign somebody in with a link, in a browser of their own."""
    with ExitStack() as stack:

        def opened(
            role: Role, language: str = "sv", width: int = 1280, *, scripts: bool = True, link: str | None = None
        ) -> Page:
            context = chromium.new_context(
                locale=LOCALES[language],
                viewport={"width": width, "height": 900},
                java_script_enabled=scripts,
                base_url=demo.address,
            )
            stack.callback(context.close)
            page = context.new_page()
            page.goto(link or demo.link(role))
            page.get_by_role("button").first.click()
            page.wait_for_load_state()
            return page

        yield opened
