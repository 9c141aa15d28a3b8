"""Authentication: bearer tokens (JWT), or the one user of a laptop."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING, Any, Protocol

from app.core.answer import Person
from app.core.errors import NotAllowed, TokenExpired, TokenInvalid, TokenMissing
from app.core.ids import derived_id
from app.core.process.patterns import defer_regex
from app.settings import TOKEN_SECRET

if TYPE_CHECKING:
    from app.settings import Settings

TOKEN_CHARACTERS = 8192
LEEWAY_SECONDS = 10
"""Clocks may differ by this much."""

LOCAL_TENANT = "local"
_TENANT = defer_regex(r"[A-Za-z0-9][A-Za-z0-9_@=+,!.-]{0,99}")  # it begins every key of the file store


class Access(IntEnum):
    """What a caller may do; each member includes the previous ones."""

    READER = 1
    EDITOR = 2
    ADMIN = 3


@dataclass(frozen=True, slots=True)
class Caller:
    """The person who sends a request: the tenant, the subject and the access."""

    subject: str
    tenant: str
    access: Access

    @property
    def person(self) -> Person:
        """The owner of the caller's conversations."""
        return Person(self.tenant, self.subject)

    def needs(self, access: Access) -> None:
        """Raise ``NotAllowed`` if the caller may do less than this."""
        if self.access < access:
            raise NotAllowed(f"This needs the role {access.name.lower()}.")


class Authenticator(Protocol):
    """Identifies callers by the ``Authorization`` header."""

    @property
    def local(self) -> bool:
        """Whether everyone who can connect is let in. If so, the origin of requests is checked."""
        ...

    def __call__(self, authorization: str | None) -> Caller:
        """Return the caller. Raises ``NotAuthenticated``, and ``NotAllowed`` if the token has no role."""
        ...


class Keys(Protocol):
    """The keys that verify tokens."""

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The only accepted algorithms, whatever a token says."""
        ...

    def key(self, header: dict[str, Any]) -> Any:
        """Return the key for a token with this header. Raises ``TokenInvalid`` if there is none."""
        ...


def authenticator(settings: Settings) -> Authenticator:
    """Return the authenticator that the settings ask for: by a secret, by an issuer's keys, or else the local
    user.

    Raises ``ValueError`` for a weak secret, if both are set, or if an issuer's keys are set without issuer
    and audience: the issuer also signs tokens for other services, and a server that was meant to be closed
    must not be open.
    """
    checks = settings.jwt_issuer is not None, settings.jwt_audience is not None
    if settings.jwks_url is not None:
        if settings.jwt_secret_key is not None:
            raise ValueError("Set JWT_SECRET_KEY or JWT_JWKS_URL, not both")
        # Without an audience a token that the issuer signed for another service would open this one.
        if not all(checks):
            raise ValueError("JWT_JWKS_URL needs JWT_ISSUER and JWT_AUDIENCE: its keys sign for others, too")
        from app.api.jwks import KeySet

        return Bearer(KeySet(settings.jwks_url), settings.jwt_issuer, settings.jwt_audience)
    if settings.jwt_secret_key is not None:
        return Bearer(_Secret(_strong(settings.jwt_secret_key)), settings.jwt_issuer, settings.jwt_audience)
    if any(checks):
        raise ValueError("JWT_ISSUER and JWT_AUDIENCE need JWT_SECRET_KEY or JWT_JWKS_URL, too")
    return LocalUser()


class LocalUser:
    """Everyone who can connect is the server's one user, who may do everything."""

    local = True

    def __call__(self, authorization: str | None) -> Caller:
        """Return the local user."""
        return Caller(LOCAL_TENANT, LOCAL_TENANT, Access.ADMIN)


