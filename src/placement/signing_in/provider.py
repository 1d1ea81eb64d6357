"""The identity provider: what it publishes of itself, its keys, and the code flow with PKCE (RFC 7636, RFC 9207).

What the provider publishes is fetched from the issuer that the settings name, within limits of time and size, and kept
for a while. An unknown key makes the keys be fetched anew, at most once a minute, so that a flood of made-up tokens
becomes no flood at the provider.
"""

from __future__ import annotations

import json
import logging
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit

import httpx
from authlib.common.errors import AuthlibBaseError
from authlib.oauth2.client import OAuth2Client
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey

from placement.settings import HERE, Settings
from placement.signing_in.refusing import ProviderError, SignInError
from placement.signing_in.tokens import KINDS, Claims, Key, read_access_token, read_id_token, unknown_key
from placement.trusted import trusted
from placement_solver.words import Words

CALLBACK = "/sign-in/callback"
"""Where the provider sends people back: the one address that is registered with it, on our public address."""
TIMEOUT = 5.0
LONGEST_SECONDS = 10.0
LARGEST = 500_000
KEPT_SECONDS = 600.0
"""How long what the provider publishes is used before it is fetched again."""
PAUSE_SECONDS = 60.0
"""How long to wait before the keys are fetched again for a key that is not among them."""
FAILED_SECONDS = 5.0
"""How long to wait before the provider is asked again after it has failed."""
STALE_SECONDS = 86_400.0
"""How long what was fetched before may be used while the provider does not answer."""
MOST_KEYS = 50
SMALLEST_RSA = 2048
_ISS = "authorization_response_iss_parameter_supported"
_log = logging.getLogger(__name__)

_REFUSED = Words(
    "Inloggningstjänsten godtog inte inloggningen. Börja om.",
    "The identity provider did not accept the sign-in. Begin again.",
)
_MIXED_UP = Words(
    "Svaret kommer från en annan inloggningstjänst. Börja om.",
    "The answer comes from another identity provider. Begin again.",
)


@dataclass(frozen=True, slots=True)
class Attempt:
    """A sign-in that has begun: the secrets that tie the answer to this browser, and where to go afterwards."""

    state: str
    nonce: str
    verifier: str
    then: str


T = TypeVar("T")


class _Kept(Generic[T]):
    """Something that is fetched, and kept for a while; one thread fetches it while the others wait."""

    def __init__(self, fetch: Callable[[], T], tick: Callable[[], float]) -> None:
        self._fetch, self._tick = fetch, tick
        self._lock = threading.Lock()
        self._value: T | None = None
        self._fetched_at = self._pause_ends = float("-inf")

    def get(self, *, anew: bool = False) -> T:
        """Return it, fetched if it is due; ``anew`` asks for a newer one, if the last was fetched long enough ago."""
        with self._lock:
            moment = self._tick()
            due = anew or moment >= self._fetched_at + KEPT_SECONDS
            if due and moment >= self._pause_ends:
                self._refresh(moment)
            if self._value is None or moment >= self._fetched_at + STALE_SECONDS:
                raise ProviderError
            return self._value

    def _refresh(self, moment: float) -> None:
        """Fetch it; if that fails, what there is stays."""
        self._pause_ends = moment + FAILED_SECONDS
        try:
            self._value = self._fetch()
        except ProviderError:
            return
        self._fetched_at, self._pause_ends = moment, moment + PAUSE_SECONDS


