"""A right change comes nearer; else it is second order at a word, first order elsewhere."""

from fractions import Fraction

import sympy
from flint import arb

from proofs_check.certificates import Certified, Induction, Symbolic, at, factors, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["revised-distance-any-noise"]
V = sympy.Symbol("V", integer=True, positive=True)
ETA, ALPHA, U, M = sympy.symbols("eta alpha u m", positive=True)
MORE, ABOVE, UNDER, SPARE = sympy.symbols("a b g k", nonnegative=True)
D, L, B, H, CHANGED, MU, TURN, TIME = sympy.symbols("d L B h C mu s t", nonnegative=True)
SUM, SQUARES, CHANCE, LESS, FEWER, LONGER = sympy.symbols("S Q c f t l", nonnegative=True)
HALF = sympy.Rational(1, 2)


def _moves(lower: sympy.Expr) -> Symbolic:
    """(1 - r)/V times (1 - eta') m/(eta/V), with 1 - r = (eta - eta')/(1 - eta')."""
    redrawn = (ETA - lower) / (1 - lower)
    return Symbolic(factors(redrawn / V, 1 - lower, M, V / ETA), U * M)


def _redrawn(factor: int) -> Symbolic:
    """What factor h is more than h/(1 - eta'), eta' = 1/2 - g."""
    return Symbolic(
        at(factor * H - H / (1 - ETA), {ETA: HALF - UNDER}), 4 * H * UNDER / (1 + 2 * UNDER)
    )


def _noise(factor: Fraction) -> Certified:
    """factor less ((V - 1)/V^2) (1 - u)/((1 - eta') l(y | y)), v = 1/V."""

    def left(share: arb, eta: arb, fall: arb) -> arb:
        lower = (1 - fall) * eta
        same = 1 - eta + eta * share
        bound = arb(factor.numerator) / factor.denominator
        return bound * (1 - lower) * same - (1 - share) * share * (1 - fall)

    unit, half = (Fraction(0), Fraction(1)), (Fraction(0), Fraction(1, 2))
    return Certified(
        left, {"v": half, "eta": half, "u": unit}, f"{factor} (1 - eta') l > v (1 - v)(1 - u)"
    )


def _farther(symbols: sympy.Expr) -> Symbolic:
    """eta over the likelihood ratio of a wrong symbol, V - (V - 1) eta."""
    return Symbolic(at(V - (V - 1) * ETA, {V: symbols, ETA: 1 - ABOVE}), 1 + MORE * ABOVE)


def _at_word(factor: int) -> Symbolic:
    others = L * (H * ETA * B + H * ETA + 2 * H * ETA * B)
    return Symbolic(at(terms(factor * L * B * H * ETA, -others), {B: 1 + MORE}), L * H * ETA * MORE)


def _any_change(factor: sympy.Expr) -> Symbolic:
    changes = L * (H * B + 3 * H * ETA * B)
    return Symbolic(
        at(terms(factor * L * B * H, -changes), {ETA: HALF - UNDER}), 3 * L * B * H * UNDER
    )


def _pairs(others: int) -> Induction:
    return Induction(
        "the positions",
        step=Symbolic(
            (SUM + CHANCE) ** 2 - (SQUARES + CHANCE**2), SUM**2 - SQUARES + others * SUM * CHANCE
        ),
    )


def _nearer(others: sympy.Expr) -> Symbolic:
    place = sympy.Symbol("i", integer=True, positive=True)
    return Symbolic(D - 1 + sympy.Sum(1, (place, 1, others)), D + CHANGED - 2)


def _some(factor: int) -> Symbolic:
    """1 - e^-mu less mu - mu^2/2 is an integral of an integral of what is not negative."""
    inner = sympy.Integral(1 - factor * sympy.exp(-TURN), (TURN, 0, TIME))
    return Symbolic(sympy.Integral(inner, (TIME, 0, MU)), 1 - sympy.exp(-MU) - MU + MU**2 / 2)


def _elsewhere(factor: sympy.Expr) -> Symbolic:
    others = L * H * B + L * (H * ETA + 2 * H)
    return Symbolic(
        at(terms(factor * L * B * H, -others), {B: 1 + MORE, ETA: HALF - UNDER}),
        L * H * (sympy.Rational(5, 2) * MORE + UNDER),
    )