class Bearer:
    """Identifies callers by a signed token. ``exp`` and ``sub`` are required, ``iss`` and ``aud`` if the
    settings name them."""

    local = False

    def __init__(self, keys: Keys, issuer: str | None, audience: str | None) -> None:
        self._keys = keys
        self._issuer = issuer
        self._audience = audience

    def __call__(self, authorization: str | None) -> Caller:
        """Return the caller that the token names."""
        claims = self._claims(_token(authorization))
        subject = claims["sub"]
        if not isinstance(subject, str) or not subject:
            raise TokenInvalid("The token's subject is empty.")
        # Ids and keys are derived from both, and half a surrogate pair cannot be encoded.
        if not _is_text(subject) or not _is_text(str(claims.get("iss", ""))):
            raise TokenInvalid("The token's subject or issuer is not valid Unicode.")
        return Caller(subject, _tenant(claims, subject), _access(claims))

    def _claims(self, token: str) -> dict[str, Any]:
        from jose import jwt
        from jose.exceptions import ExpiredSignatureError, JOSEError

        options = {
            "require_exp": True,
            "require_sub": True,
            "require_iss": self._issuer is not None,
            "require_aud": self._audience is not None,
            "verify_aud": self._audience is not None,
            # A hash of OpenID Connect's access token, which is not sent here.
            "verify_at_hash": False,
            "leeway": LEEWAY_SECONDS,
        }
        try:
            # Unverified, and read for one purpose: the algorithm must be one of ours before a key is chosen.
            # A token that names its own could have a public key taken for a shared secret.
            header = jwt.get_unverified_header(token)
            if header.get("alg") not in self._keys.algorithms or "crit" in header:
                raise TokenInvalid("The token is not signed in the way that this server accepts.")
            claims: dict[str, Any] = jwt.decode(
                token,
                self._keys.key(header),
                algorithms=list(self._keys.algorithms),
                audience=self._audience,
                issuer=self._issuer,
                options=options,
            )
        except ExpiredSignatureError as error:
            raise TokenExpired("The token has expired.") from error
        # The library raises these for what a forger puts into a token; which one it was is told to nobody.
        except (JOSEError, ValueError, TypeError, OverflowError, AttributeError, RecursionError) as error:
            raise TokenInvalid("The token does not hold.") from error
        return claims


@dataclass(frozen=True, slots=True)
class _Secret:
    secret: str

    @property
    def algorithms(self) -> tuple[str, ...]:
        return ("HS256",)

    def key(self, header: dict[str, Any]) -> Any:
        return self.secret


def mint(settings: Settings, subject: str, tenant: str, roles: Sequence[str], seconds: int) -> str:
    """Return a token signed with ``JWT_SECRET_KEY``. Raises ``ValueError`` if the secret is missing or short,
    or if the tenant's name has other characters than a claim may have."""
    from jose import jwt

    if settings.jwt_secret_key is None:
        raise ValueError("JWT_SECRET_KEY is not set: there is nothing to sign a token with")
    # A tenant begins the keys of its files: what is refused in a claim must not be minted.
    if not _TENANT.fullmatch(tenant):
        raise ValueError(f"{tenant!r} cannot name a tenant: use up to 100 letters, digits and _@=+,!.-")
    now = int(time.time())
    claims: dict[str, Any] = {
        "sub": subject,
        "tenant": tenant,
        "roles": list(roles),
        "iat": now,
        "exp": now + seconds,
    }
    if settings.jwt_issuer:
        claims["iss"] = settings.jwt_issuer
    if settings.jwt_audience:
        claims["aud"] = settings.jwt_audience
    return str(jwt.encode(claims, _strong(settings.jwt_secret_key), algorithm="HS256"))


def _strong(secret: str) -> str:
    return str(TOKEN_SECRET.value("JWT_SECRET_KEY", secret))


def _is_text(text: str) -> bool:
    """Return whether the string can be encoded: JSON may hold half a surrogate pair."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _token(authorization: str | None) -> str:
    # The scheme's name is not case-sensitive (RFC 9110, 11.1).
    scheme, _, token = (authorization or "").strip().partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise TokenMissing("This needs a token: Authorization: Bearer …")
    # Before it is decoded: the caller is not known yet, and decoding costs computing.
    if len(token) > TOKEN_CHARACTERS:
        raise TokenInvalid(f"The token is longer than {TOKEN_CHARACTERS:,} characters.")
    return token.strip()


def _tenant(claims: dict[str, Any], subject: str) -> str:
    """Return the claim ``tenant``, or a tenant for the subject alone, whose name no claim can equal."""
    # Without the claim everybody is alone: two users of one issuer never share documents by accident.
    tenant = claims.get("tenant")
    if tenant is None:
        return f"user-{derived_id(claims.get('iss', ''), subject)}"
    if not isinstance(tenant, str) or not _TENANT.fullmatch(tenant):
        raise TokenInvalid("The token's tenant is not a plain name.")
    return tenant


def _access(claims: dict[str, Any]) -> Access:
    """Return the highest role of the claim ``roles`` (a list, or names separated by spaces)."""
    roles = claims.get("roles", [])
    names = roles.split() if isinstance(roles, str) else roles if isinstance(roles, list) else []
    held = [access for access in Access if access.name.lower() in names]
    if not held:
        raise NotAllowed("The token carries no role of this server: reader, editor or admin.")
    return max(held)
