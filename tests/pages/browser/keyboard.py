"""Keyboard: somebody who uses nothing but the keyboard, and how often they have activated something."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page

MOST_STOPS = 700
"""How often Tab is pressed before a thing counts as out of reach; a grid without scripts has a stop for each cell."""
_FOCUSED = """() => {
    const here = document.activeElement;
    if (!here || here === document.body) return "";
    const labels = here.labels && here.labels.length ? [...here.labels].map(each => each.innerText).join(" ") : "";
    const by = (here.getAttribute("aria-labelledby") || "").split(" ").filter(Boolean)
        .map(id => document.getElementById(id)?.innerText ?? "").join(" ");
    const own = here.matches("select, input, textarea") ? "" : here.innerText;
    return (here.getAttribute("aria-label") || by || labels || own || here.value || "").replace(/\\s+/g, " ").trim();
}"""


@dataclass
class Keyboard:
    """Whoever sits at the keyboard: ``activations`` counts what a mouse would click."""

    page: Page
    activations: int = 0
    passed: list[str] = field(default_factory=list)

    def reach(self, name: str, *, within: str | None = None) -> None:
        """Go on with Tab until what has the focus has a name that has this in it, in a part of the page if given."""
        self.passed.clear()
        for _ in range(MOST_STOPS):
            self.page.keyboard.press("Tab")
            focused = self.focused()
            self.passed.append(focused)
            if name in focused and (within is None or self._is_within(within)):
                return
        message = f"no Tab stop is called {name!r} on {self.page.url}: {self.passed[:60]}"
        raise AssertionError(message)

    def focused(self) -> str:
        """Return the name of what has the focus, as it is read aloud."""
        return str(self.page.evaluate(_FOCUSED))

    def press(self, name: str, *, within: str | None = None) -> None:
        """Reach a link or a button that leads to another page, and go there."""
        self.reach(name, within=within)
        self.activations += 1
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def use(self, name: str, *, within: str | None = None) -> None:
        """Reach what does something on the page itself, and activate it."""
        self.reach(name, within=within)
        self.activations += 1
        self.page.keyboard.press("Enter")

    def tick(self, name: str) -> None:
        """Reach a checkbox and tick it."""
        self.reach(name)
        self.activations += 1
        self.page.keyboard.press("Space")

    def write(self, name: str, text: str) -> None:
        """Reach a field and type; that is no click."""
        self.reach(name)
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def enter(self) -> None:
        """Send the form whose field has just been filled in; that is no click."""
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def choose(self, name: str, option: str) -> None:
        """Reach a list and type an option; a mouse would click twice, once if the list were open."""
        self.reach(name)
        self.activations += 1
        self.page.keyboard.type(option)

    def hand_in(self, name: str, file: Path) -> None:
        """Reach a field for a file and choose one."""
        with self.page.expect_file_chooser() as chooser:  # the browser is told to wait for one before the way there
            self.use(name)
        chooser.value.set_files(file)

    def _is_within(self, selector: str) -> bool:
        return bool(self.page.evaluate("selector => document.activeElement.closest(selector) !== null", selector))
