"""Browsing: a browser that somebody is signed in with, and what a page says."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

import httpx2
from fastapi import FastAPI
from fastapi.testclient import TestClient

from placement.callers import SYSTEM, Role
from placement.clock import now
from placement.database import open_session
from placement.signing_in import sessions
from placement.signing_in.links import VALID
from placement.tables import SignInLink
from tests.api.world import World

File = tuple[str, bytes, str]
"""A file's name, what is in it, and what it says to be."""
_SEAL = re.compile(r"[?&]seal=[0-9.a-f]+$")
_CSRF = re.compile(r'name="csrf" value="([0-9a-f]{64})"')


@dataclass
class Browser:
    """Somebody's browser; it follows no redirect by itself."""

    client: TestClient
    cookie: str
    language: str = "en"

    def get(self, path: str) -> httpx2.Response:
        """Open a page."""
        return self.client.get(path, headers=self._headers(), follow_redirects=False)

    def send(
        self, path: str, fields: Mapping[str, str], csrf: str | None = None, files: Mapping[str, File] | None = None
    ) -> httpx2.Response:
        """Send a form, and files if any, with the token that the session's forms have unless another is given."""
        sent = {**fields, "csrf": self.csrf() if csrf is None else csrf}
        return self.client.post(path, data=sent, files=files, headers=self._headers(), follow_redirects=False)

    def csrf(self) -> str:
        """Return the session's own token as its pages' forms have it."""
        found = _CSRF.search(self.get("/terms").text)
        assert found
        return found[1]

    def _headers(self) -> dict[str, str]:
        signed_in = {"Cookie": self.cookie} if self.cookie else {}
        return {**signed_in, "Accept-Language": self.language, "Sec-Fetch-Site": "same-origin"}


def signed_in(app: FastAPI, client: TestClient, world: World, role: Role, language: str = "en") -> Browser:
    """Sign somebody in with a role's token of the small county."""
    token = world.by(role)["Authorization"].split("_")[1]
    with open_session(app.state.engine) as session:
        link = SignInLink(token_id=token, secret_sha256=secrets.token_hex(32), expires_at=now() + VALID)
        session.add(link)
        secret = sessions.begin(session, SYSTEM, app.state.settings, token=token, link=link.id)
    return Browser(client, f"__Host-placement={secret}", language)


def leads_to(answer: httpx2.Response) -> str:
    """Return the address that an answer leads on to, without the seal of what it says was done."""
    return _SEAL.sub("", answer.headers["location"])


class _Texts(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, _attributes: object) -> None:
        self.hidden += tag in {"script", "style"}

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in {"script", "style"}

    def handle_data(self, data: str) -> None:
        if not self.hidden and data.strip():
            self.texts.append(" ".join(data.split()))


def text_of(page: httpx2.Response) -> str:
    """Return what a page says, without its markup, a space between any two texts."""
    parser = _Texts()
    parser.feed(page.text)
    return " ".join(parser.texts)
