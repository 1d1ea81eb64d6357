"""Planning: runs of the solver, their plans, and the placements decided by hand."""

import datetime as dt
import enum
from typing import Any

from sqlalchemy import BigInteger, CheckConstraint, Column, Text, UniqueConstraint
from sqlmodel import Field

from placement.clock import now
from placement.tables.columns import (
    LONGEST_ID,
    LONGEST_NAME,
    MOST,
    Moment,
    Row,
    Versioned,
    Week,
    a_week,
    bounded,
    json_type,
    new_id,
    one_of,
    reference,
    sized,
)
from placement.vocabulary import Named
from placement_solver.weeks import IsoWeek

LONGEST_ERROR = 10_000


class RunStatus(Named):
    """The status of a run."""

    QUEUED = "queued", "i kö", "queued"
    RUNNING = "running", "pågår", "running"
    SUCCEEDED = "succeeded", "klar", "succeeded"
    FAILED = "failed", "misslyckad", "failed"
    CANCELLED = "cancelled", "avbruten", "cancelled"


class RunMode(Named):
    """What a run does with the placements in force: plans anew, changes as few as possible, or leaves them as they are.

    Two modes leave them: one fills what is left as well as possible, the other serves the waiting list in its order.
    """

    PLAN = "plan", "planera", "plan"
    REPAIR = "repair", "reparera", "repair"
    FILL = "fill", "fylla", "fill"
    WAITING_LIST = "waiting-list", "väntelista", "waiting list"


class RunEnd(enum.StrEnum):
    """Why a run ended with its plan: no plan is better, none better was found, its time was up, or it was stopped.

    A repair looks for a better plan only among those that change as few placements.
    """

    PROVEN = "proven"
    NOTHING_BETTER = "nothing-better"
    TIME_LIMIT = "time-limit"
    STOPPED = "stopped"


class PlanStatus(enum.StrEnum):
    """How good a plan is proven to be: optimal, good, or the best found when the run was stopped."""

    OPTIMAL = "optimal"
    FEASIBLE = "feasible"
    INTERRUPTED = "interrupted"


class Run(Row, table=True):
    """An order to plan a term: who ordered it, how far it has come, and how it ended.

    ``phase_seconds`` is how long the search has been in each phase, as its worker saw it. ``points`` are how far it had
    come, moment by moment: seconds, objective, bound and unplaced requests (``placement.running.curve``). ``attempts``
    is how often a worker has begun it, apart from workers that were stopped in order and gave it back. ``workers`` and
    ``memory_mb`` are the threads and the MiB that its last worker let the solver have. ``needs_memory_mb`` is more than
    a worker had whose memory ran out, in this run or in an earlier one of the term; null where none's has.
    """

    __table_args__ = (
        sized("id", LONGEST_ID),
        sized("requested_by", LONGEST_ID),
        sized("phase", 64),
        sized("worker"),
        sized("error", LONGEST_ERROR),
        sized("error_sv", LONGEST_ERROR),
        bounded("unplaced", 0, MOST),
        bounded("elapsed_seconds", 0, 100 * MOST),
        bounded("time_limit_seconds", 1, 86_400),
        bounded("seed", 0, 2_147_483_647),
        bounded("workers", 1, 1_024),
        bounded("memory_mb", 1, 100 * MOST),
        bounded("needs_memory_mb", 1, 100 * MOST),
        bounded("attempts", 0, MOST),
        bounded("requires", 1, 1_000),
        CheckConstraint("(status = 'failed') = (error IS NOT NULL)", name="error_iff_failed"),
        CheckConstraint("(error IS NULL) = (error_sv IS NULL)", name="error_in_both"),
        CheckConstraint(
            "(status IN ('succeeded', 'failed', 'cancelled')) = (finished_at IS NOT NULL)",
            name="finished_iff_over",
        ),
        CheckConstraint("status NOT IN ('running', 'succeeded') OR started_at IS NOT NULL", name="started"),
    )

    id: str = Field(default_factory=lambda: new_id("run"), primary_key=True, max_length=LONGEST_ID)
    term_id: str = Field(sa_column=reference("term.id"))
    status: RunStatus = Field(default=RunStatus.QUEUED, sa_type=one_of(RunStatus, "status"), index=True)
    mode: RunMode = Field(default=RunMode.PLAN, sa_type=one_of(RunMode, "mode"))
    time_limit_seconds: int
    seed: int = 0
    workers: int | None = None
    memory_mb: int | None = None
    needs_memory_mb: int | None = None
    options: dict[str, Any] = Field(default_factory=dict, sa_column=Column(json_type(), nullable=False))
    released: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(json_type(), nullable=False))
    requested_by: str = Field(max_length=LONGEST_ID)
    requested_at: dt.datetime = Field(default_factory=now, sa_type=Moment)
    started_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    heartbeat_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    finished_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    worker: str | None = Field(default=None, max_length=LONGEST_NAME)
    attempts: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    requires: int = Field(default=1, sa_column_kwargs={"server_default": "1"})
    cancel_requested: bool = False
    phase: str | None = Field(default=None, max_length=64)
    objective: int | None = Field(default=None, sa_type=BigInteger)
    bound: int | None = Field(default=None, sa_type=BigInteger)
    unplaced: int | None = None
    elapsed_seconds: float | None = None
    phase_seconds: dict[str, float] = Field(default_factory=dict, sa_column=Column(json_type(), nullable=False))
    points: list[list[float]] = Field(default_factory=list, sa_column=Column(json_type(), nullable=False))
    ended_because: RunEnd | None = Field(default=None, sa_type=one_of(RunEnd, "ended_because"))
    error: str | None = Field(default=None, max_length=LONGEST_ERROR)
    error_sv: str | None = Field(default=None, max_length=LONGEST_ERROR)