class Provider:
    """The provider that the settings name, as one process knows it; several threads may use it at the same time."""

    def __init__(self, settings: Settings, tick: Callable[[], float] = time.monotonic) -> None:
        self._settings = settings
        self._issuer = settings.oidc_issuer or ""
        self._published = _Kept(self._fetch_published, tick)
        self._keys = _Kept(lambda: _keys_in(self._fetch(self._endpoint("jwks_uri"))), tick)

    def begin(self, then: str) -> tuple[str, Attempt]:
        """Return the address to send a browser to, and what to remember in that browser meanwhile."""
        attempt = Attempt(
            state=secrets.token_urlsafe(32),
            nonce=secrets.token_urlsafe(32),
            verifier=secrets.token_urlsafe(48),
            then=then,
        )
        address, _ = self._client().create_authorization_url(
            self._endpoint("authorization_endpoint"),
            state=attempt.state,
            nonce=attempt.nonce,
            code_verifier=attempt.verifier,
        )
        return str(address), attempt

    def finish(self, attempt: Attempt, code: str, issuer: str | None) -> Claims:
        """Return what the provider says of whoever came back with a code; ``issuer`` is the answer's ``iss``.

        Raises:
            SignInError: the answer is not this provider's to this sign-in.
            ProviderError: the provider cannot be reached.

        """
        if issuer != self._issuer and (issuer is not None or self._published.get().get(_ISS) is True):
            raise SignInError(_MIXED_UP)
        answer = self._exchange(attempt, code)
        token, access = answer.get("id_token"), answer.get("access_token")
        if not isinstance(token, str) or not isinstance(access, str | None):
            raise SignInError(_REFUSED)
        claims = read_id_token(
            token,
            self.find_key,
            issuer=self._issuer,
            client=self._settings.oidc_client_id or "",
            nonce=attempt.nonce,
            access_token=access,
        )
        return {**self._told(claims, access), **claims}

    def read_access_token(self, token: str, audience: str) -> Claims:
        """Return what an access token of the provider says, if it is for this API."""
        seconds = self._settings.oidc_token_seconds
        return read_access_token(token, self.find_key, issuer=self._issuer, audience=audience, seconds=seconds)

    def find_key(self, name: str | None, algorithm: str) -> Key:
        """Return the provider's key with an id for an algorithm; without an id, the only one that fits."""
        for anew in (False, True):
            fitting = [key for key in self._keys.get(anew=anew) if _fits(key, name, algorithm)]
            if len(fitting) == 1:
                return fitting[0]
        raise unknown_key()

    def _client(self, session: httpx.Client | None = None) -> OAuth2Client:
        """Make the client of the code flow; it keeps nothing between two sign-ins."""
        return OAuth2Client(
            session,
            client_id=self._settings.oidc_client_id,
            scope=self._settings.oidc_scopes,
            redirect_uri=f"{self._settings.public_url}{CALLBACK}",
            code_challenge_method="S256",
        )

    def _exchange(self, attempt: Attempt, code: str) -> Mapping[str, Any]:
        """Exchange the code for tokens, with the verifier that only this browser's sign-in has."""
        endpoint, client = self._endpoint("token_endpoint"), self._settings.oidc_client_id or ""
        secret = self._settings.oidc_client_secret
        named = {"client_id": client} if secret is None else {}
        proof = httpx.Auth() if secret is None else httpx.BasicAuth(client, secret.get_secret_value())
        try:
            with _connection() as session:
                answer: Mapping[str, Any] = self._client(session).fetch_token(
                    endpoint, code=code, code_verifier=attempt.verifier, auth=proof, **named
                )
        except AuthlibBaseError as error:
            raise SignInError(_REFUSED) from error
        except (httpx.HTTPError, ValueError) as error:
            raise _unreachable(error) from error
        return answer

    def _told(self, claims: Claims, access: str | None) -> Claims:
        """Return what the provider tells at its userinfo endpoint, if the ID token has none of the claims asked for."""
        asked = {rule.claim for rule in self._settings.oidc_roles}
        if access is None or asked & claims.keys() or "userinfo_endpoint" not in self._published.get():
            return {}
        told = self._fetch(self._endpoint("userinfo_endpoint"), {"Authorization": f"Bearer {access}"})
        if told.get("sub") != claims["sub"]:
            raise SignInError(_MIXED_UP)
        return told

    def _endpoint(self, name: str) -> str:
        """Return an address that the provider publishes; it must be protected as ours is."""
        address = self._published.get().get(name)
        parts = urlsplit(address) if isinstance(address, str) else urlsplit("")
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise ProviderError
        return str(address)

    def _fetch_published(self) -> Mapping[str, Any]:
        """Fetch what the provider publishes of itself; it must call itself what the settings call it."""
        found = self._fetch(f"{self._issuer.rstrip('/')}/.well-known/openid-configuration")
        if found.get("issuer") != self._issuer:
            _log.error("the identity provider calls itself something else than PLACEMENT_OIDC_ISSUER")
            raise ProviderError
        return found

    def _fetch(self, address: str, headers: Mapping[str, str] | None = None) -> Mapping[str, Any]:
        """Fetch a JSON object from the provider, within limits of time and size, following nothing elsewhere."""
        body, ends = b"", time.monotonic() + LONGEST_SECONDS
        try:
            with (
                _connection() as client,
                client.stream("GET", address, headers={"Accept": "application/json", **(headers or {})}) as answer,
            ):
                answer.raise_for_status()
                for part in answer.iter_bytes():
                    body += part
                    if len(body) > LARGEST or time.monotonic() > ends:
                        break  # what is cut off cannot be read
            found = json.loads(body)
        except (httpx.HTTPError, ValueError, RecursionError) as error:
            raise _unreachable(error) from error
        if not isinstance(found, dict):
            raise ProviderError
        return found


def _connection() -> httpx.Client:
    """Return a client that follows nothing elsewhere."""
    return httpx.Client(timeout=TIMEOUT, follow_redirects=False, verify=trusted())


def _unreachable(error: Exception) -> ProviderError:
    """Return the error for a provider that does not answer; the log says only what kind of fault it was."""
    _log.warning("the identity provider cannot be used: %s", type(error).__name__)
    return ProviderError()


def _keys_in(published: Mapping[str, Any]) -> list[Key]:
    """Return the keys that can verify signatures among those published; what cannot be read is left out."""
    listed = published.get("keys")
    kinds: Mapping[str, type[Key]] = {"RSA": RSAKey, "EC": ECKey, "OKP": OKPKey}
    found: list[Key] = []
    for each in (listed if isinstance(listed, list) else [])[:MOST_KEYS]:
        if not isinstance(each, dict) or each.get("kty") not in kinds or each.get("use", "sig") != "sig":
            continue
        if each["kty"] == "RSA" and len(str(each.get("n"))) * 6 < SMALLEST_RSA:  # base64 has six bits a letter
            continue
        try:
            found.append(kinds[each["kty"]].import_key({**each, "kty": each["kty"]}))
        except (JoseError, ValueError, TypeError, KeyError):
            _log.warning("the identity provider publishes a key that cannot be read")
    return found


def _fits(key: Key, name: str | None, algorithm: str) -> bool:
    """Tell whether a key is for an algorithm, and is the one named."""
    kept = key.as_dict(private=False)
    for_this = kept["kty"] == KINDS.get(algorithm) and kept.get("alg", algorithm) == algorithm
    return for_this and name in {None, kept.get("kid")}
