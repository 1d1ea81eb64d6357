"""Settings of the search: every figure that it can be tuned by, one class for each phase.

The defaults are what was measured to be best; where nothing is said of a measurement, the value was chosen by trial.
The measurements are in the decision records and in `docs/benchmarks.md`. A value that makes no sense is refused when
the settings are made. Tolerances of floating-point numbers and limits of formats are not settings: they stand where
they are used.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any, cast

if TYPE_CHECKING:
    from collections.abc import Iterable

Sizes = tuple[int, ...]
_POSITIVE = {"least": 1, "most": 1_000_000_000}
_SMALLEST_PRIME = 2


class _Checked:
    """Refuses a value outside the range that its field gives, naming phase and field."""

    def __post_init__(self) -> None:
        """Check every field.

        Raises `ValueError`.
        """
        for each in fields(cast("Any", self)):  # every subclass is a dataclass
            least, most = each.metadata["least"], each.metadata["most"]
            value = getattr(self, each.name)
            values = value if isinstance(value, tuple) else (value,)
            whole = isinstance(each.default, int | tuple)
            sound = values and all(
                type(one) in ((int,) if whole else (int, float)) and least <= one <= most for one in values
            )
            if not sound:
                kind = "whole numbers" if isinstance(each.default, tuple) else "a whole number" if whole else "a number"
                message = f"{type(self).__name__}.{each.name} has to be {kind} from {least} to {most}, not {value!r}"
                raise ValueError(message)


def _whole(default: int, least: int = 1, most: int = 1_000_000_000) -> int:
    """Declare a whole number with its range."""
    declared: int = field(default=default, metadata={"least": least, "most": most})
    return declared


def _seconds(default: float) -> float:
    """Declare a time in seconds."""
    declared: float = field(default=default, metadata={"least": 0.0, "most": 86_400.0})
    return declared


def _number(default: float, least: float = 0.0, most: float = math.inf) -> float:
    """Declare a number with its range."""
    declared: float = field(default=default, metadata={"least": least, "most": most})
    return declared


def _share(default: float) -> float:
    """Declare a share, from 0 to 1."""
    return _number(default, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class ClimbSettings(_Checked):
    """The climb of prices from 0 (`prices`; decision 0004)."""

    heat_divisor: float = _number(3.0, 0.001, 1e6)
    """The first heat is what leaving a median request out costs for a week, divided by this."""
    refresh: int = _whole(25)
    """Rounds after which all options are priced again and the bound is proven. Fewer: a surer but slower climb."""
    stride: float = _number(2.0, 0.001, 1e6)
    """How far a price moves in a round, in heats. Measured after 150 rounds: on the demo's county 6 gave a bound of
    344,197 and 2 364,691 (the relaxation has 397,548); on a county of another generator 301,312 and 1,145,823."""
    cooling: float = _number(0.0015, 1e-9, 1.0)
    """The heat of the last round as a share of the first round's."""
    reach: float = _number(12.0, 0.0, 1e6)
    """An option that costs this many heats more than its request's cheapest has no share worth computing."""
    drift: float = _number(0.7, 0.0, 1e6)
    """Between two proofs options wake that lie this many times as far off as any slot's price has just moved. Measured:
    all of them take a third longer and raise the bound by 0.003 %."""
    sample: int = _whole(3_000)
    """While the heat is on, this many requests stand for all of them. More: slower rounds, less noise."""
    lukewarm: float = _share(0.1)
    """The share of the first heat below which all requests are asked instead of a sample."""


@dataclass(frozen=True, slots=True)
class RelaxationSettings(_Checked):
    """The linear relaxation by columns (`relaxation`; decision 0009)."""

    climb: int = _whole(300)
    """Rounds of climbing before the relaxation begins."""
    climb_share: float = _share(0.75)
    """The share of the time for prices after which the climb has cooled down, with fewer rounds if need be."""
    long_climb: int = _whole(900)
    """Rounds of the slow climb, where the relaxation takes long or has no time and the prices climb alone."""
    time_share: float = _share(0.9)
    """The share of the time for prices after which the relaxation is given up."""
    near: float = _share(1e-3)
    """An option with more than this share of the climb's last answer is in the relaxation from the start."""
    cheapest_each: int = _whole(3)
    """How many of the cheapest options of each request are in it from the start."""
    added_each: int = _whole(15)
    """At most this many missing options of a request are added in one turn. More: fewer but slower turns."""
    turns: int = _whole(50)
    """At most this many turns of solving and adding."""
    few: int = _whole(1_000)
    """With fewer new options than this the primal simplex method goes on from the last answer, else the dual one."""


