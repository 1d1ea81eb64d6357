"""Visiting: what people do with a browser, and the settings of the service that they do it at."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
import httpx2
from fastapi.testclient import TestClient

from placement.keys import new_key
from placement.settings import RoleRule, Settings
from placement.trusted import trusted
from tests.identity_provider import AUDIENCE, CLIENT, IdentityProvider

HERE = "http://127.0.0.1:8000"
KEY = new_key()
RULES = (
    {"claim": "roles", "value": "vfu-coordinator", "role": "coordinator"},
    {"claim": "roles", "value": "vfu-institution", "role": "institution", "organisation_from": "org"},
    {"claim": "roles", "value": "vfu-provider", "role": "provider", "organisation_from": "org"},
    {"claim": "roles", "value": "vfu-unit", "role": "unit", "unit_from": "unit"},
    {"claim": "roles", "value": "vfu-auditor", "role": "auditor"},
)


def settings_for(provider: IdentityProvider, url: str, **others: Any) -> Settings:  # noqa: ANN401 (any setting)
    """Return settings with a provider."""
    values: dict[str, Any] = {
        "database_url": url,
        "runner": "none",
        "secret_keys": KEY,
        "public_url": HERE,
        "oidc_issuer": provider.address,
        "oidc_client_id": CLIENT,
        "oidc_audience": AUDIENCE,
        "oidc_roles": tuple(RoleRule.model_validate(rule) for rule in RULES),
        "oidc_organisations": {"ki.se": "KI", "SE2120000001": "0180"},
        **others,
    }
    return Settings(**values)


@dataclass
class Visitor:
    """Somebody with a browser."""

    browser: TestClient

    def go_to_provider(self, then: str = "/") -> httpx2.Response:
        """Begin to sign in, and return the redirect to the provider."""
        begun = self.browser.get("/sign-in/provider", params={"next": then})
        assert begun.status_code == 303, begun.text
        return begun

    def answer_of(self, begun: httpx2.Response) -> str:
        """Return the path and query that the provider sends the browser back to."""
        back = urlsplit(httpx.get(begun.headers["location"], verify=trusted()).headers["location"])
        assert back.path == "/sign-in/callback"
        return f"{back.path}?{back.query}"

    def sign_in(self, then: str = "/") -> httpx2.Response:
        """Sign in through the provider, and return the last answer."""
        return self.browser.get(self.answer_of(self.go_to_provider(then)))

    def who(self) -> httpx2.Response:
        """Ask who is signed in."""
        return self.browser.get("/v1/session")

    def csrf(self) -> str:
        """Return the session's token as the front page's forms have it."""
        found = re.search(r'name="csrf" value="([0-9a-f]{64})"', self.browser.get("/account").text)
        assert found
        return found[1]

    @property
    def cookie(self) -> str | None:
        """Return the session's secret."""
        return self.browser.cookies.get("placement")
