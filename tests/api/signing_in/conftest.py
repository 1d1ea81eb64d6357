"""The service with an identity provider beside it, and browsers that keep their cookies."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.database import engine_for
from placement.settings import Settings
from placement.signing_in.provider import Provider
from placement_api.app import create_app
from tests.api.signing_in.visiting import HERE, Visitor, settings_for
from tests.api.world import World
from tests.identity_provider import IdentityProvider, identity_provider

Visit = Callable[..., Visitor]


@pytest.fixture(scope="module")
def running_provider() -> Iterator[IdentityProvider]:
    """One provider for a module's tests: making its first key takes a while."""
    with identity_provider() as provider:
        yield provider


@pytest.fixture
def provider(running_provider: IdentityProvider) -> IdentityProvider:
    """A provider that behaves, whatever the test before made it do."""
    fresh = IdentityProvider(running_provider.address, keys=running_provider.keys[:1])
    running_provider.__dict__.update(fresh.__dict__)
    return running_provider


@pytest.fixture
def settings(provider: IdentityProvider, settled: tuple[str, World]) -> Settings:
    """The settings of a service that people sign in to through the provider."""
    return settings_for(provider, settled[0])


@pytest.fixture(scope="module")
def built(running_provider: IdentityProvider) -> FastAPI:
    """A service with the provider, built once; each test lends it a database of its own."""
    return create_app(settings_for(running_provider, "sqlite://"))


@pytest.fixture
def service(built: FastAPI, settings: Settings) -> FastAPI:
    """A service that knows nothing of the provider yet, over the small county."""
    built.state.settings, built.state.engine = settings, engine_for(settings.database_url)
    built.state.provider = Provider(settings)
    return built


@pytest.fixture
def visit(service: FastAPI) -> Iterator[Visit]:
    """Open a browser of its own each time it is called."""
    with ExitStack() as stack:

        def opened(address: str = HERE, app: FastAPI | None = None) -> Visitor:
            made = TestClient(app or service, base_url=address, raise_server_exceptions=False, follow_redirects=False)
            return Visitor(stack.enter_context(made))

        yield opened
    service.state.engine.dispose()


@pytest.fixture
def world(settled: tuple[str, World]) -> World:
    """Everybody's token in the small county."""
    return settled[1]
