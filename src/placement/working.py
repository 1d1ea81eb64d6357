"""Working: the background tasks that carry out runs, send events and reminders, wherever they are started together."""

from __future__ import annotations

from sqlalchemy import Engine

from placement.background import BackgroundTask
from placement.outgoing.deliveries import Courier
from placement.outgoing.postman import Postman
from placement.reminding.prompting import Prompter
from placement.running.worker import Runner
from placement.settings import Settings


def tasks_for(engine: Engine, settings: Settings) -> tuple[BackgroundTask, ...]:
    """Make every task that the settings ask for; each may run in several processes at the same time."""
    tasks = Runner(engine, settings), Courier(engine, settings), Prompter(engine, settings)
    return (*tasks, Postman(engine, settings)) if settings.mails else tasks
