"""What every theorem's test does: the bound against the exact value, and a wrong twin refused."""

import itertools
import math
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from theory.bounds import Theorem

RELATIVE, ABSOLUTE = 1e-9, 1e-10


def holds(theorem: Theorem[Any], exact: float, bound: float) -> bool:
    """Whether an exact value and a bound stand to each other as the kind says."""
    slack = ABSOLUTE + RELATIVE * abs(bound) if math.isfinite(bound) else 0.0
    if theorem.kind in ("upper", "tight"):
        return exact <= bound + slack
    if theorem.kind == "lower":
        return exact >= bound - slack
    return abs(exact - bound) <= slack


def check_on_cases(
    theorem: Theorem[Any],
    cases: st.SearchStrategy[Any],
    twin: Callable[..., float],
    *,
    examples: int = 40,
) -> None:
    """The theorem holds on random cases of its domain, and the twin, a formula of the same
    parameters that is not true, is refused by at least one of them."""
    refused: list[Mapping[str, float]] = []

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None)
    @given(cases)
    def check(case: Any) -> None:
        exact, parameters = theorem.exact(case), theorem.parameters(case)
        bound = float(theorem.bound(**parameters))
        assert holds(theorem, exact, bound), (theorem.id, case, exact, bound)
        if not holds(theorem, exact, float(twin(**parameters))):
            refused.append(parameters)

    check()
    assert refused, f"the twin of {theorem.id} was never refused"


def check_tight(theorem: Theorem[Any], case: Any, ratio: float = 1 - 1e-9) -> None:
    """A case that reaches the bound."""
    assert theorem.exact(case) >= ratio * theorem.bound_of(case) > 0


def check_expression(theorem: Theorem[Any], points: Mapping[str, Any]) -> None:
    """The symbolic expression agrees with the numeric bound, on arrays."""
    arrays = {name: np.asarray(values, dtype=float) for name, values in points.items()}
    symbols = [taken.symbol for taken in theorem.takes]
    assert theorem.expression.free_symbols <= set(symbols)
    computed = theorem.bound(**arrays)
    flat = zip(*(arrays[symbol.name].ravel() for symbol in symbols), strict=True)
    for values, bound in zip(flat, np.atleast_1d(computed).ravel(), strict=True):
        exact = {s: sympy.Rational(v) for s, v in zip(symbols, values, strict=True)}
        wanted = float(theorem.expression.subs(exact).doit().evalf(30))
        assert math.isclose(bound, wanted, rel_tol=1e-11, abs_tol=1e-300), (values, bound, wanted)


def check_asymptotic(
    theorem: Theorem[Any], cases: list[Any], twin: Callable[..., float], *, last: float
) -> None:
    """Relative differences of exact and bound fall along cases that grow, to `last` at the end;
    those of the twin end above it."""

    def differences(formula: Callable[..., Any]) -> list[float]:
        collected = []
        for case in cases:
            bound = float(formula(**theorem.parameters(case)))
            collected.append(abs(theorem.exact(case) - bound) / abs(bound))
        return collected

    of_bound = differences(theorem.bound)
    assert all(after < before for before, after in itertools.pairwise(of_bound)), of_bound
    assert of_bound[-1] <= last, of_bound
    assert differences(twin)[-1] > last