class BestSoFar(Row, table=True):
    """The best plan that a run under way has found so far: where its worker vanishes, another one goes on from it.

    ``found`` is written by `placement.running.orders.write_so_far`. It was found for the problem with this digest after
    so many seconds of search, those of earlier workers included. It goes when the run ends.
    """

    __table_args__ = (
        CheckConstraint("length(problem_sha256) = 64", name="problem_sha256_length"),
        bounded("searched_seconds", 0, 100 * MOST),
    )

    run_id: str = Field(sa_column=reference("run.id", key=True, cascade=True))
    problem_sha256: str = Field(max_length=64)
    searched_seconds: float
    found: dict[str, Any] = Field(sa_column=Column(json_type(), nullable=False))


class KeptProblem(Row, table=True):
    """The problem of a run that has no plan, with the version that solves it, so that it can be solved again.

    It is kept before the search begins. It goes when the run has a plan, whose documents have it, and when the run is
    cancelled. It stays where the run fails.
    """

    run_id: str = Field(sa_column=reference("run.id", key=True, cascade=True))
    solver: str = Field(max_length=64)
    problem: str = Field(sa_type=Text)


class RunPart(Row, table=True):
    """An independent part of a large run's problem, which any worker may search while the run is under way.

    ``problem`` is the part's own document, of the whole problem with the digest ``problem_sha256``. ``found`` is its
    best plan so far, after ``searched_seconds`` of search in all; with ``done`` it is the last. ``told`` is how far the
    search has come. ``needs_memory_mb`` is more than a worker had whose memory ran out. ``error`` says why it gave no
    plan. The parts go when the run ends.
    """

    __table_args__ = (
        CheckConstraint("length(problem_sha256) = 64", name="problem_sha256_length"),
        bounded("number", 0, 1_000),
        bounded("requests", 0, MOST),
        bounded("searched_seconds", 0, 100 * MOST),
        bounded("needs_memory_mb", 1, 100 * MOST),
        sized("worker"),
        CheckConstraint("(worker IS NULL) = (heartbeat_at IS NULL)", name="alive_iff_held"),
        CheckConstraint("NOT done OR worker IS NULL", name="held_until_done"),
        CheckConstraint("error IS NULL OR done", name="failed_iff_over"),
        CheckConstraint("(error IS NULL) = (error_sv IS NULL)", name="error_in_both"),
        sized("error", LONGEST_ERROR),
        sized("error_sv", LONGEST_ERROR),
    )

    run_id: str = Field(sa_column=reference("run.id", key=True, cascade=True))
    number: int = Field(primary_key=True)
    problem_sha256: str = Field(max_length=64)
    problem: str = Field(sa_type=Text)
    requests: int
    worker: str | None = Field(default=None, max_length=LONGEST_NAME)
    heartbeat_at: dt.datetime | None = Field(default=None, sa_type=Moment)
    searched_seconds: float = 0.0
    needs_memory_mb: int | None = None
    told: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    found: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    done: bool = False
    error: str | None = Field(default=None, max_length=LONGEST_ERROR)
    error_sv: str | None = Field(default=None, max_length=LONGEST_ERROR)


