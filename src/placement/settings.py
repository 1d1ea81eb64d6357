"""Settings: what differs between installations, read from the environment variables ``PLACEMENT_…``."""

from __future__ import annotations

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
TOKEN_DAYS = 400
"""How many days a token works unless it is given fewer: a year, and time to change it."""
_HERE = frozenset({"localhost", "127.0.0.1", "::1"})


class Settings(BaseSettings):
    """Where the service stores its data, and how it runs the solver."""

    model_config = SettingsConfigDict(env_prefix="PLACEMENT_", frozen=True)

    database_url: str = Field(
        default="sqlite:///placement.sqlite3",
        description="The database: sqlite:///FILE, or postgresql://USER@HOST/NAME.",
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
    event_streams: int = Field(
        default=100, ge=1, le=10_000, description="How many callers may follow runs at once, in each process."
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
