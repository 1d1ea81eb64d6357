"""``placement worker``: carries out runs, sends events to webhooks and reminders, in a process apart from the API."""

from __future__ import annotations

import logging
import threading
import time

from placement.cli.database import open_database
from placement.cli.interrupts import asked_to_stop
from placement.cli.life_sign import LifeSign
from placement.cli.speech import Lang, Language, refusing_in
from placement.keys import keys_of
from placement.logs import log_as_json
from placement.settings import Settings
from placement.working import tasks_for

LOOK_SECONDS = 0.2


def worker(lang: Lang = Language.EN) -> None:
    """Carry out queued runs, send events and reminders until stopped; a run in progress returns to the queue."""
    with refusing_in(lang), open_database() as engine, asked_to_stop() as asked:
        settings = Settings()
        keys_of(settings)  # without usable keys it does not begin
        if settings.log_format == "json":
            log_as_json()
        else:
            logging.basicConfig(level=logging.INFO)
        sign = LifeSign(settings.life_sign_file)
        working = tasks_for(engine, settings)
        before = {*threading.enumerate()}
        for each in working:
            each.start()
        at_work = {*threading.enumerate()} - before
        while not asked.is_set():
            sign.give(at_work)
            time.sleep(LOOK_SECONDS)
        for each in working:
            each.stop()
