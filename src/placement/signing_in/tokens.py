"""Tokens of the identity provider: which signatures and claims are accepted (RFC 7519, RFC 9068, OpenID Connect Core).

Algorithms are a fixed list: never ``none``, never a shared secret. A key is found by its id among the provider's own,
and nowhere else, whatever the token says of keys.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
from collections.abc import Callable, Mapping
from copy import copy
from typing import Any

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry

from placement.clock import now
from placement.signing_in.refusing import SignInError
from placement_solver.words import Words

Claims = Mapping[str, Any]
Key = RSAKey | ECKey | OKPKey
FindKey = Callable[[str | None, str], Key]
"""Returns the provider's key with an id, for an algorithm; raises SignInError if there is none."""

LEEWAY = dt.timedelta(seconds=30)
"""How far the provider's clock may be from ours."""
LONGEST = 16_000
LONGEST_SUBJECT = 255
KINDS: Mapping[str, str] = {"RS256": "RSA", "PS256": "RSA", "ES256": "EC", "EdDSA": "OKP", "Ed25519": "OKP"}
"""The algorithms that are accepted, and the kind of key that each takes."""
_ACCESS = {"at+jwt", "application/at+jwt"}
_HASHES = {"EdDSA": hashlib.sha512, "Ed25519": hashlib.sha512}

_UNREADABLE = Words("Den är ingen signerad uppgift som går att läsa.", "It is no signed statement that can be read.")
_FORGED = Words(
    "Signaturen är inte inloggningstjänstens, eller av ett slag som inte godtas.",
    "The signature is not the identity provider's, or of a kind that is not accepted.",
)
_OTHER_KIND = Words("Den är av ett annat slag än det som behövs här.", "It is of another kind than is needed here.")
_OTHER_ISSUER = Words("Den är utfärdad av någon annan.", "It was issued by somebody else.")
_OTHER_AUDIENCE = Words("Den är utfärdad för någon annan tjänst.", "It was issued for another service.")
_OTHER_SIGN_IN = Words("Den hör till en annan inloggning.", "It belongs to another sign-in.")
_LACKING = Words("Den saknar något som måste finnas.", "It lacks something that must be there.")
_OVER = Words("Den gäller inte längre. Hämta en ny.", "It is not valid any more. Fetch a new one.")
_EARLY = Words("Den gäller inte ännu.", "It is not valid yet.")
_TOO_OLD = Words(
    "Den utfärdades för länge sedan. Hämta en ny inför varje stund av anrop.",
    "It was issued too long ago. Fetch a new one for each spell of calls.",
)


class _Registry(JWSRegistry):
    """The algorithms that are accepted, and no others."""

    algorithms = {name: copy(JWSRegistry.algorithms[name]) for name in KINDS}  # noqa: RUF012 (as its base has it)


_Registry.algorithms["EdDSA"].security_warning = None  # its name only is deprecated (RFC 9864); providers still use it
_REGISTRY = _Registry(algorithms=list(KINDS))


def read_id_token(
    token: str, find: FindKey, *, issuer: str, client: str, nonce: str, access_token: str | None
) -> Claims:
    """Return the claims of an ID token that was issued for this sign-in at this client.

    Raises:
        SignInError: it was not, or it cannot be trusted; the words say in which respect.

    """
    header, claims = _verified(token, find)
    if str(header.get("typ", "JWT")).lower() in _ACCESS:
        raise SignInError(_OTHER_KIND)
    _hold_common(claims, issuer, client)
    audiences = _listed(claims["aud"])
    if (len(audiences) > 1 and "azp" not in claims) or claims.get("azp", client) != client:
        raise SignInError(_OTHER_AUDIENCE)
    if not _same(claims.get("nonce"), nonce):
        raise SignInError(_OTHER_SIGN_IN)
    if "at_hash" in claims and not _same(claims["at_hash"], _half_hash(access_token or "", header["alg"])):
        raise SignInError(_OTHER_SIGN_IN)
    return claims


def read_access_token(token: str, find: FindKey, *, issuer: str, audience: str, seconds: int) -> Claims:
    """Return the claims of an access token (RFC 9068) for this API that is at most so many seconds old.

    Raises:
        SignInError: it is not, or it cannot be trusted; the words say in which respect.

    """
    header, claims = _verified(token, find)
    if str(header.get("typ", "")).lower() not in _ACCESS:
        raise SignInError(_OTHER_KIND)
    _hold_common(claims, issuer, audience)
    if not isinstance(claims.get("client_id"), str) or not isinstance(claims.get("jti"), str):
        raise SignInError(_LACKING)
    if now() - moment_of(claims, "iat") > dt.timedelta(seconds=seconds):
        raise SignInError(_TOO_OLD)
    return claims


def unreadable() -> SignInError:
    """Return the error for something that is no token at all."""
    return SignInError(_UNREADABLE)


def unknown_key() -> SignInError:
    """Return the error for a token whose key is not among the provider's."""
    return SignInError(_FORGED)


def moment_of(claims: Claims, name: str) -> dt.datetime:
    """Return a claim that is a moment: seconds since 1970.

    Raises:
        SignInError: it is missing, or no moment.

    """
    seconds = claims.get(name)
    if isinstance(seconds, bool) or not isinstance(seconds, int | float):
        raise SignInError(_LACKING)
    try:
        return dt.datetime.fromtimestamp(seconds, dt.UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise SignInError(_LACKING) from error


def _verified(token: str, find: FindKey) -> tuple[Mapping[str, Any], Claims]:
    """Return header and claims of a token that one of the provider's keys has signed."""
    if len(token) > LONGEST or not token.isascii():
        raise unreadable()

    def key_for(asked: Any) -> Key:  # noqa: ANN401 (the library's own)
        headers = asked.headers()
        return find(headers.get("kid"), headers["alg"])

    try:
        made = jwt.decode(token, key_for, registry=_REGISTRY)
    except JoseError as error:
        raise SignInError(_FORGED) from error
    except (ValueError, TypeError, RecursionError) as error:
        raise unreadable() from error
    return made.header, made.claims


def _hold_common(claims: Claims, issuer: str, audience: str) -> None:
    """Refuse claims of another issuer, for somebody else, out of their time, or of nobody."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not subject.isascii() or not 1 <= len(subject) <= LONGEST_SUBJECT:
        raise SignInError(_LACKING)
    if claims.get("iss") != issuer:
        raise SignInError(_OTHER_ISSUER)
    if audience not in _listed(claims.get("aud")):
        raise SignInError(_OTHER_AUDIENCE)
    moment = now()
    if moment_of(claims, "exp") + LEEWAY <= moment:
        raise SignInError(_OVER)
    begins = [moment_of(claims, "iat")] + ([moment_of(claims, "nbf")] if "nbf" in claims else [])
    if max(begins) - LEEWAY > moment:
        raise SignInError(_EARLY)


def _listed(value: object) -> list[object]:
    """Return a claim that is one value or a list of several as a list."""
    return list(value) if isinstance(value, list) else [value]


def _same(given: object, expected: str) -> bool:
    """Tell whether a claim is the text expected, in a time that does not tell how much of it is."""
    return isinstance(given, str) and hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _half_hash(token: str, algorithm: str) -> str:
    """Return the left half of a token's hash, as ``at_hash`` has it (OpenID Connect Core, 3.1.3.6)."""
    digest = _HASHES.get(algorithm, hashlib.sha256)(token.encode()).digest()
    return base64.urlsafe_b64encode(digest[: len(digest) // 2]).decode().rstrip("=")
