"""Settings: what differs between installations, read from the environment variables ``PLACEMENT_…``."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, SecretStr, ValidationInfo, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from placement.callers import Role
from placement.memory import LEAST, share_of_machine
from placement.refusals import form, refused

MAIL_ADDRESS = form(
    r"^[!#-'*+/-9=?A-Z^-~.-]+@[A-Za-z0-9.-]+$",
    "en e-postadress, som vfu@example.se",
    "an e-mail address such as vfu@example.se",
)
"""An address as mail can have it everywhere: no quotes, and only letters that are in ASCII."""
TOKEN_DAYS = 400
"""How many days a token works unless it is given fewer: a year, and time to change it."""
_PUBLIC_URL = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.IGNORECASE)
_SHORTEST_TOKEN = 32
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
"""The names of this machine itself; what is sent to it leaves it for nobody to read."""
_OF_AN_ORGANISATION = frozenset({Role.INSTITUTION, Role.PROVIDER, Role.STUDENT})
_OF_A_UNIT = frozenset({Role.UNIT, Role.SUPERVISOR})


class RoleRule(BaseModel):
    """Which role a claim of the identity provider gives, and which claims name the organisation or the unit."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    claim: str = Field(min_length=1)
    value: str = Field(min_length=1)
    role: Role
    organisation_from: str | None = None
    unit_from: str | None = None

    @model_validator(mode="after")
    def _belong(self) -> Self:
        """Refuse a rule that does not say where the role belongs, or says so of a role that belongs nowhere."""
        if (self.organisation_from is None) == (self.role in _OF_AN_ORGANISATION):
            raise refused(
                "rollerna institution, provider och student ska ha organisation_from, och inga andra",
                "the roles institution, provider and student have organisation_from, and no other",
            )
        if (self.unit_from is None) == (self.role in _OF_A_UNIT):
            raise refused(
                "rollerna unit och supervisor ska ha unit_from, och inga andra",
                "the roles unit and supervisor have unit_from, and no other",
            )
        return self


