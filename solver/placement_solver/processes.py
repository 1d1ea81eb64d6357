"""Child processes: how one is started, told, limited, stopped and read.

A child is one of our own modules, run as ``python -P -m MODULE``. Both directions carry *messages*: a line with the
number of bytes, then the bytes. The parent sends the order, which is one or more messages, and later perhaps the word
to stop; the child answers with messages until it ends. What the bytes mean is settled between the two modules. They
use JSON where the child handles a document from outside, because reading JSON runs no code, and pickle only between
parts of one solve.

The stop, the end of the parent and a lack of memory are told by exit statuses of their own. A message of which only
half has arrived comes from a child that died while it wrote, and is ignored.
"""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
import tempfile
import threading
from contextlib import suppress
from io import FileIO
from pathlib import Path
from queue import SimpleQueue
from typing import IO, TYPE_CHECKING, NoReturn, Self, cast

if TYPE_CHECKING:
    from collections.abc import Callable
    from types import TracebackType

ORPHANED = 3
"""The exit status of a child whose parent has ended."""
EXHAUSTED = 4
"""The exit status of a child whose memory has run out."""
STOPPED = 5
"""The exit status of a child that was told to stop before it had anything to keep."""

STOP = b"stop"
_LAST_IN_TURN = 19
_OWN_SESSION = Path("/proc/self/autogroup")
_TAIL_BYTES = 2_000
_FATAL = {signal.SIGABRT, signal.SIGBUS, signal.SIGSEGV}
"""The signals that end a process when a library gets no memory. SIGKILL comes from outside: a limit sends none."""


def environment() -> dict[str, str]:
    """Return the environment of a process that solves: it gives what is large back to the machine as soon as it can.

    The C library of Linux keeps freed memory of up to 32 MiB at a time otherwise: a search of 3.4 million options then
    took 1,600 MiB at the most, not 1,280, and as long.
    """
    return {"MALLOC_MMAP_THRESHOLD_": str(16 << 20)} | os.environ


def framed(message: bytes) -> bytes:
    """Return a message as it is sent: a line with its number of bytes, then the bytes."""
    return b"%d\n" % len(message) + message


