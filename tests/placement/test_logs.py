"""A line in the log is one JSON object, whoever wrote what into it, and tells of whom it is by trace alone."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator

import pytest

from placement import logs
from placement.logs import TOLD, JsonLines, log_as_json, tracing


@pytest.fixture
def root() -> Iterator[logging.Logger]:
    """The root logger, which is as before afterwards."""
    logger = logging.getLogger()
    handlers, level = logger.handlers[:], logger.level
    yield logger
    logger.handlers[:], logger.level = handlers, level


def line(message: str, *arguments: object, **told: object) -> dict[str, object]:
    """Return what the line of a record says."""
    record = logging.LogRecord("placement.try", logging.INFO, "file", 1, message, arguments, None)
    if told:
        setattr(record, TOLD, told)
    written = JsonLines().format(record)
    assert len(written.splitlines()) == 1
    assert written.isascii()
    read: dict[str, object] = json.loads(written)
    return read


@pytest.mark.parametrize("sent", ["a\nb", '"},{"level":"error"', "\x1b[31m", "\u2028", "\r\n\x00", "å \ud800"])
def test_no_text_makes_a_second_line_or_another_field(sent: str) -> None:
    told = line("%s", sent)
    assert told["message"] == sent
    assert told["level"] == "info"
    assert told.keys() == {"time", "level", "event", "message"}


def test_a_line_has_the_trace_of_the_block_and_what_is_told_besides() -> None:
    with tracing("a" * 32):
        with tracing("b" * 32):
            assert line("x")["trace"] == "b" * 32
        told = line("x", status=200, role=None)
        assert told == {**line("x"), "status": 200, "time": told["time"]}
        assert line("x")["trace"] == "a" * 32
    assert "trace" not in line("x")


def test_of_an_error_the_place_and_the_kind_are_told_and_not_what_it_said() -> None:
    try:
        int("19121212-1212")
    except ValueError:
        record = logging.LogRecord("x", logging.ERROR, "file", 1, "it failed", (), sys.exc_info())
    written = JsonLines().format(record)
    assert "1912" not in written
    told = json.loads(written)
    assert told["error"] == "ValueError"
    assert told["where"][0].startswith(__file__)
    empty = logging.LogRecord("x", logging.ERROR, "file", 1, "it failed", (), (None, None, None))
    assert "error" not in json.loads(JsonLines().format(empty))


def test_everything_that_the_process_logs_is_written_so(
    root: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    log_as_json()
    logging.getLogger("placement.running.worker").info("run %s begins", "run_a")
    assert root.level == logging.INFO
    told = json.loads(capsys.readouterr().err)
    assert (told["event"], told["message"]) == ("placement.running.worker", "run run_a begins")
    assert logs.TOLD == "told"