def _bound(nearer: int) -> Symbolic:
    """mu = u d - d h B + f, its square u^2 d^2 - k; d = 1 + t, L = d + l."""
    mean = U * D - D * H * B + LESS
    square = U**2 * D**2 - SPARE
    after = D + mean - nearer * mean + square + sympy.Rational(7, 2) * L * B * H
    value = as_stated(THEOREM, D, U, H / U, L, 1 / B)
    second = 4 * L * B * H**2 / U + sympy.Rational(25, 4) * (L * B * H) ** 2
    lengths = {D: 1 + FEWER, L: 1 + FEWER + LONGER}
    left = U**2 * D * (L - D) + H * B * (L - 1 + FEWER * (sympy.Rational(9, 2) * L - 1))
    return Symbolic(at(terms(value, -second, -after), lengths), at(left, lengths) + LESS + SPARE)


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "uniform": "at level eta a token is the clean one with probability 1 - eta, else uniform",
        "ancestral": (
            "a step draws each position by itself from its law given the noisy word y: z with "
            "chance ((1 - r)/V) ((1 - eta') m(z)/(eta/V) + (eta'/V) (m(y)/l + (1 - m(y)) V/eta)) "
            "where z is not y, m the exact posterior of the clean token, l = 1 - eta + eta/V and "
            "1 - r = (eta - eta')/(1 - eta')"
        ),
        "words": "each word has probability q_min = 1/B or more; eta <= 1/2, eta' = (1 - u) eta",
    },
    steps=(
        Step(
            name="moves",
            premises=("ancestral",),
            conclusion="the first term is u m(z): a clean symbol is taken with u of its chance",
            certificate=_moves((1 - U) * ETA),
            change="eta' = u eta",
            twin=_moves(U * ETA),
        ),
        Step(
            name="redrawn",
            premises=("words",),
            conclusion="1 - r = h/(1 - eta') <= 2 h, as eta' <= 1/2",
            certificate=_redrawn(2),
            change="h for 2 h",
            twin=_redrawn(1),
        ),
        Step(
            name="noise",
            premises=("ancestral", "redrawn"),
            conclusion=(
                "the second term, over the V - 1 symbols z, is at most h eta + 2 h (1 - m(y)): its "
                "first part is h eta times (V - 1)/V^2 (1 - u)/((1 - eta') l) < 1, its second (1 - "
                "r) (1 - u) (V - 1)/V (1 - m(y))"
            ),
            certificate=_noise(Fraction(1)),
            change="a tenth for 1",
            twin=_noise(Fraction(1, 10)),
        ),
        Step(
            name="farther",
            premises=("uniform", "words"),
            conclusion=(
                "a position more that differs costs a word the factor (eta/V)/l = eta/(V - (V - 1) "
                "eta) <= eta: words that are not nearest have at most B eta of the posterior, and "
                "B eta^2 where they are two positions farther"
            ),
            certificate=_farther(1 + MORE),
            change="V - 1 symbols",
            twin=_farther(2 + MORE),
        ),
        Step(
            name="at-word",
            premises=("moves", "noise", "farther"),
            conclusion=(
                "where y is a word, a single change to a symbol of a word at distance one leaves a "
                "word. Other changes are u L B eta^2 = L B h eta by farther words, and L (h eta + "
                "2 h B eta) by noise, at most 4 L B h eta in all"
            ),
            certificate=_at_word(4),
            change="3 for 4",
            twin=_at_word(3),
        ),
        Step(
            name="any-change",
            premises=("moves", "noise", "farther"),
            conclusion=(
                "and changes of any kind are at most u L B eta + 3 L h B eta <= (5/2) L B h, as "
                "eta <= 1/2"
            ),
            certificate=_any_change(sympy.Rational(5, 2)),
            change="2 for 5/2",
            twin=_any_change(sympy.Integer(2)),
        ),
        Step(
            name="pairs",
            premises=("any-change", "at-word"),
            conclusion=(
                "C independent changes of chances c_i have E C(C-1) = (sum c)^2 - sum c^2 <= (sum "
                "c)^2, which a further one raises by 2 c sum c; C <= C(C-1) where C >= 2: the mean "
                "distance after a word is at most 4 L B h eta + ((5/2) L B h)^2"
            ),
            certificate=_pairs(2),
            change="one way round",
            twin=_pairs(1),
        ),
        Step(
            name="nearer",
            premises=("moves",),
            conclusion=(
                "where d >= 1 let G positions take the symbol of a nearest word that differs from "
                "y there. If any does, that word is d - 1 away by it, the G - 1 others move away "
                "by one at most: d' <= d + G - 2, and by one more for each change of another kind"
            ),
            certificate=_nearer(CHANGED - 1),
            change="all G others",
            twin=_nearer(CHANGED),
        ),
        logarithm_step(
            "none",
            ("nearer",),
            "G = 0 with chance prod (1 - g_i) <= exp(-sum g_i) = e^-mu, y = 1 - g_i",
        ),
        Step(
            name="some",
            premises=("none",),
            conclusion=(
                "P(G >= 1) >= 1 - e^-mu >= mu - mu^2/2, the difference being int_0^mu int_0^t (1 - "
                "e^-s) ds dt"
            ),
            certificate=_some(1),
            change="2 e^-s",
            twin=_some(2),
        ),
        Step(
            name="elsewhere",
            premises=("moves", "noise", "farther"),
            conclusion=(
                "changes of other kinds are at most u L B eta by farther words and L (h eta + 2 h) "
                "by noise, (7/2) L B h in all"
            ),
            certificate=_elsewhere(sympy.Rational(7, 2)),
            change="3 for 7/2",
            twin=_elsewhere(sympy.Integer(3)),
        ),
        Step(
            name="bound",
            premises=("pairs", "nearer", "some", "elsewhere", "farther"),
            conclusion=THEOREM.statement,
            # u d (1 - B eta) <= mu <= u d: every nearest word differs from y at d positions
            certificate=_bound(2),
            change="one for two",
            twin=_bound(1),
        ),
    ),
)
