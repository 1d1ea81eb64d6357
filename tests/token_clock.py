"""The present moment as tokens see it, set by a test."""

from __future__ import annotations

import datetime as dt

import pytest

from placement import clock
from placement.store import token_uses, tokens


def be_at(monkeypatch: pytest.MonkeyPatch, moment: dt.datetime) -> None:
    """Let it be a moment."""
    for module in (clock, tokens, token_uses):
        monkeypatch.setattr(module, "now", lambda: moment)


def be_days_later(monkeypatch: pytest.MonkeyPatch, days: float) -> None:
    """Let some days pass."""
    be_at(monkeypatch, dt.datetime.now(dt.UTC) + dt.timedelta(days=days))
