"""``placement remind``: sends the reminders that are due now, or only tells which they are."""

from __future__ import annotations

from typing import Annotated

import typer

from placement.callers import SYSTEM
from placement.cli.database import open_database
from placement.cli.speech import Lang, Language, refusing_in
from placement.clock import today
from placement.database import open_session, read_session
from placement.outgoing.postman import Postman
from placement.reminding.sending import list_due, send_due
from placement.reminding.telling import tell_reminder
from placement.settings import Settings
from placement.store.access import Span
from placement.worker_names import new_worker
from placement_solver.words import Words

_SENT = Words("Antal skickade påminnelser: {number}", "Number of reminders sent: {number}")
_WOULD = Words("Antal påminnelser som skulle skickas: {number}", "Number of reminders that would be sent: {number}")
_MOST = 1_000_000


def remind(
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only tell which reminders are due.")] = False,
    lang: Lang = Language.EN,
) -> None:
    """Send the reminders that are due, once each, and mail those of them that are mailed."""
    with refusing_in(lang), open_database() as engine:
        settings = Settings()
        if dry_run:
            with read_session(engine) as session:
                lines = [lang.of(told.words) for told in list_due(session, SYSTEM, today(), span=Span(_MOST)).rows]
        else:
            with open_session(engine) as session:
                rows = send_due(session, today(), mail=settings.mails)
                lines = [lang.of(tell_reminder(session, row)) for row in rows]
            if settings.mails:
                postman = Postman(engine, settings)
                while postman.deliver(new_worker()):
                    pass
    for line in lines:
        typer.echo(line)
    typer.echo(lang.of(_WOULD if dry_run else _SENT).format(number=len(lines)))
