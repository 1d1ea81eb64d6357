"""The served county that many use at once."""

from __future__ import annotations

from tests.api.conftest import app, client, connect, world

__all__ = ["app", "client", "connect", "world"]