@dataclass(frozen=True, slots=True)
class CutSettings(_Checked):
    """Cuts of the relaxation (`cuts`; decision 0016)."""

    primes: Sizes = field(default=(2, 3, 5), metadata={"least": _SMALLEST_PRIME, "most": 1_000})
    """Rows are added up modulo these primes: in a mixture of plans halves, thirds and fifths of a place are common.
    Measured: primes beyond 5 brought nothing more."""
    violated: float = _share(0.03)
    """A cut counts when the relaxation's answer violates it by more than this."""
    each_row: int = _whole(3)
    """At most this many new cuts share a request or a cell. Measured: more of them brought nothing more."""
    slack: float = _share(0.1)
    """Rows of which the relaxation leaves less than this are added up. Up to 0.5 is possible; measured, that brings
    nothing more and takes twice the time."""
    largest: int = _whole(6_000)
    """A group of connected rows larger than this is left out: elimination grows with the square of its size, and more.
    Measured on a county whose supply is short: its largest has 2,900 rows, takes 2 s and raises the bound by 0.2 %."""
    patience: int = _whole(2)
    """Cutting ends after this many rounds in a row that raised the bound too little."""
    rise: float = _share(0.01)
    """The share of the gap to the best plan that a round has to close to count. As the plan becomes better, it is cut
    again. Measured on 1,900 requests far from a good plan: 9 rounds took 14 s and raised the bound by 1.3 % of the gap.
    """

    counts: int = _whole(10, least=0)
    """Counting ends after so many counts in a row of which neither side is refuted: 0.2 s each for 4,400 requests."""
    closer: float = _share(0.5)
    """Counts are asked again when the gap is no more than this share of what it was when they were asked."""

    def __post_init__(self) -> None:
        """Check every field, and that the primes are prime: elimination divides modulo each of them.

        Raises `ValueError`.
        """
        _Checked.__post_init__(self)  # super() does not work in a dataclass with slots
        if any(one % divisor == 0 for one in self.primes for divisor in range(_SMALLEST_PRIME, one)):
            message = f"CutSettings.primes has to be prime numbers, not {self.primes!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class BranchingSettings(_Checked):
    """Branching on counts of which neither side is refuted (`branching`; decision 0061)."""

    tries: int = _whole(6)
    """A leaf is whole after so many counts that do not divide it."""
    worth: float = _share(0.02)
    """The share of a leaf's gap that a count has to take off on both sides to divide it."""
    seconds: float = _seconds(5.0)
    """Leaves are divided for so long, before each profession that is decided. Measured on three terms of 1,500 to 4,400
    requests: it takes 2 to 6 s in all, and up to 85 % off the gap."""


