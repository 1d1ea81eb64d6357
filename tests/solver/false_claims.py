"""Every kind of false claim in a plan that keeps the rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.solver.planting import unplaced

if TYPE_CHECKING:
    from tests.solver.planting import Ground, Planted, Planter


def of_another_problem(ground: Ground) -> Planted:
    """Belong to another problem."""
    return ground.claimed(
        "The plan belongs to another problem", problem_sha256=f"{ground.chance.getrandbits(256):064x}"
    )


def cheaper_than_it_is(ground: Ground) -> Planted:
    """Claim a lower objective."""
    return ground.claimed("The objective is", objective=ground.plan.objective - ground.chance.randint(1, 9))


def with_a_term_too_many(ground: Ground) -> Planted:
    """Claim a term that no wish has."""
    return ground.claimed("The term luck", terms=ground.plan.terms | {"luck": 0})


def with_a_term_missing(ground: Ground) -> Planted:
    """Leave a term out."""
    gone = ground.chance.choice(sorted(ground.plan.terms))
    terms = {key: value for key, value in ground.plan.terms.items() if key != gone}
    return ground.claimed(f"The term {gone} is", terms=terms)


def with_terms_exchanged(ground: Ground) -> Planted:
    """Move a cost from one term to another, with the same sum."""
    less, more = ground.chance.sample(sorted(ground.plan.terms), 2)
    terms = ground.plan.terms | {less: ground.plan.terms[less] - 1, more: ground.plan.terms[more] + 1}
    return ground.claimed(f"The term {less} is", terms=terms)


def bounded_above_itself(ground: Ground) -> Planted:
    """Claim a bound above the objective."""
    return ground.claimed("The bound", bound=ground.plan.objective + ground.chance.randint(1, 9))


def optimal_without_proof(ground: Ground) -> Planted:
    """Call it optimal with a lower bound."""
    return ground.claimed("The status is optimal", status="optimal", bound=ground.plan.objective - 1)


def proven_but_not_called_so(ground: Ground) -> Planted:
    """Call it feasible although the bound equals the objective."""
    return ground.claimed("The status is feasible", status="feasible", bound=ground.plan.objective)


def interrupted_after_the_proof(ground: Ground) -> Planted:
    """Call it interrupted although the bound equals the objective."""
    return ground.claimed("The status is interrupted", status="interrupted", bound=ground.plan.objective)


def both_placed_and_unplaced(ground: Ground) -> Planted:
    """List a placed request as unplaced."""
    placement = ground.placement()
    lines = (*ground.plan.unplaced, unplaced(placement.request))
    return ground.claimed(f"{placement.request}: is both placed and unplaced", unplaced=lines)


def neither_placed_nor_unplaced(ground: Ground) -> Planted:
    """List an unplaced request nowhere."""
    left = ground.one(ground.plan.unplaced)
    rest = tuple(each for each in ground.plan.unplaced if each != left)
    return ground.claimed(f"{left.request}: is neither placed nor unplaced", unplaced=rest)


def unplaced_twice(ground: Ground) -> Planted:
    """List a request as unplaced twice."""
    left = ground.one(ground.plan.unplaced)
    return ground.claimed(
        f"{left.request}: is listed as unplaced more than once", unplaced=(*ground.plan.unplaced, left)
    )


def unplaced_and_unknown(ground: Ground) -> Planted:
    """List a request as unplaced that the term does not have."""
    return ground.claimed("moon: the problem has no such request", unplaced=(*ground.plan.unplaced, unplaced("moon")))


FALSE_CLAIMS: tuple[Planter, ...] = (
    of_another_problem,
    cheaper_than_it_is,
    with_a_term_too_many,
    with_a_term_missing,
    with_terms_exchanged,
    bounded_above_itself,
    optimal_without_proof,
    proven_but_not_called_so,
    interrupted_after_the_proof,
    both_placed_and_unplaced,
    neither_placed_nor_unplaced,
    unplaced_twice,
    unplaced_and_unknown,
)
