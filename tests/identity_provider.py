"""An identity provider on this machine: OpenID Connect over real HTTP, which also misbehaves when it is asked to.

It lets in, without asking anything, whoever ``person`` is at present. ``claims``, ``header`` and ``answer`` change what
it issues; ``rotate`` gives it a new key. ``asked`` counts what it has been asked for.
"""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

CLIENT, AUDIENCE = "placement", "https://placement.example.se/v1"
Key = RSAKey | ECKey | OKPKey
ALGORITHMS = ["RS256", "PS256", "ES256", "Ed25519", "EdDSA", "HS256", "RS384"]


@dataclass
class IdentityProvider:
    """What the provider knows and does at present."""

    address: str
    person: dict[str, Any] = field(default_factory=lambda: {"sub": "anna-1", "roles": ["vfu-coordinator"]})
    claims: dict[str, Any] = field(default_factory=dict)
    userinfo: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, Any] = field(default_factory=dict)
    published: dict[str, Any] = field(default_factory=dict)
    back: dict[str, str] = field(default_factory=dict)
    keys: list[Key] = field(default_factory=list)
    broken: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    secret: str | None = None
    shown: list[dict[str, str]] = field(default_factory=list)

    def rotate(self, kind: str = "RSA") -> Key:
        """Sign with a new key from now on, and publish no other."""
        parameters: Any = {"kid": secrets.token_hex(4), "use": "sig"}
        made: Key
        if kind == "RSA":
            made = RSAKey.generate_key(2048, parameters=parameters)
        elif kind == "EC":
            made = ECKey.generate_key("P-256", parameters=parameters)
        else:
            made = OKPKey.generate_key("Ed25519", parameters=parameters)
        self.keys = [made]
        return made

    def sign(self, claims: dict[str, Any], header: dict[str, Any] | None = None, key: Any = None) -> str:  # noqa: ANN401
        """Sign claims; what is None in claims or header is left out."""
        by = self.keys[0] if key is None else key
        usual = {"RSA": "RS256", "EC": "ES256", "OKP": "Ed25519"}.get(by.key_type, "HS256")
        whole = {"alg": usual, "kid": self.keys[0].kid, **(header or {}), **self.header}
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        return jwt.encode(_without_none(whole), _without_none(claims), by, registry=registry, default_type=None)

    def access_token(self, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:  # noqa: ANN401
        """Issue an access token for the API (RFC 9068), with some claims changed."""
        moment = int(time.time())
        usual = {
            "iss": self.address,
            "aud": AUDIENCE,
            "iat": moment,
            "exp": moment + 60,
            "jti": secrets.token_hex(8),
            "client_id": "a-system",
            **self.person,
        }
        return self.sign({**usual, **claims}, {"typ": "at+jwt", **(header or {})}, key)

    def id_token(self, nonce: str, access: str) -> str:
        """Issue an ID token for a sign-in."""
        moment = int(time.time())
        digest = hashlib.sha512 if self.keys[0].key_type == "OKP" else hashlib.sha256
        half = digest(access.encode()).digest()
        usual = {
            "iss": self.address,
            "aud": CLIENT,
            "iat": moment,
            "exp": moment + 300,
            "nonce": nonce,
            "at_hash": base64.urlsafe_b64encode(half[: len(half) // 2]).decode().rstrip("="),
            **self.person,
        }
        return self.sign({**usual, **self.claims}, {"typ": "JWT"})

    def describe(self) -> dict[str, Any]:
        """Return what it publishes of itself."""
        usual = {
            "issuer": self.address,
            "authorization_endpoint": f"{self.address}/authorize",
            "token_endpoint": f"{self.address}/token",
            "jwks_uri": f"{self.address}/keys",
            "userinfo_endpoint": f"{self.address}/userinfo",
            "authorization_response_iss_parameter_supported": True,
        }
        return _without_none({**usual, **self.published})

    def let_in(self, asked: dict[str, str]) -> str:
        """Return the address that a browser which came to sign in is sent back to."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.address, **self.back}
        return f"{asked['redirect_uri']}?{urlencode({name: text for name, text in back.items() if text})}"

    def exchange(self, sent: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        """Exchange a code, once, for whoever shows the verifier that belongs to it."""
        self.shown.append(sent)
        asked = self.codes.pop(sent.get("code", ""), None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(sent.get("code_verifier", "").encode()).digest())
        if (
            asked is None
            or asked["code_challenge"] != challenge.decode().rstrip("=")
            or not self._is_client(sent, authorization)
        ):
            return 400, {"error": "invalid_grant"}
        access = secrets.token_urlsafe(16)
        usual = {"access_token": access, "token_type": "Bearer", "id_token": self.id_token(asked["nonce"], access)}
        return 200, _without_none({**usual, **self.answer})

    def _is_client(self, sent: dict[str, str], authorization: str) -> bool:
        if self.secret is None:
            return sent.get("client_id") == CLIENT
        return authorization == "Basic " + base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()


def _without_none(given: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if value is not None}


@contextmanager
def identity_provider() -> Iterator[IdentityProvider]:
    """Run a provider on a free port of this machine."""
    there: list[IdentityProvider] = []

    class Answers(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider, parts = there[0], urlsplit(self.path)
            asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
            provider.asked[parts.path] += 1
            if parts.path in provider.broken:
                self._send(*provider.broken[parts.path])
            elif parts.path == "/authorize":
                self._send(302, b"", {"Location": provider.let_in(asked)})
            else:
                told = {
                    "/.well-known/openid-configuration": provider.describe(),
                    "/keys": {"keys": [key.as_dict(private=False) for key in provider.keys]},
                    "/userinfo": provider.userinfo,
                }
                self._send(200, json.dumps(told[parts.path]).encode())

        def do_POST(self) -> None:
            provider = there[0]
            provider.asked[self.path] += 1
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            if self.path in provider.broken:
                self._send(*provider.broken[self.path])
                return
            status, told = provider.exchange(dict(parse_qsl(body)), self.headers.get("Authorization", ""))
            self._send(status, json.dumps(told).encode())

        def _send(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_told: object) -> None:
            """Say nothing: tests read the provider's counts."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answers)
    provider = IdentityProvider(f"http://127.0.0.1:{server.server_address[1]}")
    provider.rotate()
    there.append(provider)
    serving = threading.Thread(target=server.serve_forever, args=(0.01,))
    serving.start()
    try:
        yield provider
    finally:
        server.shutdown()
        serving.join()
        server.server_close()