@dataclass(frozen=True, slots=True)
class RoundSettings(_Checked):
    """Rounds of neighbourhoods (`rounds`; narrow ones by CP-SAT, then wide ones by HiGHS, decision 0017)."""

    options_each: int = _whole(30)
    """The cheapest options of each request in a neighbourhood."""
    each_worker: int = _whole(2)
    """Neighbourhoods for each worker in a round, so that a worker with an easy one has another to go on with."""
    effort: float = _number(0.4, 1e-6)
    """CP-SAT's limit for one neighbourhood, in deterministic time, so that the same seed gives the same rounds."""
    easy: float = _number(0.1, 0.0)
    """A neighbourhood that is decided with less effort than this is easy, and the next ones are larger."""
    seconds: float = _seconds(20.0)
    """CP-SAT's limit for one neighbourhood by the clock. The effort ends it long before, except on a busy machine."""
    least: int = _whole(20)
    """The smallest size of a narrow neighbourhood, in requests."""
    first: int = _whole(60)
    """The size that narrow rounds begin with, in requests."""
    most: int = _whole(400)
    """The largest size of a narrow neighbourhood, in requests."""
    growth: float = _number(1.03, 1.0, 10.0)
    """The size is multiplied by this after an easy neighbourhood."""
    shrinkage: float = _number(0.97, 0.01, 1.0)
    """The size is multiplied by this after a hard neighbourhood."""
    look_back: int = _whole(2)
    """After this many rounds the progress is judged. Measured: where narrow rounds help, the first two do already; five
    take 15 s of a term of 4,400 requests, and the blocks that follow close two thirds of its gap."""
    progress: float = _share(0.1)
    """Rounds that take less than this share off the gap have come to a stand: blocks and wide rounds follow."""
    wide_first: int = _whole(300)
    """The size that wide rounds begin with, in requests."""
    wide_most: int = _whole(1_500)
    """The largest size of a wide neighbourhood. Measured where supply is short: HiGHS decides 600 requests with 19,000
    options in 2 s, and 1,200 in 40 s."""
    wide_nodes: int = _whole(20)
    """HiGHS's limit for a wide neighbourhood, in nodes."""
    wide_seconds: float = _seconds(5.0)
    """HiGHS's limit for a wide neighbourhood by the clock."""
    patience: int = _whole(300)
    """Rounds end after this many in a row without a better plan."""
    takers: int = _whole(12)
    """From an unused place, the requests that would gain most by it begin a neighbourhood: this many."""
    cheapest_ways: int = _whole(8)
    """A neighbourhood grows through the full cells of this many of a request's cheapest options."""
    holders: int = _whole(12)
    """Of the requests that hold those cells at most this many join."""

    def __post_init__(self) -> None:
        """Check every field, and that the sizes are in order.

        Raises `ValueError`.
        """
        _Checked.__post_init__(self)  # super() does not work in a dataclass with slots
        if not self.least <= self.first <= self.most or self.wide_first > self.wide_most:
            message = "RoundSettings: the sizes have to be in order, least ≤ first ≤ most and wide_first ≤ wide_most"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class BlockSettings(_Checked):
    """Blocks: all requests of a profession that the relaxation places otherwise (`rounds`; decision 0018)."""

    options_each: Sizes = field(default=(5, 10), metadata=_POSITIVE)
    """The cheapest options of each request, in the first pass over the blocks and in the next: one pass each time that
    rounds come to a stand. What few options can give comes sooner: 4,800 requests around several centres were at
    0.44 % after 60 s with 20 and 40, at 0.18 % with 5 before. Measured on a county whose supply is short: 20 bring no
    more than 10 and take 700 MiB more; a third pass, with 10 or 20, brings next to nothing."""
    variables: int = _whole(5_000)
    """A larger block is narrowed to about so many variables: those that its relaxation uses, and others that are nearly
    as good. Measured on one of 1,700 requests and 14,600 variables: of 4,309 that its relaxation promises 3,826 come
    with all of them (22 s, 840 MiB), 3,610 with 5,000 (6 s, 420 MiB), and 3,309 with those alone (4 s, 200 MiB)."""
    worth: float = _number(1.0)
    """Blocks are decided while the gap is at least so many times what leaving a median request out costs."""
    seconds: float = _seconds(15.0)
    """HiGHS's limit for a block by the clock. Measured on a county of 2.8 million options: the largest mostly takes 6 s
    and brings two thirds of the gap; at times it goes on for 38 s, and takes a GiB, for as little more."""
    near: float = _share(0.1)
    """A block is decided when no more than this share of the plan's gap can be gained there. Measured on a county whose
    supply is short: 3,800 of 4,300 come in 23 s, ten more in the next 77."""
    wholly: float = _share(0.99)
    """From this share on the relaxation counts as having an option wholly."""


@dataclass(frozen=True, slots=True)
class ProfessionSettings(_Checked):
    """Professions decided one by one, for a closer bound (`professions`)."""

    most: int = _whole(60_000)
    """A profession with more options that can matter is not decided. Measured: 36,000 take 12 s and 200 MiB. One from
    60,000 to 100,000 raised the bound of a term of 4,200 requests by 0.05 %; counts do as much since they are branched
    on. Another, in a term of 1,500 requests, took 60 s and 400 MiB and brought nothing."""
    large: int = _whole(1_000_000)
    """A term with more options than this is large: its rounds need the memory and the time themselves."""
    most_of_large: int = _whole(5_000)
    """What a profession may have at most in a large term."""
    share: float = _share(0.5)
    """The share of the time left that one profession may take."""
    alone_share: float = _share(0.25)
    """The share of the time left that they take together where no thread can work on the plan meanwhile."""


