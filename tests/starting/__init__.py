"""Starting: the ``placement`` command for tests that start it often, without loading all of it anew each time.

A process that has loaded the command waits beside each process of tests. `COMMAND` asks it for a copy of itself (a
fork), which carries out one command line as the installed command would: with the caller's words, settings, folder and
open files, and with a process of its own. What is not tried in this way is the loading; tests that start the installed
command try that. The processes of a service of several are copies too, which do not count their calls together; what is
about that starts the installed command.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ADDRESS = "PLACEMENT_TEST_STARTING"
"""The environment variable that names the socket at which the loaded process is asked."""
FOLDER = Path(__file__).parent / "bin"
_place = tempfile.TemporaryDirectory(prefix="placement-starting-")
atexit.register(_place.cleanup)
os.environ[ADDRESS] = f"{_place.name}/socket"  # here, so that whatever settings a test takes along have it


@cache
def quick_command() -> Path:
    """Return the command that asks the loaded process, which is started by whoever asks first."""
    loaded = subprocess.Popen(
        [sys.executable, "-P", Path(__file__).with_name("loaded.py"), os.environ[ADDRESS]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    atexit.register(loaded.wait)
    assert loaded.stdin is not None
    assert loaded.stdout is not None
    atexit.register(loaded.stdin.close)  # it ends, and all that it has started, when nobody can ask it any more
    assert loaded.stdout.readline() == b"loaded\n"
    return FOLDER / "placement"
