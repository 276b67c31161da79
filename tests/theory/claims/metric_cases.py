"""Cases of the claims that weigh one metric or cost against another: 5, 6, 7 and 10."""

import math

from tests.theory.claims.case import ERROR, GAP, Build, Case
from tests.theory.claims.rows_by_hand import (
    LONG,
    SHORT,
    Ends,
    Row,
    exactly,
    formal,
    growing,
    growing_curves,
    growing_formal,
    lawful,
    least,
    powered,
    priced,
    row,
    steps_of_calls,
)
from theory.claims import caching, efficiency, guidance, metric_decides
from theory.claims.costs import COSTS, Goal
from theory.claims.rules import Rule
from theory.studies.claim_units import ERROR_TARGET, GAP_TARGET
from theory.studies.kinds import ChainError, ChainTokenError

TOKENS, BOUND, SEQUENCES = efficiency.TOKENS, efficiency.BOUND, efficiency.SEQUENCES


def calls(goal: Goal, share: float = 1.0) -> Build:
    """Least steps whose calls are a part of a share of L: of a TER gap by an exact law, of its path
    bound simulated."""
    metric = GAP if goal == BOUND else goal.metric

    def build(language: str, ends: Ends) -> list[Row]:
        steps = ends.through(lambda part: steps_of_calls(part * share * LONG, LONG))
        rows = [least(language, metric, goal.target, steps)]
        return lawful(rows) if goal == TOKENS else rows

    return build


def calls_of_formal(goal: Goal) -> Build:
    """Curves of a language of the catalogue that cross at calls that are a part of L, measured
    until these are L to the last digit, and at a greater length one that never does."""
    metric = GAP if goal == BOUND else goal.metric

    def build(language: str, ends: Ends) -> list[Row]:
        steps = ends.through(lambda part: steps_of_calls(part * SHORT, SHORT))
        reached = formal(
            language, metric, goal.target, steps, SHORT, [2**power for power in range(60)]
        )
        return [*reached, *formal(language, metric, goal.target, exactly(1e9), LONG)]

    return build


def prices(goal: Goal, cost: str) -> Build:
    """What the steps of a trained model cost that reach a goal, over autoregression."""
    return lambda language, ends: priced(language, goal, cost, ends)


def growing_calls(language: str, ends: Ends) -> list[Row]:
    """Least steps whose remaining calls have an exponent."""
    return [
        least(
            language,
            ERROR,
            ERROR_TARGET,
            left.through(lambda calls, at=length: steps_of_calls(calls, at)),
            length,
        )
        for length, left in ((SHORT, exactly(4.0)), (LONG, powered(4.0, ends)))
    ]


def growing_calls_of_formal(language: str, ends: Ends) -> list[Row]:
    """The same of a language of the catalogue."""
    return [
        one
        for length, left in ((SHORT, exactly(4.0)), (LONG, powered(4.0, ends)))
        for one in formal(
            language,
            ERROR,
            ERROR_TARGET,
            left.through(lambda calls, at=length: steps_of_calls(calls, at)),
            length,
        )
    ]


def exact_slopes(language: str, ends: Ends) -> list[Row]:
    """Least steps by both metrics, those by TER gap of exponent 1/4."""
    gap = lawful(growing(language, GAP, GAP_TARGET, exactly(0.25)))
    return [*gap, *growing(language, ERROR, ERROR_TARGET, ends.through(lambda x: x + 0.25))]


def bound_slopes(language: str, ends: Ends) -> list[Row]:
    """The same by the path bound."""
    gap = growing(language, GAP, GAP_TARGET, exactly(0.25))
    return [*gap, *growing(language, ERROR, ERROR_TARGET, ends.through(lambda x: x + 0.25))]


def formal_slopes(language: str, ends: Ends) -> list[Row]:
    """The same of a language of the catalogue."""
    gap = growing_formal(language, GAP, GAP_TARGET, exactly(0.25))
    error = growing_formal(language, ERROR, ERROR_TARGET, ends.through(lambda x: x + 0.25))
    return [*gap, *error]