@dataclass(frozen=True, slots=True)
class AnnealingSettings(_Checked):
    """The local search along the prices (`annealing`)."""

    least: int = _whole(500)
    """A term with fewer requests has no local search: one model decides it, and compiled code takes time to load."""
    firm: float = _share(0.6)
    """A plan along the prices takes an option as it is where the relaxation has at least this share of it."""
    options_each: int = _whole(60)
    """The cheapest options of each request at the prices."""
    moves_each: int = _whole(60)
    """Moves for each request of the term in a pass."""
    gap: float = _share(0.003)
    """Nearer to the bound than this, rounds find more in the same time."""
    time_share: float = _share(0.25)
    """The share of the time left that a pass may take; the heat falls faster then."""
    progress: float = _share(0.1)
    """Once the prices are settled, a pass that takes less than this share off the gap is the last: rounds find more."""
    wait_share: float = _share(0.25)
    """The share of the time left that it is waited for what is compiled; after it the search goes on without."""
    turn: int = _whole(5_000)
    """After this many moves the clock is looked at. Some microseconds each."""
    hot: float = _number(0.01, 1e-9)
    """The heat to begin with, as a share of what leaving a median request out costs."""
    cold: float = _number(0.0005, 1e-9)
    """The heat to end with, as a share of the same."""


@dataclass(frozen=True, slots=True)
class ExchangeSettings(_Checked):
    """Exchanges in rings, where an option uses some of one cell (`exchanging`, `rings`; decision 0056)."""

    least: int = _whole(100)
    """A term with fewer requests has none: one model decides it, and compiled code takes time to load."""
    near_each: Sizes = field(default=(2, 3), metadata=_POSITIVE)
    """How many options a request tries on average, in one pass and in the next: the cheapest at the prices of all of
    the term's. Measured, above the relaxation after 10 s: 900 jobs and 60 agents 0.09 % with 2, 0.19 % with 3; 100 jobs
    and 20 agents 1.5 % and 1.2 %."""
    time_share: float = _share(0.25)
    """The share of the time left that a pass may take while prices are still being settled."""
    turns_each: int = _whole(100)
    """Turns for each request in the first pass; every further pass has twice as many."""
    hot: float = _number(1.0, 1e-9)
    """The heat that a pass begins with, as a share of the median price of a unit of what is scarce."""
    cold: float = _number(0.05, 1e-9)
    """The heat that it ends with, as a share of the same."""


@dataclass(frozen=True, slots=True)
class PhaseSettings(_Checked):
    """The order of the phases and their shares of the time (`phases`)."""

    together: int = _whole(15_000, least=0)
    """A term with at most this many requests is searched as one, independent parts or not (decision 0010)."""
    price_share: float = _share(0.6)
    """The share of the time that prices may take."""
    large: int = _whole(1_500_000)
    """With more options than this the prices climb once more, slowly, while the relaxation is solved: that may take
    longer than there is, and its bound comes at its end only. Measured on two counties of 2.8 million options: a slow
    climb comes within 0.1 % of the relaxation in 28 s; the relaxation takes 15 and 36 s."""
    slow_share: float = _share(0.6)
    """The share of the time left after which the slow climb has cooled down."""
    beside_share: float = _share(0.9)
    """The share of the time that prices may take where plans are made beside them."""
    cut_share: float = _share(0.4)
    """The share of the time left that cuts may take. The plan becomes better meanwhile."""
    whole: int = _whole(60_000, least=0)
    """With at most this many options that can still matter, one model gets them all."""
    whole_mebibytes: float = _number(400.0)
    """HiGHS may take this much more memory for that model; its tree grows as long as it is searched. Measured on
    ``quarter-town`` (2,100 requests): 1,800 MiB more after 50 s, for nothing that rounds did not find as soon."""
    small: int = _whole(1_000, least=0)
    """With at most this many of them CP-SAT decides that model, in whole numbers; otherwise HiGHS (decision 0008)."""
    trial_seconds: float = _seconds(10.0)
    """The whole model may take at least this long, even where the search has not lasted as long yet."""
    pin_seconds: float = _seconds(60.0)
    """The time for naming supervisors for the pins. After it the problem is undecided and an error is raised."""
    reasons_each: float = _seconds(0.0007)
    """The search ends this much earlier for each request without a place, for the reasons take time to find and to
    write. Measured on 60,000 requests, of which 17,000 have no place: 11 s for a plan of 270 MB."""
    reasons_least: float = _seconds(2.0)
    """It does not end earlier where they take less than this: a county's take a second."""
    serving_price_share: float = _share(0.6)
    """The share of the time left that prices may take after the waiting list has been served."""

    def for_reasons(self, unplaced: int) -> float:
        """Return by how many seconds the search ends earlier where so many requests have no place."""
        return max(0.0, self.reasons_each * unplaced - self.reasons_least)


