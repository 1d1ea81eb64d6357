"""Mailboxes: hands a mail over, to the mail server of the settings or as a file in a folder."""

from __future__ import annotations

import os
import smtplib
import ssl
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

from placement.settings import Settings
from placement.trusted import trusted

TIMEOUT_SECONDS = 30.0
_REFUSED_FOR_GOOD = 500
_WORDS: dict[type[Exception], str] = {
    TimeoutError: "timeout",
    ssl.SSLCertVerificationError: "tls",
    ssl.SSLError: "tls",
    smtplib.SMTPNotSupportedError: "not-supported",
    smtplib.SMTPServerDisconnected: "disconnected",
}


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Whether a mail was handed over, whether to try again if it was not, and a word for what happened."""

    done: bool
    again: bool
    word: str


def hand_over(settings: Settings, name: str, message: EmailMessage) -> HandedOver:
    """Hand a mail over; what fails is told as an outcome, never raised, so that one mail does not stop the others."""
    try:
        if settings.mail_folder is not None:
            _file(Path(settings.mail_folder), name, message)
        else:
            _send(settings, message)
    except smtplib.SMTPRecipientsRefused as error:
        (code, _told), *_rest = error.recipients.values()
        return _answered(code)
    except smtplib.SMTPResponseException as error:
        return _answered(error.smtp_code)
    except (OSError, ValueError) as error:  # smtplib's own errors are OSErrors; a host that is no name is a ValueError
        word = "no-connection" if settings.mail_folder is None else "no-folder"
        return HandedOver(done=False, again=True, word=_WORDS.get(type(error), word))
    return HandedOver(done=True, again=False, word="handed-over")


def _answered(code: int) -> HandedOver:
    """Return the outcome of a server's refusal: one that begins with 5 is for good."""
    return HandedOver(done=False, again=code < _REFUSED_FOR_GOOD, word=f"smtp-{code}")


def _send(settings: Settings, message: EmailMessage) -> None:
    """Send a mail through the server; with TLS the server's certificate is checked."""
    host, port = settings.smtp_host or "", settings.smtp_port
    if settings.smtp_security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(host, port, timeout=TIMEOUT_SECONDS, context=trusted())
    else:
        server = smtplib.SMTP(host, port, timeout=TIMEOUT_SECONDS)
    with server:
        if settings.smtp_security == "starttls":
            server.starttls(context=trusted())
        if settings.smtp_user is not None and settings.smtp_password is not None:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)


def _file(folder: Path, name: str, message: EmailMessage) -> None:
    """Write a mail to a file that appears whole; a mail that is written again takes its own place."""
    partly = folder / f".{name}.{os.getpid()}"
    partly.write_bytes(message.as_bytes(policy=SMTP))
    partly.replace(folder / f"{name}.eml")
