"""Working: the background tasks, such as those that carry out runs and send events, wherever they are started."""

from __future__ import annotations

from sqlalchemy import Engine

from placement.background import BackgroundTask, Working
from placement.lanes.workers import Lanes
from placement.outgoing.audit_heads import HeadKeeper
from placement.outgoing.deliveries import Courier
from placement.outgoing.postman import Postman
from placement.reminding.prompting import Prompter
from placement.running.adviser import Adviser
from placement.running.worker import Runner
from placement.settings import Settings


def tasks_for(engine: Engine, settings: Settings) -> tuple[Working, ...]:
    """Make everything that works in the background: on PostgreSQL in the lanes of its queue, on SQLite by itself.

    Any number of processes on PostgreSQL may have it, and one on SQLite.
    """
    tasks = kinds_of_work(engine, settings)
    if engine.dialect.name != "postgresql":
        return tasks
    return (Lanes(engine, [each for each in tasks if each.lane]), *(each for each in tasks if not each.lane))


def runner_for(engine: Engine, settings: Settings) -> Working:
    """Make what carries out runs and does nothing else."""
    runner = Runner(engine, settings)
    return Lanes(engine, [runner]) if engine.dialect.name == "postgresql" else runner


def kinds_of_work(engine: Engine, settings: Settings) -> tuple[BackgroundTask, ...]:
    """Make every kind of work that the settings ask for."""
    tasks: list[BackgroundTask] = [Runner(engine, settings), Courier(engine, settings), Prompter(engine, settings)]
    if settings.remedies == "beforehand":
        tasks.append(Adviser(engine, settings))
    if settings.mails:
        tasks.append(Postman(engine, settings))
    if settings.audit_heads_folder is not None:
        tasks.append(HeadKeeper(engine, settings, settings.audit_heads_folder))
    return tuple(tasks)
