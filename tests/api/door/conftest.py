"""The door as clients meet it: a server of our own in this process, spoken to over raw connections."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
import uvicorn
from fastapi import FastAPI

from placement.database import engine_for
from placement.settings import Settings
from placement_api.door.connections import GuardedProtocol
from tests.api.door.speaking import Address, Server
from tests.api.world import World

Serve = Callable[..., Address]


@pytest.fixture
def serve(app: FastAPI, settled: tuple[str, World]) -> Iterator[Serve]:
    """Serve the small county with settings of one's own, and return the address."""
    with ExitStack() as stack:

        def start(**settings: int | str) -> Address:
            chosen = Settings.model_validate({"database_url": settled[0], "runner": "none", **settings})
            proxies = [str(network) for network in chosen.proxies]
            stack.callback(setattr, app.state, "settings", app.state.settings)
            app.state.settings, app.state.engine = chosen, engine_for(chosen.database_url)
            config = uvicorn.Config(
                app,
                port=0,
                http=GuardedProtocol,
                ws="none",
                log_config=None,
                proxy_headers=bool(proxies),
                forwarded_allow_ips=proxies,
                timeout_graceful_shutdown=5,
            )
            server = Server(config)
            thread = threading.Thread(target=server.run)
            thread.start()
            stack.callback(thread.join, 20)
            stack.callback(server.stop)
            assert server.answers.wait(20)
            host, port = server.servers[0].sockets[0].getsockname()[:2]
            return Address(host, port, server)

        yield start
