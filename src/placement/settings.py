"""Settings: what differs between installations, read from the environment variables ``PLACEMENT_…``."""

from __future__ import annotations

import re
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Literal

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from placement.refusals import form, refused

MAIL_ADDRESS = form(
    r"^[!#-'*+/-9=?A-Z^-~.-]+@[A-Za-z0-9.-]+$",
    "en e-postadress, som vfu@example.se",
    "an e-mail address such as vfu@example.se",
)
"""An address as mail can have it everywhere: no quotes, and only letters that are in ASCII."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})
_PUBLIC_URL = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?", re.IGNORECASE)


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
    run_memory_mb: int | None = Field(
        default=None,
        ge=256,
        description="How much memory the solver may use for a run, in MiB; no limit unless set.",
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
        "it makes. Unless set, that is the address of each call.",
    )
    event_streams: int = Field(
        default=100, ge=1, le=10_000, description="How many callers may follow runs at once, in each process."
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

    @field_validator("public_url")
    @classmethod
    def _read_public_url(cls, value: str | None) -> str | None:
        """Refuse what is not the address of a host."""
        if value is not None and not _PUBLIC_URL.fullmatch(value):
            raise refused("ange en adress som https://vfu.example.se", "give an address such as https://vfu.example.se")
        return value

    @field_validator("smtp_password")
    @classmethod
    def _protect_password(cls, value: SecretStr | None, given: ValidationInfo) -> SecretStr | None:
        """Refuse a password that would leave the machine in clear text."""
        here = given.data.get("smtp_host") in _HERE
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
