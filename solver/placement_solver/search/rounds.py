"""Large-neighbourhood rounds: place some requests anew that are in each other's way, and keep what is better.

The prices say where that pays (`priced_market`). Narrow rounds are decided by CP-SAT, which is quick on small models.
Where they come to a stand although the gap is worth a student or more, no small part of the plan has a better one:
then whole *blocks* are decided (all requests of one profession whose placement in the draft differs from the
relaxation's), and after that wide rounds, both by HiGHS, whose linear relaxation is nearly tight there. Blocks are
decided once more, with more options, where that brought little, or where wide rounds come to a stand.
"""

from __future__ import annotations

from concurrent.futures import ALL_COMPLETED, FIRST_COMPLETED, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from threading import get_native_id
from typing import TYPE_CHECKING

import numpy as np

from placement_solver.search.beside import LOWEST_PRIORITY, lower_priority
from placement_solver.search.engines import by_cp_sat, by_highs
from placement_solver.search.exact import NO_ANSWER, Answer, apply, decide
from placement_solver.search.memory import give_back
from placement_solver.search.neighbourhood import disjoint_neighbourhoods

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from concurrent.futures import Executor, Future

    from placement_solver.arrays import Floats, Ints
    from placement_solver.search.clock import Clock
    from placement_solver.search.draft import Draft
    from placement_solver.search.engines import Engine
    from placement_solver.search.priced_market import PricedMarket
    from placement_solver.search.settings import SearchSettings

_LOOK_SECONDS = 0.05
"""The clock is looked at this often while neighbourhoods are being decided."""
_FAREWELL_SECONDS = 0.1
"""A thread that has not answered this many seconds after the time limit is abandoned."""


@dataclass(frozen=True, slots=True)
class _Task:
    """What one call of `improve` works on."""

    draft: Draft
    priced: PricedMarket
    clock: Clock
    seed: int
    workers: int
    enough: Callable[[], bool]
    on_better: Callable[[Draft], object]
    offered: Callable[[], Iterable[tuple[Ints, Answer]]]
    settings: SearchSettings


def improve(
    draft: Draft,
    priced: PricedMarket,
    *,
    clock: Clock,
    seed: int,
    workers: int,
    enough: Callable[[], bool],
    on_better: Callable[[Draft], object],
    offered: Callable[[], Iterable[tuple[Ints, Answer]]] = tuple,
    settings: SearchSettings,
) -> bool:
    """Improve the draft in place, round after round, until time is up, ``enough()``, or nothing better turns up.

    Before each round it is tried what others have found meanwhile: ``offered()`` gives their answers once.
    Returns True where ``enough()`` or the time ended it, and False where nothing better turned up.

    In a round every worker takes neighbourhoods of its own. Answers are applied in the order of the neighbourhoods, so
    that the same seed and number of workers give the same rounds.
    """
    task = _Task(draft, priced, clock, seed, workers, enough, on_better, offered, settings)
    with _pool_of(workers) as pool:
        return _go_round(pool, task)


def _go_round(pool: Executor, task: _Task) -> bool:
    draft, priced, clock, settings = task.draft, task.priced, task.clock, task.settings.rounds
    rng = np.random.default_rng(task.seed)
    narrow = partial(by_cp_sat, clock=clock, seconds=settings.seconds, workers=1, effort=settings.effort)
    wide = partial(by_highs, clock=clock, seconds=settings.wide_seconds, nodes=settings.wide_nodes)
    engine, size, most = narrow, float(settings.first), settings.most
    fresh = np.ones(len(draft.row) + len(priced.idle(draft)))
    passes, too_hard = iter(task.settings.blocks.options_each), set[int]()
    rounds = idle = 0
    gap = priced.gap(draft)
    done = task.enough()
    while idle < settings.patience and not done and not clock.is_over():
        _take_offers(task, fresh)
        count = task.workers * settings.each_worker
        around = disjoint_neighbourhoods(rng, priced, draft, fresh, int(size), count, settings)
        if not around:
            return False
        engines = [partial(engine, seed=number) for number in rng.integers(2**31, size=len(around)).tolist()]
        before = draft.objective
        for requests, answer in _decide_apart(pool, task, around, engines, settings.options_each):
            if apply(draft, requests, answer):
                fresh[requests] = 1.0
            easy = answer.proven and answer.effort < settings.easy
            size = min(most, size * settings.growth) if easy else max(settings.least, size * settings.shrinkage)
        rounds, idle = rounds + 1, idle + 1
        if draft.objective < before:
            idle = 0
            task.on_better(draft)
        if rounds % settings.look_back == 0:
            if priced.gap(draft) > (1 - settings.progress) * gap:
                if engine is narrow:
                    engine, size, most = wide, float(settings.wide_first), settings.wide_most
                    fresh[:] = 1.0
                _go_over_blocks(pool, task, passes, too_hard)
                fresh[:] = 1.0
            gap = priced.gap(draft)
        done = task.enough()
    return done or clock.is_over()


