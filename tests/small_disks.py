"""Small disks: a file system of our own, in memory, that can be filled."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class NoSmallDiskError(Exception):
    """There is no small disk to be had; the message says why."""


@contextmanager
def small_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """Mount a disk of so many megabytes in an empty folder.

    Raises:
        NoSmallDiskError: this machine, or this user, can have none.

    """
    command = shutil.which("mount")
    if command is None or os.geteuid() != 0:
        message = "only root may mount a small one"
        raise NoSmallDiskError(message)
    words = [command, "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    if subprocess.run(words, check=False).returncode != 0:
        message = "no small one may be mounted"
        raise NoSmallDiskError(message)
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)  # noqa: S607 (where mount is)


def fill(place: Path) -> Path:
    """Leave no room on a disk, and return the file that fills it."""
    filler = place / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (1 << 20, 1 << 16, 1 << 12):
            try:
                while file.write(bytes(size)) == size:
                    pass
            except OSError:
                continue
    return filler
