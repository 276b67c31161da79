"""Each kind of certificate accepts what is true, refutes what is false, leaves the rest open."""

import math
from fractions import Fraction

import pytest
import sympy
from flint import arb

from proofs_check.certificates import (
    EMPTY,
    AtSizes,
    Certified,
    Cited,
    Exhaustive,
    Induction,
    Symbolic,
    Tried,
    at,
    factors,
    terms,
)
from proofs_check.outcome import Holds, Outcome, Refuted, Undecided

X, Y = sympy.symbols("x y", positive=True)
M = sympy.Symbol("m", integer=True, nonnegative=True)
R = sympy.Symbol("r", real=True)
HALF = Fraction(1, 2)


@pytest.mark.parametrize(
    ("left", "right", "wanted"),
    [
        (sympy.log(X * Y), sympy.log(X) + sympy.log(Y), Holds),
        ((X + Y) ** 2, X**2 + Y**2, Refuted),
        (at(sympy.sqrt(R**2), {R: X}), X, Holds),
        (sympy.gamma(M + 2), (M + 1) * sympy.gamma(M + 1), Holds),
        (sympy.Function("f")(X), sympy.Function("g")(X), Undecided),
    ],
    ids=["log", "square", "root", "gamma", "unknown"],
)
def test_symbolic(left: sympy.Expr, right: sympy.Expr, wanted: type[Outcome]) -> None:
    assert isinstance(Symbolic(left, right).check(), wanted)


def test_an_expression_that_is_compared_with_itself_shows_nothing() -> None:
    total = sympy.Sum(X, (M, 1, 4))
    for left, right in (
        (X + Y, Y + X),
        (sympy.Integer(0), sympy.Integer(0)),
        (total, total),
        (total.doit(), total.doit()),
        (terms(X, Y), X + Y),
        (factors(X, Y), Y * X),
    ):
        assert Symbolic(left, right).trivial
        assert isinstance(Symbolic(left, right).check(), Undecided)
    for left, right in ((total, 4 * X), (terms(X - Y, Y), X), (at(X**2, {X: Y}), Y**2)):
        assert isinstance(Symbolic(left, right).check(), Holds)
        assert isinstance(Symbolic(left, right + 1).check(), Refuted)


def test_values_are_put_in_all_at_once_and_only_where_evaluated() -> None:
    swapped = at(X**2 + Y, {X: Y, Y: X})
    assert str(swapped) == "(x**2 + y at x = y, y = x)"
    assert swapped.doit() == Y**2 + X
    assert (2 * swapped - X).doit() == 2 * Y**2 + X
    assert swapped.free_symbols == {X, Y}
    assert at(X + Y, {X: 1}).free_symbols == {Y}
    assert swapped.subs(Y, 3) == X + 9
    assert sympy.latex(at(X, {X: 1})) == r"\left. x \right|_{x = 1}"


def test_symbolic_counterexamples_keep_the_assumptions() -> None:
    outcome = Symbolic(sympy.sqrt(M**2) + 0 * X, -M).check()
    assert outcome == Refuted("at m = 1: left - right = 2.0000000")


def test_certified_inequalities_of_the_binary_entropy() -> None:
    """4 p (1-p) log 2 < H(p) away from the ends and the middle, where both are equal."""

    def difference(p: arb) -> arb:
        entropy = -p * p.log() - (1 - p) * (1 - p).log()
        return entropy - 4 * p * (1 - p) * arb(2).log()

    below = Certified(difference, {"p": (Fraction(1, 100), Fraction(49, 100))}, "H > 4p(1-p)log 2")
    outcome = below.check()
    assert isinstance(outcome, Holds)
    assert int(outcome.detail.split()[0]) > 5
    # equality at 1/2 leaves every part around it open: never a pass
    around = Certified(difference, {"p": (Fraction(2, 5), Fraction(27, 50))}, "H > 4p(1-p)log 2")
    assert isinstance(around.check(), Undecided)
    reversed_ = Certified(lambda p: -difference(p), below.box, "H < 4p(1-p)log 2")
    refuted = reversed_.check()
    assert isinstance(refuted, Refuted)
    assert "p = 1/4" in refuted.counterexample


