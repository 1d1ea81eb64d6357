"""The machine's clock as a test sets it: every moment and day that the service asks for follows; no seconds pass."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace

import pytest

from placement import clock


def be_at(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    """Set the clock to a moment, at which it stands still."""
    stopped = SimpleNamespace(now=moment.astimezone)
    monkeypatch.setattr(clock, "dt", SimpleNamespace(datetime=stopped, date=dt.date, UTC=dt.UTC))