def trained_slopes(language: str, ends: Ends) -> list[Row]:
    """Curves by both metrics, those by SER of exponent 1: a larger difference is less by TER."""
    slope = Ends(1 - ends.high, 1 - ends.value, 1 - ends.low)
    gap = growing_curves(language, GAP, GAP_TARGET, slope)
    return [*gap, *growing_curves(language, ERROR, ERROR_TARGET, exactly(1.0))]


def one_constant(language: str, ends: Ends) -> list[Row]:
    """Both laws of a chain at L steps, where nothing fits, and at the most."""
    constant, most = 0.7, 4 * LONG
    share = 1 - math.exp(-constant * LONG / most)
    gap = ends.through(lambda distance: constant / most * (1 + distance))
    return [
        row(ChainError, language, ERROR, exactly(0.9), steps=LONG),
        row(ChainError, language, ERROR, exactly(share), steps=most),
        row(ChainTokenError, language, GAP, exactly(1.0), steps=LONG),
        row(ChainTokenError, language, GAP, gap, steps=most),
    ]


def factor(goal: Goal) -> Build:
    """Calls at the SER goal that are a multiple of those at another goal, a quarter of L."""
    return lambda language, ends: [
        *calls(goal)(language, exactly(0.25)),
        *calls(SEQUENCES, 0.25)(language, ends),
    ]


def cost_case(goal: Goal, rule: Rule, cost: str) -> Case:
    """A ratio of costs of the efficiency claim."""
    statistic = efficiency.statistic(cost, goal)
    return Case(efficiency.claim, "trained", statistic, rule, prices(goal, cost))


FIVE, SIX, SEVEN, TEN = efficiency, caching, metric_decides, guidance
GOALS: tuple[tuple[Goal, Rule], ...] = tuple(FIVE.RULES.items())
PREFERENCES: tuple[tuple[Goal, Rule], ...] = (
    (BOUND, TEN.PREFER_DIFFUSION),
    (SEQUENCES, TEN.PREFER_AUTOREGRESSION),
)
METRIC_CASES = (
    *(
        Case(
            FIVE.claim,
            "exact",
            FIVE.statistic("calls", goal),
            rule,
            calls(goal),
            most=1.0,
            shown=goal == BOUND,
        )
        for goal, rule in GOALS
    ),
    *(cost_case(goal, FIVE.RULES[goal], cost) for goal in FIVE.MEASURED for cost in COSTS),
    *(
        Case(
            FIVE.claim,
            "exact",
            FIVE.of_languages(goal),
            FIVE.RULES[goal],
            calls_of_formal(goal),
            most=1.0,
            shown=True,
        )
        for goal in FIVE.MEASURED
    ),
    Case(SIX.claim, "exact", SIX.EXPONENT, SIX.SLOPE, growing_calls),
    Case(
        SIX.claim,
        "exact",
        SIX.FORMAL_EXPONENT,
        SIX.SLOPE,
        growing_calls_of_formal,
        shown=True,
    ),
    Case(SIX.claim, "trained", SIX.SECONDS, SIX.RATIO, prices(SIX.GOAL, "seconds"), shown=True),
    Case(SEVEN.claim, "exact", SEVEN.EXPONENTS, SEVEN.APART, exact_slopes),
    Case(SEVEN.claim, "exact", SEVEN.BOUND_EXPONENTS, SEVEN.APART, bound_slopes),
    Case(SEVEN.claim, "exact", SEVEN.FORMAL_EXPONENTS, SEVEN.APART, formal_slopes, shown=True),
    Case(SEVEN.claim, "trained", SEVEN.BOUND_EXPONENTS, SEVEN.APART, trained_slopes),
    Case(SEVEN.claim, "exact", SEVEN.CONSTANT, SEVEN.ONE_CONSTANT, one_constant, shown=True),
    *(
        Case(TEN.claim, "exact", name, TEN.SHRINKS, factor(goal), shown=goal == BOUND)
        for goal, name in TEN.FACTORS.items()
    ),
    *(
        Case(TEN.claim, "trained", FIVE.statistic("seconds", goal), rule, prices(goal, "seconds"))
        for goal, rule in PREFERENCES
    ),
)