def test_certified_in_two_variables() -> None:
    box = {"x": (Fraction(0), Fraction(1)), "y": (Fraction(0), HALF)}
    assert isinstance(Certified(lambda x, y: 2 - x * y - x, box, "xy + x < 2").check(), Holds)
    outcome = Certified(lambda x, y: 1 - x * y - x, box, "xy + x < 1").check()
    assert isinstance(outcome, Refuted | Undecided)
    outcome = Certified(lambda x, y: HALF.numerator - 2 * x * y - x, box, "2xy + x < 1").check()
    assert isinstance(outcome, Refuted)


def test_exhaustive_and_an_empty_family() -> None:
    assert isinstance(Exhaustive(lambda: range(3), lambda n: n < 3, "").check(), Holds)
    assert Exhaustive(lambda: range(4), lambda n: n < 3, "").check() == Refuted("3")
    assert isinstance(Exhaustive(list, lambda n: True, "").check(), Undecided)


def test_induction_needs_both_parts_and_universal_ones() -> None:
    base = Symbolic(at(M * (M + 1) / 2, {M: 0}), 0)
    # 1 + 2 + .. + m = m (m + 1) / 2
    step = Symbolic(M * (M + 1) / 2 + (M + 1), (M + 1) * (M + 2) / 2)
    wrong = Symbolic(M * (M + 1) / 2 + M, (M + 1) * (M + 2) / 2)
    assert isinstance(Induction("m", step, base).check(), Holds)
    assert isinstance(Induction("m", step).check(), Holds)
    assert isinstance(Induction("m", wrong, base).check(), Refuted)
    assert isinstance(Induction("m", step, wrong).check(), Refuted)
    with pytest.raises(TypeError, match="the step of an induction shows something"):
        Induction("m", EMPTY).check()
    family = Exhaustive(lambda: [1], bool, "")
    with pytest.raises(TypeError, match="base of an induction holds for all values, got exhaust"):
        Induction("m", step, family).check()


def test_cited_facts_are_tried() -> None:
    good = Cited("x <= 1", "", lambda source: source.random(), lambda x: x <= 1)
    assert isinstance(good.check(), Holds)
    bad = Cited("x <= 1/2", "", lambda source: source.random(), lambda x: x <= 0.5)
    assert isinstance(bad.check(), Refuted)
    assert bad.check() == bad.check()


def test_lemmas_that_are_only_tried_are_not_universal() -> None:
    good = Tried("x <= 1", lambda source: source.random(), lambda x: x <= 1)
    assert good.check() == Holds("500 random instances")
    assert not good.universal
    assert good.formula() == "x <= 1 [tried on 500 random instances]"
    assert isinstance(Tried("x <= 1/2", good.instance, lambda x: x <= 0.5).check(), Refuted)
    with pytest.raises(TypeError, match="the step of an induction holds for all values, got tried"):
        Induction("m", good).check()


def test_a_limit_is_looked_at_at_sizes_that_grow() -> None:
    """(1 + 1/n)^n -> e; not 3, and not with an end that is too near."""

    def limit(value: float, last: float) -> AtSizes:
        return AtSizes("n", (1, 10, 100), lambda n: (1 + 1 / n) ** n, lambda _: value, last, "e")

    outcome = limit(math.e, 0.01).check()
    assert outcome == Holds("relative differences 0.26, 0.046, 0.005")
    assert (
        limit(math.e, 0.01).formula()
        == "e; looked at for n = 1, 10, 100, to within 0.01 at the end"
    )
    assert limit(math.e, 0.001).check() == Refuted(
        "at n = 100: 2.70481383 against 2.71828183, relative difference 0.00495 > 0.001"
    )
    passed = limit(2.6, 0.1).check()
    assert isinstance(passed, Refuted)
    assert "n = 100" in passed.counterexample
    assert "not below" in passed.counterexample
    assert isinstance(limit(0.0, 0.1).check(), Undecided)
    assert isinstance(limit(math.nan, 0.1).check(), Undecided)
    with pytest.raises(ValueError, match=r"three sizes that grow, got \(1, 3, 2\)"):
        AtSizes("n", (1, 3, 2), float, float, 0.1, "")
