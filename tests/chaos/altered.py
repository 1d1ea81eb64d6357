"""The ``placement`` command, altered for a trial: its lease may be shorter, it may kill itself at a commit, or share.

Run as ``python -P altered.py LEASE ORDER LARGE WORDS…``. LEASE are seconds, ORDER is the file that says at which
commit, and a run with more than LARGE requests is split into parts; each may be empty.
"""

from __future__ import annotations

import datetime as dt
import os
import signal
import sys
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy.engine.default import DefaultDialect

from placement.cli import main
from placement.lanes import jobs
from placement.running import parts, signs


def shorten_lease(seconds: float) -> None:
    """Take over what a silent worker holds after so many seconds, so that a takeover need not be waited for so long."""
    signs.LEASE = dt.timedelta(seconds=seconds)
    jobs.SILENT_SECONDS, jobs.BEAT_SECONDS = seconds, seconds / 4


class Commits:
    """Counts this process's commits since an order was written, and kills it at the one that the order names.

    An order is such as ``before worker._take 2``: just before the function ``_take`` of ``worker`` commits for the
    second time. It is renamed by the one that dies of it, so that the process that is started again lives. Each commit
    that is counted is noted beside the order.
    """

    def __init__(self, order: Path) -> None:
        """Name the file that orders are written to."""
        self._order = order
        self._written = 0
        self._numbers: Counter[str] = Counter()
        self._turn = threading.Lock()

    def install(self) -> None:
        """Count every commit from now on."""
        commit: Any = DefaultDialect.do_commit
        count, die_if_asked = self._count, self._die_if_asked

        def do_commit(dialect: DefaultDialect, connection: Any) -> None:  # noqa: ANN401 (the driver's own connection)
            commit_at_hand = count()
            die_if_asked(f"before {commit_at_hand}")
            commit(dialect, connection)
            die_if_asked(f"after {commit_at_hand}")

        DefaultDialect.do_commit = do_commit  # type: ignore[method-assign]

    def _count(self) -> str | None:
        """Return what commits, and for which time since the order was written; None where there is no order."""
        with self._turn:
            try:
                written = self._order.stat().st_mtime_ns
            except FileNotFoundError:
                return None
            if written != self._written:
                self._written = written
                self._numbers.clear()
            what = what_commits()
            self._numbers[what] += 1
            with self._order.with_suffix(".commits").open("a") as told:
                told.write(f"{what}\n")
            return f"{what} {self._numbers[what]}"

    def _die_if_asked(self, commit_at_hand: str) -> None:
        try:
            if self._order.read_text() == commit_at_hand:
                self._order.rename(self._order.with_suffix(".taken"))
                os.kill(os.getpid(), signal.SIGKILL)
        except FileNotFoundError:
            pass  # there is no order, or it was taken back meanwhile


def what_commits() -> str:
    """Return the name of our function that commits, as the stack has it."""
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        module = frame.f_globals.get("__name__", "")
        if module.startswith(("placement.", "placement_api.")) and module != "placement.database":
            return f"{module.rpartition('.')[2]}.{frame.f_code.co_name}"
    return "somebody"


if __name__ == "__main__":
    lease, order, large = sys.argv[1:4]
    del sys.argv[1:4]
    if lease:
        shorten_lease(float(lease))
    if order:
        Commits(Path(order)).install()
    if large:
        parts.LARGE = int(large)
    main()
