"""Working: the background tasks, such as those that carry out runs and send events, wherever they are started."""

from __future__ import annotations

from sqlalchemy import Engine

from placement.background import BackgroundTask
from placement.outgoing.audit_heads import HeadKeeper
from placement.outgoing.deliveries import Courier
from placement.outgoing.postman import Postman
from placement.reminding.prompting import Prompter
from placement.running.adviser import Adviser
from placement.running.worker import Runner
from placement.settings import Settings


def tasks_for(engine: Engine, settings: Settings) -> tuple[BackgroundTask, ...]:
    """Make every task that the settings ask for; each may run in several processes at the same time."""
    tasks: list[BackgroundTask] = [Runner(engine, settings), Courier(engine, settings), Prompter(engine, settings)]
    if settings.remedies == "beforehand":
        tasks.append(Adviser(engine, settings))
    if settings.mails:
        tasks.append(Postman(engine, settings))
    if settings.audit_heads_folder is not None:
        tasks.append(HeadKeeper(engine, settings, settings.audit_heads_folder))
    return tuple(tasks)
