"""Progress: one live line on a terminal, and otherwise a line for each new phase."""

from __future__ import annotations

from dataclasses import asdict
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.text import Text

from placement.cli.speech import Language
from placement_solver.progress import Progress
from placement_solver.words import Words

PHASES = {
    "prices": Words(sv="priser", en="prices"),
    "search": Words(sv="sökning", en="search"),
    "proof": Words(sv="bevis", en="proof"),
    "check": Words(sv="kontroll", en="check"),
    "done": Words(sv="klar", en="done"),
}
_LINE = Words(
    sv="{phase} · mål {objective} · gräns {bound} · gap {gap:.2%} · {unplaced} utan plats · {seconds:.0f} s",
    en="{phase} · objective {objective} · bound {bound} · gap {gap:.2%} · {unplaced} unplaced · {seconds:.0f} s",
)


class ProgressLine:
    """Shows on stderr how far a solve has come, during the ``with`` block."""

    def __init__(self, lang: Language, console: Console | None = None) -> None:
        self._lang = lang
        self._console = console or Console(stderr=True)
        self._live = Live(console=self._console, auto_refresh=False, transient=True)
        self._phase: str | None = None

    def __enter__(self) -> Self:
        if self._console.is_terminal:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Restore the terminal."""
        self._live.stop()

    def show(self, progress: Progress | None) -> None:
        """Show how far the solve has come, if it has reported anything yet."""
        if progress is None:
            return
        phase = self._lang.of(PHASES[progress.phase])
        line = Text(self._lang.of(_LINE).format_map(asdict(progress) | {"phase": phase}))
        if self._console.is_terminal:
            self._live.update(line, refresh=True)
        elif progress.phase != self._phase:
            self._console.print(line, soft_wrap=True)
        self._phase = progress.phase
