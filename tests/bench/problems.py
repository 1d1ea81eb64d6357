"""The measured problems by name, with how each is made."""

from __future__ import annotations

from functools import partial
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from placement.callers import SYSTEM
from placement.database import engine_for, migrate, open_session, read_session
from placement.demo.build import build_term
from placement.planning.gather import gather
from tests.bench.families import join, keep_sites, loosen, pair_up, supervise_all, tighten

if TYPE_CHECKING:
    from collections.abc import Callable

    from placement.demo.scales import ScaleName
    from placement_solver.problem import Problem

SUPPLY_OF_DEMAND = 0.95
SHARE_WITH_SEVERAL = 0.8
COUNTIES = 7


def make_up(scale: ScaleName, seed: int) -> Problem:
    """Make up a term in a database of its own and gather it."""
    with TemporaryDirectory() as directory:
        url = f"sqlite:///{directory}/term.sqlite3"
        migrate(url)
        engine = engine_for(url)
        try:
            with open_session(engine) as session:
                term = build_term(session, scale, seed).id
            with read_session(engine) as session:
                return gather(session, SYSTEM, term)
        finally:
            engine.dispose()


def _counties(count: int) -> Problem:
    """Join counties made up from the seeds 1, 2, …."""
    return join([make_up("county", seed) for seed in range(1, count + 1)])


PROBLEMS: dict[str, tuple[str, Callable[[], Problem]]] = {
    "small": ("`placement demo --scale small --seed 1`", partial(make_up, "small", 1)),
    "small-2": ("as `small`, seed 2", partial(make_up, "small", 2)),
    "small-3": ("as `small`, seed 3", partial(make_up, "small", 3)),
    "county": ("`placement demo --scale county --seed 1`", partial(make_up, "county", 1)),
    "tight": (
        (
            "`county`; in each profession places are closed for the whole term, one after another, at offers drawn by "
            "size, until the supply is 5 % below the demand in student-weeks"
        ),
        lambda: tighten(make_up("county", 1), SUPPLY_OF_DEMAND, 1),
    ),
    "loose": (
        "`county` with everything scarce doubled: places, unit ceilings, students per supervisor, agreements' ceilings",
        lambda: loosen(make_up("county", 1)),
    ),
    "coupled": (
        "`county`; two students with one request each become one student with two, until 80 % have several",
        lambda: pair_up(make_up("county", 1), SHARE_WITH_SEVERAL),
    ),
    "supervised": (
        (
            "`county`; every request requires a named supervisor with at least 1.5 hp; in the professions that "
            "required none before, every offer gets as many such supervisors as it has places"
        ),
        lambda: supervise_all(make_up("county", 1)),
    ),
    "sites": (
        "`county`; only the decentralised medical programmes of Umeå and Linköping: their students and eight sites",
        lambda: keep_sites(make_up("county", 1)),
    ),
    "nation": ("the counties of seeds 1–7 in one document, independent of each other", partial(_counties, COUNTIES)),
    "thirtieth": ("`placement demo --scale thirtieth --seed 1`", partial(make_up, "thirtieth", 1)),
    "eighth": ("`placement demo --scale eighth --seed 1`", partial(make_up, "eighth", 1)),
    "quarter": ("`placement demo --scale quarter --seed 1`", partial(make_up, "quarter", 1)),
    "half": ("`placement demo --scale half --seed 1`", partial(make_up, "half", 1)),
    "two-counties": ("the counties of seeds 1–2 in one document", partial(_counties, 2)),
    "four-counties": ("the counties of seeds 1–4 in one document", partial(_counties, 4)),
}
"""How each problem is made: the words for the document, and the function that makes it."""