class Settings(BaseSettings):
    """Where the service stores its data, and how it runs the solver."""

    model_config = SettingsConfigDict(env_prefix="PLACEMENT_", frozen=True)

    database_url: str = Field(
        default="sqlite:///placement.sqlite3",
        description="The database: sqlite:///FILE, or postgresql://USER@HOST/NAME.",
    )
    sqlite_synchronous: Literal["full", "normal"] = Field(
        default="full",
        description="Whether SQLite waits until each change is on the disk (full), or may lose the last ones, never "
        "half of one, where the power fails (normal, faster).",
    )
    secret_keys: SecretStr | None = Field(
        default=None,
        description="What secrets in the database are encrypted with and exports are signed with: 32 random bytes in "
        "URL-safe base64, several separated by commas, the newest first. `placement keys new` makes one. Unless set, "
        "SQLite has a file of its own beside the database (FILE.keys); PostgreSQL needs the setting.",
    )
    runner: Literal["embedded", "none"] = Field(
        default="embedded",
        description="Whether serve carries out runs and sends events and reminders itself (embedded) or leaves it to "
        "workers (none).",
    )
    run_time_limit_seconds: int = Field(
        default=180,
        ge=1,
        le=86_400,
        description="How many seconds a run may search, unless it is ordered with a limit of its own.",
    )
    run_seconds_in_flight: int = Field(
        default=86_400,
        ge=1,
        le=31_622_400,
        description="How many seconds the runs of one caller (a token, or all who sign in with a role) that wait or "
        "are under way may search together; one run is always let in. More is refused with 429.",
    )
    runs_at_once: int = Field(
        default=1,
        ge=1,
        le=64,
        description="How many runs a process carries out at the same time where the database is PostgreSQL. They share "
        "the machine's cores and the memory for runs equally. On SQLite there is one at a time.",
    )
    run_memory_mb: int | None = Field(
        default=None,
        ge=LEAST,
        validate_default=True,
        description="How much memory the solver may use for a run, in MiB; three quarters of the machine's, or of the "
        "container's, unless set.",
    )
    remedies: Literal["beforehand", "on-demand"] = Field(
        default="beforehand",
        description="Whether what would help those without a place is worked out in the background after each run, "
        "while no run is waiting or under way (beforehand), or only when somebody asks for it (on-demand).",
    )
    connections: int = Field(
        default=800,
        ge=10,
        description="How many connections there may be at once, in each process. Where there are more, those that have "
        "waited longest for their client are closed. Keep it below the number of files that a process may open.",
    )
    connections_per_address: int = Field(
        default=300,
        ge=1,
        description="How many of these may come from one address; a trusted proxy is not counted.",
    )
    trusted_proxies: str | None = Field(
        default=None,
        description="The addresses of proxies in front of the service, separated by commas, such as 127.0.0.1 or "
        "10.0.0.0/8. What X-Forwarded-For and X-Forwarded-Proto say is believed of them and of nobody else.",
    )
    public_url: str | None = Field(
        default=None,
        description="The address at which people reach the service, such as https://vfu.example.se, for the links that "
        "it makes and to sign in through a provider. It begins with https, unless it is this machine "
        "(http://127.0.0.1:PORT). Unless set, that is the address of each call.",
    )
    contact_email: str | None = Field(
        default=None,
        pattern=MAIL_ADDRESS,
        max_length=254,
        description="Where people may write about accessibility, personal data and help; the public pages show it.",
    )
    metrics_token: SecretStr | None = Field(
        default=None,
        description="The token with which Prometheus reads the service's figures at /metrics (Authorization: Bearer), "
        "at least 32 characters; unless set there is no such page. `placement keys new` makes one.",
    )
    log_format: Literal["text", "json"] = Field(
        default="text",
        description="How serve and workers log: lines for people (text), or a JSON object a line with the trace of "
        "what it is about (json).",
    )
    life_sign_file: str | None = Field(
        default=None,
        description="A file that a worker touches all the time while it lives, for `placement health`, which needs the "
        "same setting. There is none unless set; the container image sets it.",
    )
    event_streams: int = Field(
        default=100, ge=1, le=10_000, description="How many callers may follow runs at once, in each process."
    )
    oidc_issuer: str | None = Field(
        default=None,
        description="The identity provider, an OpenID Connect issuer, such as https://login.example.se. Nobody signs "
        "in through a provider unless set.",
    )
    oidc_client_id: str | None = Field(
        default=None, min_length=1, description="What the provider calls this service, for people who sign in."
    )
    oidc_client_secret: SecretStr | None = Field(
        default=None, description="The secret at the provider, if it gives one; PKCE is used either way."
    )
    oidc_scopes: str = Field(default="openid", description="The scopes to ask the provider for, with spaces between.")
    oidc_roles: tuple[RoleRule, ...] = Field(
        default=(),
        description='Which role a claim gives, as JSON: `[{"claim": …, "value": …, "role": …}]`, with '
        "`organisation_from` or `unit_from` for the claim that names the organisation or the unit. See sign-in.md.",
    )
    oidc_organisations: dict[str, str] = Field(
        default={},
        description="What the provider calls organisations, as JSON from its value to the organisation's external id "
        "here, such as a domain or an organisation number; a value that is an external id needs no entry.",
    )
    oidc_audience: str | None = Field(
        default=None,
        min_length=1,
        description="The audience of the provider's access tokens that systems may call the API with; none is "
        "accepted unless set.",
    )
    oidc_token_seconds: int = Field(
        default=60,
        ge=30,
        le=3_600,
        description="How many seconds after it was issued an access token of the provider is accepted, and so how soon "
        "a withdrawn role has no effect any more.",
    )
    session_idle_minutes: int = Field(
        default=30, ge=2, le=720, description="After how many minutes without use a session in a browser ends."
    )
    session_hours: int = Field(
        default=12, ge=1, le=168, description="After how many hours a session in a browser ends, however it is used."
    )
    token_days: int = Field(
        default=TOKEN_DAYS,
        ge=1,
        le=3_650,
        description="How many days a token works unless it is given fewer, and the most that it can be given.",
    )
    calls_per_minute: int = Field(
        default=1_200,
        ge=0,
        le=1_000_000,
        description="How many calls a caller may make in a minute, in each process; 0 for no limit.",
    )
    dear_calls_per_minute: int = Field(
        default=60,
        ge=0,
        le=1_000_000,
        description="How many of them may be dear, such as runs, imports, sheets, previews, comparisons and reports; "
        "0 for no limit.",
    )
    wrong_tokens_per_minute: int = Field(
        default=30,
        ge=0,
        le=1_000_000,
        description="How many calls without a valid token an address may make in a minute, in each process; "
        "0 for no limit.",
    )
    audit_heads_folder: str | None = Field(
        default=None,
        description="A folder where the signed head of the audit trail is written every hour, best one that those who "
        "may change the database cannot change. No heads are written unless set.",
    )
    webhook_loopback: bool = Field(
        default=False,
        description="Whether events may be sent to this machine itself (http://127.0.0.1:PORT), to try out webhooks.",
    )
    smtp_host: str | None = Field(
        default=None, description="The mail server that reminders are sent through; no mail is sent unless set."
    )
    smtp_port: int = Field(default=587, ge=1, le=65_535, description="The port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        default="starttls",
        description="How the connection to the mail server is protected: starttls (port 587), tls (port 465) or none.",
    )
    smtp_user: str | None = Field(default=None, description="The user name at the mail server, if it asks for one.")
    smtp_password: SecretStr | None = Field(
        default=None, description="The password at the mail server; never sent without starttls or tls."
    )
    mail_folder: str | None = Field(
        default=None, description="A folder where reminders are written as .eml files, in place of a mail server."
    )
    mail_sender: str | None = Field(
        default=None,
        pattern=MAIL_ADDRESS,
        max_length=254,
        validate_default=True,
        description="The address that reminders are sent from; needed if they are mailed.",
    )

    @property
    def mails(self) -> bool:
        """Tell whether reminders are mailed."""
        return self.smtp_host is not None or self.mail_folder is not None

    @property
    def proxies(self) -> list[IPv4Network | IPv6Network]:
        """Return the trusted proxies as networks."""
        return _networks(self.trusted_proxies)

    @field_validator("run_memory_mb")
    @classmethod
    def _leave_room(cls, mib: int | None) -> int:
        """Let no run take the whole machine."""
        return share_of_machine() if mib is None else mib

    @field_validator("trusted_proxies")
    @classmethod
    def _read_proxies(cls, value: str | None) -> str | None:
        """Refuse what is no address of a proxy."""
        try:
            _networks(value)
        except ValueError as error:
            raise refused(
                "ange adresser som 127.0.0.1 eller 10.0.0.0/8, med komma emellan",
                "give addresses such as 127.0.0.1 or 10.0.0.0/8, separated by commas",
            ) from error
        return value

    @field_validator("public_url", "oidc_issuer")
    @classmethod
    def _protect_address(cls, value: str | None) -> str | None:
        """Refuse an address over which secrets would travel in clear text, or that is more than an address."""
        if value is None:
            return value
        parts = urlsplit(value)
        if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in HERE):
            raise refused("adressen ska börja med https://", "the address must begin with https://")
        if not parts.hostname or "@" in parts.netloc or parts.query or parts.fragment:
            raise refused("ange adressen utan namn, fråga och #", "give the address without a user, a query and #")
        return value.rstrip("/") if parts.path == "/" else value

    @field_validator("public_url")
    @classmethod
    def _read_public_url(cls, value: str | None) -> str | None:
        """Refuse what is not the address of a host."""
        if value is not None and not _PUBLIC_URL.fullmatch(value):
            raise refused("ange en adress som https://vfu.example.se", "give an address such as https://vfu.example.se")
        return value

    @field_validator("oidc_client_id")
    @classmethod
    def _need_address(cls, value: str | None, given: ValidationInfo) -> str | None:
        """Refuse sign-in through a provider without the addresses that it takes."""
        if value is not None and not (given.data.get("public_url") and given.data.get("oidc_issuer")):
            raise refused(
                "ange också PLACEMENT_PUBLIC_URL och PLACEMENT_OIDC_ISSUER",
                "set PLACEMENT_PUBLIC_URL and PLACEMENT_OIDC_ISSUER as well",
            )
        return value

    @field_validator("metrics_token")
    @classmethod
    def _need_length(cls, value: SecretStr | None) -> SecretStr | None:
        """Refuse a token that can be guessed."""
        if value is not None and len(value.get_secret_value()) < _SHORTEST_TOKEN:
            raise refused(f"ange minst {_SHORTEST_TOKEN} tecken", f"give at least {_SHORTEST_TOKEN} characters")
        return value

    @field_validator("smtp_password")
    @classmethod
    def _protect_password(cls, value: SecretStr | None, given: ValidationInfo) -> SecretStr | None:
        """Refuse a password that would leave the machine in clear text."""
        here = given.data.get("smtp_host") in HERE
        if value is not None and given.data.get("smtp_security") == "none" and not here:
            raise refused("ett lösenord skickas bara med starttls eller tls", "a password needs starttls or tls")
        return value

    @field_validator("mail_sender")
    @classmethod
    def _need_sender(cls, value: str | None, given: ValidationInfo) -> str | None:
        """Refuse mails without a sender."""
        if value is None and (given.data.get("smtp_host") or given.data.get("mail_folder")):
            raise refused("ange vem som är avsändare av påminnelserna", "say who sends the reminders")
        return value


def _networks(proxies: str | None) -> list[IPv4Network | IPv6Network]:
    """Read addresses and networks that are separated by commas; raise ValueError where one is neither."""
    return [ip_network(part.strip()) for part in (proxies or "").split(",") if part.strip()]
