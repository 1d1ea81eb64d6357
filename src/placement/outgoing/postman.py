"""Postman: mails reminders one by one, each until it is handed over, refused for good, or has failed for a day.

A lease lets one process at a time mail a reminder. If a process dies between handing a mail over and recording it,
another hands over the same mail again, under the same ``Message-ID``.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from sqlalchemy import Engine, and_, or_
from sqlalchemy import func as sql
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from placement.background import BackgroundTask
from placement.clock import now
from placement.database import open_session, read_session
from placement.lanes.jobs import Lane
from placement.outgoing.mailboxes import HandedOver, hand_over
from placement.reminding.telling import tell_reminder
from placement.settings import MAIL_ADDRESS, Settings
from placement.tables import Reminder, ReminderMail
from placement_solver.words import Words

PAUSES = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 1_080))
"""The wait after each failure of a mail; after one more it is given up, which the list of reminders shows."""
LEASE = dt.timedelta(minutes=5)
_SUBJECT = Words("Påminnelse", "Reminder")
_FOOT = Words(
    "Detta är ett automatiskt meddelande från samordningen för verksamhetsförlagd utbildning (CKU). "
    "Samma påminnelse finns i tjänsten.",
    "This is an automatic message from the co-ordination of clinical placements (CKU). "
    "The same reminder is in the service.",
)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail to be handed over: of which reminder, by which worker, and to which address."""

    reminder_id: str
    worker: str
    address: str


class Postman(BackgroundTask):
    """Mails reminders; when stopped, it finishes the current mail and starts no other."""

    lane = Lane.MAILS

    def __init__(self, engine: Engine, settings: Settings) -> None:
        super().__init__("postman")
        self._engine = engine
        self._settings = settings

    def pending(self, session: Session) -> int:
        """Count the mails that are due, or that are being handed over."""
        return session.exec(select(sql.count()).select_from(_due().subquery())).one()

    def turn(self, worker: str) -> bool:
        """Mail one reminder."""
        return self.deliver(worker)

    def deliver(self, worker: str) -> bool:
        """Mail one reminder, under a worker's name; return whether any was waiting."""
        with read_session(self._engine) as session:
            if session.exec(_waiting()).first() is None:
                return False
        with open_session(self._engine) as session:
            letter = take(session, worker)
        if letter is None:
            return False
        outcome = self._mail(letter)
        with open_session(self._engine) as session:
            settle(session, letter, outcome)
        return True

    def _mail(self, letter: Letter) -> HandedOver:
        """Write a mail and hand it over; an address that no mail can have is given up, so that others get theirs."""
        sender, bad = self._settings.mail_sender or "", HandedOver(done=False, again=False, word="bad-address")
        if re.fullmatch(MAIL_ADDRESS, letter.address) is None:
            return bad
        with read_session(self._engine) as session:
            reminder = session.get_one(Reminder, letter.reminder_id)
            try:
                message = write_mail(session, reminder, sender, letter.address)
            except (ValueError, MessageError):
                return bad
        return hand_over(self._settings, letter.reminder_id, message)


def take(session: Session, worker: str) -> Letter | None:
    """Lease the mail that has waited longest to a worker."""
    mail = session.exec(_waiting().with_for_update(skip_locked=True)).first()
    if mail is None:
        return None
    mail.worker, mail.leased_until = worker, now() + LEASE
    session.add(mail)
    return Letter(mail.reminder_id, worker, mail.address)


def settle(session: Session, letter: Letter, outcome: HandedOver) -> None:
    """Record what came of a mail, and when it is to be tried again if it is."""
    mine = select(ReminderMail).where(
        ReminderMail.reminder_id == letter.reminder_id, ReminderMail.worker == letter.worker
    )
    mail = session.exec(mine.with_for_update()).first()
    if mail is None:  # another worker took over an expired lease
        return
    mail.worker = mail.leased_until = mail.due_at = None
    mail.outcome, mail.attempts = outcome.word, mail.attempts + 1
    if outcome.done:
        mail.handed_over_at = now()
    elif outcome.again and mail.attempts <= len(PAUSES):
        mail.due_at = now() + PAUSES[mail.attempts - 1]
    session.add(mail)


def write_mail(session: Session, reminder: Reminder, sender: str, address: str) -> EmailMessage:
    """Write the mail of a reminder: plain text in Swedish and then in English, marked as automatic."""
    words, kind = tell_reminder(session, reminder), reminder.kind.words
    domain = Address(addr_spec=sender).domain
    message = EmailMessage(policy=SMTP)
    message["From"] = Address(addr_spec=sender)
    message["To"] = Address(addr_spec=address)
    message["Subject"] = f"{_SUBJECT.sv}: {kind.sv} ({reminder.due_on}) / {_SUBJECT.en}: {kind.en}"
    message["Date"] = format_datetime(reminder.sent_at)
    message["Message-ID"] = f"<{reminder.id}@{domain}>"
    message["Auto-Submitted"] = "auto-generated"
    message["List-Id"] = f"<reminders.placement.{domain}>"
    message.set_content(f"{words.sv}\n\n{_FOOT.sv}\n\n--\n\n{words.en}\n\n{_FOOT.en}\n")
    return message


def _waiting() -> SelectOfScalar[ReminderMail]:
    """Return the query for the mail that has waited longest: it is due, and no worker has it."""
    leased = col(ReminderMail.leased_until)
    free = or_(leased.is_(None), leased < now(), leased > now() + 2 * LEASE)  # the last where the clock was set back
    return _due().where(free).order_by(col(ReminderMail.due_at), col(ReminderMail.reminder_id)).limit(1)


def _due() -> SelectOfScalar[ReminderMail]:
    """Return the query for the mails that are due, whether or not a worker has them."""
    unsent = and_(col(ReminderMail.attempts) == 0, col(ReminderMail.due_at).is_not(None))
    return select(ReminderMail).where(or_(unsent, col(ReminderMail.due_at) <= now()))
