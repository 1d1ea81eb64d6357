"""``placement worker``: carries out runs, apart from the API."""

from __future__ import annotations

import logging
import time

from placement.cli.database import open_database
from placement.cli.interrupts import asked_to_stop
from placement.cli.speech import Lang, Language, refusing_in
from placement.settings import Settings
from placement.worker import Runner

LOOK_SECONDS = 0.2


def worker(lang: Lang = Language.EN) -> None:
    """Carry out queued runs until told to stop; a run at work is then given back to the queue."""
    logging.basicConfig(level=logging.INFO)
    with refusing_in(lang), open_database() as engine, asked_to_stop() as asked:
        runner = Runner(engine, Settings())
        runner.start()
        while not asked.is_set():
            time.sleep(LOOK_SECONDS)
        runner.stop()
