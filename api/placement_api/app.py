"""The application: routes, problems, middleware and contract put together, for given settings."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import cache
from importlib.metadata import version

from fastapi import APIRouter, FastAPI
from starlette.types import ASGIApp

from placement.database import engine_for
from placement.settings import Settings
from placement.signing_in.provider import Provider
from placement.store.token_uses import TokenUses, UseKeeper
from placement.working import tasks_for
from placement_api import documentation
from placement_api.contract import published
from placement_api.door.addresses import PublicAddress
from placement_api.door.bodies import Bodies
from placement_api.door.connections import STATE, Connections
from placement_api.door.headers import SafeHeaders
from placement_api.door.heads import Heads
from placement_api.door.signposts import put_up_signposts
from placement_api.door.turns import Turns
from placement_api.expiring import ExpiryWarning
from placement_api.following import Followers
from placement_api.idempotency import AnsweredBeforeError, answer_again
from placement_api.negotiation import Negotiation
from placement_api.operations import Operations
from placement_api.pages import PAGES
from placement_api.problems import answer_problems
from placement_api.rates import RateLimits, Rates
from placement_api.routes import ROUTERS
from placement_api.tracing import Tracing
from placement_api.watching.calls import Calls
from placement_api.watching.metrics import forget_process


class Service(FastAPI):
    """The framework's application, whose every answer has a trace and safe headers, also the one to a breakdown."""

    def build_middleware_stack(self) -> ASGIApp:
        """Put what every answer has around everything else, the framework's own answers included."""
        return Tracing(Calls(SafeHeaders(super().build_middleware_stack())))


def create_app(settings: Settings | None = None) -> FastAPI:
    """Make the service, with the database that the settings name; without settings, those of the environment."""
    settings = settings or Settings()
    app = Service(
        title="Placement",
        version=version("placement"),
        docs_url=None,  # the framework's pages would fetch scripts from other hosts
        redoc_url=None,
        openapi_url=None,  # the framework's own would write the contract anew for each caller
        redirect_slashes=False,
        lifespan=_life,
    )
    app.state.settings = settings
    app.state.engine = engine_for(settings.database_url, settings.sqlite_synchronous)
    app.state.provider = Provider(settings) if settings.oidc_issuer else None
    app.state.followers = Followers(settings.event_streams)
    app.state.token_uses = TokenUses()
    app.state.rates = Rates(settings)
    answer_problems(app)
    app.add_exception_handler(AnsweredBeforeError, answer_again)
    for part in (
        Turns,
        Bodies,
        Negotiation,
        Heads,
        ExpiryWarning,
        RateLimits,
        PublicAddress,  # the last one sees a request first
    ):
        app.add_middleware(part)
    app.router.routes.extend(_everything().routes)
    app.state.operations = _operations()
    app.openapi = published  # type: ignore[method-assign]  # the framework's way to replace its own document
    return app


@cache
def _everything() -> APIRouter:
    """Return every route: the same whatever the settings are, and it takes the framework a second to work them out."""
    everything = APIRouter()
    for router in (*ROUTERS, documentation.router, *PAGES):
        everything.include_router(router)
    put_up_signposts(everything)
    return everything


@cache
def _operations() -> Operations:
    return Operations(_everything().routes)


@asynccontextmanager
async def _life(app: FastAPI) -> AsyncIterator[dict[str, Connections]]:
    """Run the background tasks while the app lives, unless workers do, and close its connections at the end.

    What it yields, the server hands to each connection.
    """
    settings: Settings = app.state.settings
    async with AsyncExitStack() as stack:
        stack.callback(app.state.engine.dispose)
        stack.callback(forget_process)
        keeper = UseKeeper(app.state.token_uses, lambda: app.state.engine)
        keeper.start()
        stack.push_async_callback(asyncio.to_thread, keeper.stop)
        if settings.runner == "embedded":
            for worker in tasks_for(app.state.engine, settings):
                worker.start()
                stack.push_async_callback(asyncio.to_thread, worker.stop)
        yield {STATE: Connections(settings)}
