"""The application: the routes, the problems and the limits put together; one for each set of settings."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from placement.database import engine_for
from placement.outgoing.deliveries import Courier
from placement.running.worker import Runner
from placement.settings import Settings
from placement_api import documentation
from placement_api.contract import describe
from placement_api.following import Followers
from placement_api.idempotency import AnsweredBeforeError, answer_again
from placement_api.limits import BodyLimit, SafeHeaders, Turns
from placement_api.negotiation import Negotiation
from placement_api.problems import answer_problems
from placement_api.routes import ROUTERS
from placement_api.secrecy import keep_secrets
from placement_api.tracing import Tracing


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the service over the database that the settings name."""
    settings = settings or Settings()
    app = FastAPI(
        title="Placement",
        version=version("placement"),
        docs_url=None,  # the framework's pages would fetch their scripts from elsewhere
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_life,
    )
    app.state.settings = settings
    app.state.engine = engine_for(settings.database_url)
    app.state.followers = Followers(settings.event_streams)
    answer_problems(app)
    app.add_exception_handler(AnsweredBeforeError, answer_again)
    for part in (Negotiation, BodyLimit, Turns, SafeHeaders, Tracing):  # the last one is met first
        app.add_middleware(part)
    for router in (*ROUTERS, documentation.router):
        app.include_router(router)
    describe(app)
    return app


def create_served_app() -> FastAPI:
    """Make the service in a process of its own, as servers do: what it logs and how it clears memory is ours to say."""
    app = create_app()
    keep_secrets()
    gc.collect()
    gc.freeze()  # hundreds of thousands of objects that stay need not be looked through again and again
    gc.set_threshold(20_000, 20, 100)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """Keep the connections, and the runner and the courier where they live in this process, to the end."""
    settings: Settings = app.state.settings
    async with AsyncExitStack() as stack:
        stack.callback(app.state.engine.dispose)
        if settings.runner == "embedded":
            for working in (Runner(app.state.engine, settings), Courier(app.state.engine, settings)):
                working.start()
                stack.push_async_callback(asyncio.to_thread, working.stop)
        yield
