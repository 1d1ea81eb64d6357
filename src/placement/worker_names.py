"""Workers' names: whoever holds a piece of work is named by machine, process, and what no other holder has."""

from __future__ import annotations

import os
import secrets
import socket
from contextlib import suppress


def new_worker(job: int | None = None) -> str:
    """Make a worker's name; what comes last is the number of the job that has it work, if the queue gave it one."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4) if job is None else f'job-{job}'}"


def job_of(worker: str | None) -> int | None:
    """Return the number of the job that a worker works for; None if it looked for work by itself."""
    number = (worker or "").rpartition(":job-")[2]
    return int(number) if number.isdecimal() else None


def is_of_this_machine(worker: str | None) -> bool:
    """Tell whether a worker is a process of this machine."""
    return (worker or "::").rsplit(":", 2)[0] == socket.gethostname()


def is_dead(worker: str | None) -> bool:
    """Tell whether a worker was a process of this machine that has died, or an earlier one with our own id."""
    host, pid, _ = (worker or "::").rsplit(":", 2)
    if host != socket.gethostname():
        return False
    if int(pid) == os.getpid():
        return True
    with suppress(PermissionError):  # it is alive and belongs to another user
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return True
    return False