class RunWorker(Row, table=True):
    """How much memory a worker lets a run have, in MiB; ``number`` is what the queue knows it by.

    Whether it lives, the queue says. Without a queue there is one worker, and no row.
    """

    __table_args__ = (bounded("memory_mb", 1, 100 * MOST),)

    number: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    memory_mb: int


class Plan(Row, table=True):
    """A run's plan: the objective reached, the bound proven, and the digest of the problem it solves."""

    __table_args__ = (
        sized("id", LONGEST_ID),
        CheckConstraint("length(problem_sha256) = 64", name="problem_sha256_length"),
        CheckConstraint("bound <= objective", name="bound_below_objective"),
        UniqueConstraint("run_id"),
    )

    id: str = Field(default_factory=lambda: new_id("pln"), primary_key=True, max_length=LONGEST_ID)
    run_id: str = Field(sa_column=reference("run.id", index=False))
    term_id: str = Field(sa_column=reference("term.id"))
    problem_sha256: str = Field(max_length=64)
    status: PlanStatus = Field(sa_type=one_of(PlanStatus, "status"))
    objective: int = Field(sa_type=BigInteger)
    bound: int = Field(sa_type=BigInteger)
    created_at: dt.datetime = Field(default_factory=now, sa_type=Moment)


class PlanDocument(Row, table=True):
    """The problem and the plan as canonical texts, stored apart from the plan's row because they are megabytes.

    The report is stored with them; plans older than reports have none. ``leaving`` says which rules the placements in
    force break that the plan ends or changes (`placement.planning.leaving`); older plans have none.
    """

    plan_id: str = Field(sa_column=reference("plan.id", key=True, cascade=True))
    problem: str = Field(sa_type=Text)
    plan: str = Field(sa_type=Text)
    report: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))
    leaving: dict[str, Any] | None = Field(default=None, sa_column=Column(json_type()))


class PlannedPlacement(Row, table=True):
    """Where and when a plan would place a request, and who would supervise the student: a draft until published.

    ``unmet_wishes`` are the units that the student wished for more, and what was in the way at each
    (`placement_solver.explanation.unmet_wishes`); plans older than that have none.
    """

    __table_args__ = (sized("id", LONGEST_ID), a_week("start"), UniqueConstraint("plan_id", "request_id"))

    id: str = Field(default_factory=lambda: new_id("plp"), primary_key=True, max_length=LONGEST_ID)
    plan_id: str = Field(sa_column=reference("plan.id", cascade=True, index=False))
    request_id: str = Field(sa_column=reference("request.id"))
    unit_id: str = Field(sa_column=reference("unit.id"))
    start: IsoWeek = Field(sa_type=Week)
    supervisor_id: str | None = Field(default=None, sa_column=reference("supervisor.id", null=True))
    unmet_wishes: list[dict[str, Any]] | None = Field(default=None, sa_column=Column(json_type()))


class UnplacedRequest(Row, table=True):
    """A request that a plan left unplaced, and the reasons as in the plan document.

    ``causes`` sums them up (`placement_solver.figures.causes`), and is read where the reasons, which may be long, are
    not told; None if the plan was stored before there were causes.
    """

    plan_id: str = Field(sa_column=reference("plan.id", key=True, cascade=True))
    request_id: str = Field(sa_column=reference("request.id", key=True))
    reasons: Any = Field(sa_column=Column(json_type(), nullable=False))
    causes: Any = Field(default=None, sa_column=Column(json_type()))


class Pin(Row, Versioned, table=True):
    """A placement decided by hand, which every plan of the term keeps."""

    __table_args__ = (sized("id", LONGEST_ID), a_week("start"), UniqueConstraint("term_id", "request_id"))

    id: str = Field(default_factory=lambda: new_id("pin"), primary_key=True, max_length=LONGEST_ID)
    term_id: str = Field(sa_column=reference("term.id", index=False))
    request_id: str = Field(sa_column=reference("request.id"))
    unit_id: str = Field(sa_column=reference("unit.id"))
    start: IsoWeek = Field(sa_type=Week)
    supervisor_id: str | None = Field(default=None, sa_column=reference("supervisor.id", null=True))