@dataclass(frozen=True, slots=True)
class MendingSettings(_Checked):
    """The repair of a plan in force (`mending`, `obstacles`, `repair`, `naming`; decision 0011)."""

    sizes: Sizes = field(default=(10, 40, 150, 400), metadata=_POSITIVE)
    """This many requests are freed around one without a place, one size after another."""
    together: int = _whole(300)
    """At most this many requests that lost their places are placed by one model."""
    rows: int = _whole(30_000)
    """A model of some requests has about this many options; of each request the dearest are left out."""
    options_each: int = _whole(10)
    """Each request keeps at least this many of its options there, however many requests the model has."""
    whole: int = _whole(20_000, least=0)
    """With at most this many options in all, one model decides everything and proves that no fewer can be moved."""
    effort: float = _number(2.0, 1e-6)
    """CP-SAT's limit for one model, in deterministic time."""
    seconds: float = _seconds(4.0)
    """CP-SAT's limit for one model by the clock."""
    least_asked: int = _whole(3)
    """At least this many of those who hold the same thing are asked to make room."""
    share_asked: int = _whole(10)
    """More of them are asked where the neighbourhood is larger: its size divided by this."""
    next_options: int = _whole(40)
    """For a request that is asked to make room this many of its cheapest options are tried."""
    left_after: float = _share(0.5)
    """Making room ends with this share of the time left, for the bound and for looking for something better."""
    ending: float = _number(1.5, 0.0)
    """The time for checking, explaining and writing, as a multiple of what reading and opening the market took.
    Measured: a county's repair takes about as long to end as to begin. ``left_after`` is its highest share."""
    proof_share: float = _share(0.5)
    """The share of the time left for raising the bound before the repair looks for something better."""
    naming_seconds: float = _seconds(2.0)
    """The time for keeping the supervisors' names at one desk; beyond it they stay as they came."""


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Everything that the search can be tuned by."""

    climb: ClimbSettings = ClimbSettings()
    relaxation: RelaxationSettings = RelaxationSettings()
    cuts: CutSettings = CutSettings()
    branching: BranchingSettings = BranchingSettings()
    rounds: RoundSettings = RoundSettings()
    blocks: BlockSettings = BlockSettings()
    professions: ProfessionSettings = ProfessionSettings()
    annealing: AnnealingSettings = AnnealingSettings()
    exchanges: ExchangeSettings = ExchangeSettings()
    phases: PhaseSettings = PhaseSettings()
    mending: MendingSettings = MendingSettings()


USUAL = SearchSettings()
"""The settings that everything is solved with unless others are given."""


def with_changes(settings: SearchSettings, changes: Iterable[str]) -> SearchSettings:
    """Return settings with some fields changed, each written as ``phase.field=value``; several numbers with commas.

    Raises `ValueError` where there is no such field or the value makes no sense for it.
    """
    for change in changes:
        name, _, value = change.partition("=")
        phase_name, _, field_name = name.partition(".")
        phase = getattr(settings, phase_name) if phase_name in {each.name for each in fields(settings)} else None
        if phase is None or field_name not in {each.name for each in fields(phase)}:
            message = f"{change}: there is no such setting; write phase.field=value, such as rounds.effort=0.3"
            raise ValueError(message)
        usual = getattr(phase, field_name)
        kind = int if isinstance(usual, int | tuple) else float
        try:
            numbers = tuple(kind(number) for number in value.split(","))
        except ValueError as error:
            message = f"{change}: the value has to be written as {usual!r} is, with commas between several numbers"
            raise ValueError(message) from error
        changed = replace(phase, **{field_name: numbers if isinstance(usual, tuple) else numbers[0]})
        settings = replace(settings, **{phase_name: changed})
    return settings