class ChildProcess:
    """The parent's side: a module at work in a process of its own, which ends with the ``with`` block at the latest."""

    def __init__(self, module: str, order: tuple[bytes, ...], hear: Callable[[bytes], None]) -> None:
        """Start the module out of reach of the terminal's signals, and send it the order.

        ``hear`` is called with each whole message of the child, from a thread of its own. What is sent is written by
        another: a child that is frozen reads nothing, and its parent is to notice.
        """
        self._hear = hear
        self._hearing_failed: Exception | None = None
        self._stopped = False
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (closed on exit)
        self._process = subprocess.Popen(  # noqa: S603 (our own interpreter and modules)
            [sys.executable, "-P", "-m", module],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,
            env=environment(),
        )
        self._stdin = cast("IO[bytes]", self._process.stdin)
        self._stdout = cast("IO[bytes]", self._process.stdout)
        self._to_send: SimpleQueue[bytes | None] = SimpleQueue()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._sender = threading.Thread(target=self._write_all, daemon=True)
        self._listener.start()
        self._sender.start()
        self._send(b"".join(map(framed, order)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.end()

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def stop(self) -> None:
        """Tell the child to stop; a second call does nothing."""
        if not self._stopped:
            self._stopped = True
            self._send(framed(STOP))

    def ended_within(self, seconds: float) -> bool:
        """Wait at most this many seconds for the child's end, and tell whether it came."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            return False
        return True

    def status(self) -> int:
        """Wait for the child's end and for all its messages; return its exit status, -N where signal N ended it.

        Raises what ``hear`` raised, if it did: the child has then been killed, because nothing reads its messages.
        """
        status = self._process.wait()
        self._listener.join()
        if self._hearing_failed is not None:
            raise self._hearing_failed
        return status

    def last_words(self) -> str:
        """Return the last line that the child wrote to stderr."""
        size = self._errors.seek(0, os.SEEK_END)
        self._errors.seek(max(0, size - _TAIL_BYTES))
        lines = self._errors.read().decode(errors="replace").split("\n")
        return next((line.strip() for line in reversed(lines) if line.strip()), "")

    def ran_out_of_memory(self, *, limited: bool) -> bool:
        """Tell whether memory was what the ended child died of; ``limited`` says that it had a limit of its own.

        Without a limit, a signal or an error that mentions memory may have any cause.
        """
        status = self.status()
        return status == EXHAUSTED or (limited and (-status in _FATAL or "memory" in self.last_words().lower()))

    def end(self) -> None:
        """Kill the child, whatever it does, and close everything that belongs to it."""
        self._process.kill()
        self._process.wait()
        self._to_send.put(None)
        self._sender.join()
        self._listener.join()
        for stream in (self._stdin, self._stdout, self._errors):
            with suppress(BrokenPipeError):  # what the dead child did not read
                stream.close()

    def _send(self, messages: bytes) -> None:
        """Let messages be written to the child's stdin."""
        self._to_send.put(messages)

    def _write_all(self) -> None:
        """Write to the child's stdin what is to be sent, until the child has ended."""
        while self._write_next():
            pass

    def _write_next(self) -> bool:
        """Write what comes next, and keep nothing of it; `status` tells whether the child is dead."""
        messages = self._to_send.get()
        if messages is None:
            return False
        with suppress(BrokenPipeError):
            self._stdin.write(messages)
            self._stdin.flush()
        return True

    def _listen(self) -> None:
        """Hand on each whole message until the child ends; kill it where that fails, or it would wait to be read."""
        try:
            self._hand_on()
        except Exception as error:  # noqa: BLE001  `status` raises it
            self._hearing_failed = error
            self._process.kill()

    def _hand_on(self) -> None:
        while size := self._stdout.readline():
            if not size.endswith(b"\n"):
                return
            message = self._stdout.read(int(size))
            if len(message) == int(size):
                self._hear(message)


def how_it_ended(status: int) -> str:
    """Name an exit status as people know it: ``signal SIGKILL`` or ``status 1``."""
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


class Parent:
    """The child's side: what the parent orders, and what it is answered."""

    def __init__(self) -> None:
        """Keep stdout for the answers; what a library prints goes to stderr."""
        self._orders = FileIO(0)
        self._answers = os.fdopen(os.dup(1), "wb")
        os.dup2(2, 1)

    def order(self) -> bytes:
        """Read one message of the order; end the process where the parent has ended."""
        message = self._message()
        if message is None:
            os._exit(ORPHANED)
        return message

    def answer(self, message: bytes) -> None:
        """Send a message at once."""
        self._answers.write(framed(message))
        self._answers.flush()

    def heed(self, on_stop: Callable[[], None]) -> None:
        """From now on call ``on_stop`` at the word to stop, and end the process as soon as the parent has ended.

        Both happen in a thread of their own.
        """
        threading.Thread(target=self._heed, args=(on_stop,), daemon=True).start()

    def _heed(self, on_stop: Callable[[], None]) -> None:
        while self._message() is not None:
            on_stop()
        os._exit(ORPHANED)

    def _message(self) -> bytes | None:
        """Read one message; None where stdin ends before it is whole."""
        size = self._orders.readline()
        if not size:
            return None
        message = bytearray()
        while len(message) < int(size):
            part = self._orders.read(int(size) - len(message))
            if not part:
                return None
            message += part
        return bytes(message)


def limit_memory(mib: int) -> None:
    """Limit what this process may write to, in MiB; addresses that it only reserves do not count."""
    resource.setrlimit(resource.RLIMIT_DATA, (mib << 20, resource.RLIM_INFINITY))


def share_memory(among: int) -> None:
    """Take an equal share of the memory that the parent may write to, if that is limited: so many work at once."""
    limit, _ = resource.getrlimit(resource.RLIMIT_DATA)
    if limit != resource.RLIM_INFINITY:
        limit_memory((limit >> 20) // among)


def give_way() -> None:
    """Let every other process go before this child.

    A child has a session of its own, and Linux may share the processor out among sessions first: each session then has
    a niceness too, and that of a process says nothing outside its session.
    """
    os.nice(_LAST_IN_TURN)
    with suppress(OSError):  # this system does not share by sessions
        _OWN_SESSION.write_text(str(_LAST_IN_TURN))


def work_and_end(work: Callable[[], None]) -> NoReturn:
    """Do the work of a child process and end the process at once.

    The parent waits for the end, so there is no last pass through everything in memory, and no waiting for a thread
    that is still at work. An error that means a lack of memory becomes the status `EXHAUSTED`; an orderly end might
    need memory.
    """
    try:
        work()
    except Exception as error:
        if _means_lack_of_memory(error):
            os._exit(EXHAUSTED)
        raise
    os._exit(0)


def _means_lack_of_memory(error: Exception) -> bool:
    """Tell whether an error means that memory ran out: Python's own, or a thread or process that could not start."""
    return (
        isinstance(error, MemoryError)
        or (isinstance(error, OSError) and error.errno in {errno.ENOMEM, errno.EAGAIN})
        or (isinstance(error, RuntimeError) and "can't start new thread" in str(error))
    )
