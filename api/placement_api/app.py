"""The application: routes, problems, middleware and contract put together, for given settings."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from importlib.metadata import version

from fastapi import FastAPI

from placement.database import engine_for
from placement.settings import Settings
from placement.store.token_uses import TokenUses, UseKeeper
from placement.working import tasks_for
from placement_api import documentation
from placement_api.contract import describe
from placement_api.expiring import ExpiryWarning
from placement_api.following import Followers
from placement_api.idempotency import AnsweredBeforeError, answer_again
from placement_api.limits import BodyLimit, SafeHeaders, Turns
from placement_api.negotiation import Negotiation
from placement_api.pages import surveys as survey_pages
from placement_api.problems import answer_problems
from placement_api.rates import RateLimits, Rates
from placement_api.routes import ROUTERS
from placement_api.secrecy import keep_secrets
from placement_api.tracing import Tracing


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the service, with the database that the settings name; without settings, those of the environment."""
    settings = settings or Settings()
    app = FastAPI(
        title="Placement",
        version=version("placement"),
        docs_url=None,  # the framework's pages would fetch scripts from other hosts
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_life,
    )
    app.state.settings = settings
    app.state.engine = engine_for(settings.database_url)
    app.state.followers = Followers(settings.event_streams)
    app.state.token_uses = TokenUses()
    app.state.rates = Rates(settings)
    answer_problems(app)
    app.add_exception_handler(AnsweredBeforeError, answer_again)
    for part in (
        Negotiation,
        BodyLimit,
        Turns,
        ExpiryWarning,
        RateLimits,
        SafeHeaders,
        Tracing,
    ):  # the last one sees a request first
        app.add_middleware(part)
    for router in (*ROUTERS, documentation.router, survey_pages.router):
        app.include_router(router)
    describe(app)
    return app


def create_served_app() -> FastAPI:
    """Make the service for a server process, and set what the process logs and how it collects garbage."""
    app = create_app()
    keep_secrets()
    gc.collect()
    gc.freeze()  # the collector need not examine the objects that live as long as the process
    gc.set_threshold(20_000, 20, 100)
    return app


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[None]:
    """Run the background tasks while the app lives, unless workers do, and close its connections at the end."""
    settings: Settings = app.state.settings
    async with AsyncExitStack() as stack:
        stack.callback(app.state.engine.dispose)
        keeper = UseKeeper(app.state.token_uses, lambda: app.state.engine)
        keeper.start()
        stack.push_async_callback(asyncio.to_thread, keeper.stop)
        if settings.runner == "embedded":
            for worker in tasks_for(app.state.engine, settings):
                worker.start()
                stack.push_async_callback(asyncio.to_thread, worker.stop)
        yield