def _take_offers(task: _Task, fresh: Floats) -> None:
    """Place requests as others have found, where there is room and the draft becomes no worse."""
    before = task.draft.objective
    for requests, answer in task.offered():
        if apply(task.draft, requests, answer, partly=True):
            fresh[requests] = 1.0
    if task.draft.objective < before:
        task.on_better(task.draft)


def _go_over_blocks(pool: Executor, task: _Task, passes: Iterator[int], too_hard: set[int]) -> None:
    """Decide blocks in one pass after another, each with more options, until one closes enough of the gap."""
    for each in passes:
        gap = task.priced.gap(task.draft)
        _settle_blocks(pool, task, each, too_hard)
        if task.priced.gap(task.draft) <= (1 - task.settings.rounds.progress) * gap:
            break


def _settle_blocks(pool: Executor, task: _Task, each: int, too_hard: set[int]) -> None:
    """Decide every block, with some options of each request, if what can be gained is worth that.

    A block is decided until little of the plan's gap can be gained there, and only for some seconds. The professions in
    ``too_hard`` are left out; those whose blocks take longer join them.
    """
    draft, priced, clock, tuning = task.draft, task.priced, task.clock, task.settings.blocks
    before, gap = draft.objective, priced.gap(draft)
    if gap < tuning.worth * np.median(draft.market.unplaced) or clock.is_over():
        return
    profession = draft.market.columns.request_profession
    blocks = [those for those in priced.blocks(draft, tuning.wholly) if int(profession[those[0]]) not in too_hard]
    engine = partial(
        by_highs,
        clock=clock,
        seconds=tuning.seconds,
        seed=task.seed,
        near=max(1, int(tuning.near * gap)),
        most=tuning.variables,
    )
    models = _begin(pool, task, blocks, [engine] * len(blocks), each)
    for ended in _as_they_end(models, clock):
        for model, answer in ended.items():
            apply(draft, models[model], answer, partly=True)
            if not answer.proven:
                too_hard.add(int(profession[models[model][0]]))
        if draft.objective < before:
            before = draft.objective
            task.on_better(draft)


def _decide_apart(
    pool: Executor, task: _Task, around: list[Ints], engines: Sequence[Engine], each: int
) -> list[tuple[Ints, Answer]]:
    """Decide several neighbourhoods side by side; return their answers in the order of the neighbourhoods.

    A model that has not answered in time has no answer.
    """
    models = _begin(pool, task, around, engines, each)
    answers = {model: answer for ended in _as_they_end(models, task.clock) for model, answer in ended.items()}
    return [(requests, answers.get(model, NO_ANSWER)) for model, requests in models.items()]


def _begin(
    pool: Executor, task: _Task, around: list[Ints], engines: Sequence[Engine], each: int
) -> dict[Future[Answer], Ints]:
    """Begin to decide several neighbourhoods, each as if the others stayed as they are.

    Options are chosen and models are written side by side too: the blocks of a large county take some seconds.
    """
    give_back()
    draft, priced, clock = task.draft.copy(), task.priced, task.clock

    def decided(requests: Ints, engine: Engine) -> Answer:
        return decide(draft, requests, priced.worthwhile(draft, requests, each), engine, clock.is_over)

    return {pool.submit(decided, requests, engine): requests for requests, engine in zip(around, engines, strict=True)}


def _as_they_end(models: dict[Future[Answer], Ints], clock: Clock) -> Iterator[dict[Future[Answer], Answer]]:
    """Yield the answers of models that have ended since the last time, until all have or the time is up."""
    waiting = set(models)
    while waiting:
        over = clock.is_over()
        until = (_FAREWELL_SECONDS, ALL_COMPLETED) if over else (_LOOK_SECONDS, FIRST_COMPLETED)
        ended, waiting = wait(waiting, *until)
        if ended:
            yield {model: model.result() for model in models if model in ended}
        if over:
            break


@contextmanager
def _pool_of(workers: int) -> Iterator[Executor]:
    """Give a pool of threads that is not waited for at the end: HiGHS may not hear the stop for many seconds.

    Such a thread then runs at the lowest priority, where threads have a priority of their own (Linux), so that it
    does not hold up those who explain the plan.
    """
    threads: list[int] = []
    pool = ThreadPoolExecutor(workers, initializer=lambda: threads.append(get_native_id()))
    try:
        yield pool
    finally:
        pool.shutdown(wait=False, cancel_futures=True)
        for thread in threads:
            lower_priority(thread, LOWEST_PRIORITY)
