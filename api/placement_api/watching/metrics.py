"""Metrics: figures for Prometheus, of calls as they are answered and of the database as it is when asked.

No label tells of a person or a row: an address is shown as its template. Where several processes answer calls, their
figures are added up by way of files in a folder that ``placement serve`` makes (Prometheus' own way).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import version

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest, multiprocess
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import Engine
from sqlalchemy.pool import QueuePool

from placement.errors import UnavailableError
from placement.watching.figures import Figures, count

FOLDER = "PROMETHEUS_MULTIPROC_DIR"
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)
_OWN = CollectorRegistry()
_ANSWERED = Counter(
    "placement_http_requests", "Calls answered, by template of address.", ("method", "route", "status"), registry=_OWN
)
_SECONDS = Histogram(
    "placement_http_request_seconds",
    "Seconds from a call's head to the end of its answer.",
    ("method", "route"),
    buckets=_BUCKETS,
    registry=_OWN,
)
_WAITING = Gauge(
    "placement_http_requests_waiting",
    "Calls that wait for their turn.",
    multiprocess_mode="livesum",
    registry=_OWN,
)


def note_answer(method: str, route: str, status: int, seconds: float) -> None:
    """Count a call that has been answered."""
    known = method if method in _METHODS else "other"
    _ANSWERED.labels(known, route, str(status)).inc()
    _SECONDS.labels(known, route).observe(seconds)


@contextmanager
def waiting() -> Iterator[None]:
    """Count a call that waits for its turn."""
    _WAITING.inc()
    try:
        yield
    finally:
        _WAITING.dec()


def write_metrics(engine: Engine) -> bytes:
    """Return all figures in Prometheus' text format; where the database does not answer, those of the calls."""
    registry = CollectorRegistry()
    registry.register(_OfTheDatabase(engine))
    if FOLDER in os.environ:
        multiprocess.MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        return generate_latest(registry)
    return generate_latest(registry) + generate_latest(_OWN)


def forget_process() -> None:
    """Take this process out of the figures that tell how it is now; what it has counted stays."""
    if FOLDER in os.environ:
        multiprocess.mark_process_dead(os.getpid())  # type: ignore[no-untyped-call]


class _OfTheDatabase(Collector):
    """Tells what is in the database when it is asked."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def collect(self) -> Iterator[Metric]:
        """Yield every figure."""
        try:
            figures = count(self._engine)
        except UnavailableError:
            figures = None
        about = GaugeMetricFamily("placement_build", "The version that answers.", labels=("version", "database"))
        about.add_metric((version("placement"), self._engine.dialect.name), 1)
        yield about
        yield _gauge("placement_database_up", "Whether the database answers.", figures is not None)
        if isinstance(self._engine.pool, QueuePool):
            used = self._engine.pool.checkedout()
            yield _gauge("placement_database_connections", "Connections in use, in the process that answers.", used)
        if figures is not None:
            yield from _told(figures)


def _told(figures: Figures) -> Iterator[Metric]:
    """Yield the figures that a database which answers has."""
    runs = GaugeMetricFamily("placement_runs", "Runs of the solver, by state.", labels=("status",))
    for status, number in figures.runs.items():
        runs.add_metric((status,), number)
    yield runs
    yield _gauge("placement_run_queue_seconds", "How long the first run in the queue has waited.", figures.queue_age)
    phases = CounterMetricFamily("placement_run_phase_seconds", "Seconds of all runs in a phase.", labels=("phase",))
    for phase, seconds in figures.seconds_in_phases.items():
        phases.add_metric((phase,), seconds)
    yield phases
    if figures.gap is not None:
        yield _gauge("placement_last_plan_gap", "The share of the last plan not proven necessary.", figures.gap)
    webhooks = GaugeMetricFamily("placement_webhooks", "Webhooks, by how sending goes.", labels=("status",))
    for state, number in figures.webhooks.items():
        webhooks.add_metric((state,), number)
    yield webhooks
    yield _gauge("placement_webhook_overdue_seconds", "How long an event has been due unsent.", figures.overdue)
    yield _gauge("placement_audit_sequence", "The last entry of the audit trail.", figures.audit_sequence)
    yield _gauge("placement_database_bytes", "The size of the database.", figures.bytes)


def _gauge(name: str, meaning: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, meaning, value=value)
