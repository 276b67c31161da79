"""The mean distance over the level: its factors multiply to a constant, and what comes new sums."""

import sympy
from flint import arb

from proofs_check.certificates import Certified, Induction, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["revised-sequence-error"]
STEP = THEOREMS["revised-distance-any-noise"]
PLACE = sympy.Symbol("j", integer=True, positive=True)
D, L, B, H, U = sympy.symbols("d L B h u", positive=True)
ETA, START, LOWER, SPREAD, COARSEST = sympy.symbols("eta s eta' S c", positive=True)
MORE, LESS, GROWN, NEW, ADDED, FIRST = sympy.symbols("a w x b A D", nonnegative=True)
OVER, SUM, TURN, PHI = sympy.symbols("p H t phi", nonnegative=True)
GROWTH = L * U**2 + sympy.Rational(9, 2) * L * B * H
SECOND = sympy.Rational(41, 4) * (L * B) ** 2


def _divided(left: sympy.Expr) -> Symbolic:
    """The bound of one step at level eta, over the next level, by d/eta."""
    return Symbolic(
        at(as_stated(STEP, D, U, ETA, L, 1 / B) / (left * ETA), {H: U * ETA}),
        at(
            D / ETA * (1 + GROWTH / (1 - U))
            + (4 * L * B * H * ETA + sympy.Rational(25, 4) * (L * B * H) ** 2) / ((1 - U) * ETA),
            {H: U * ETA},
        ),
    )


def _new(factor: sympy.Expr) -> Symbolic:
    """L B = 1 + a, u = 1 - w, h = u eta."""
    scale = 1 + MORE
    new = 4 * scale * H * ETA + sympy.Rational(25, 4) * scale**2 * H**2
    return Symbolic(
        at(terms(factor * scale**2 * H, -new / ETA), {H: (1 - LESS) * ETA}),
        (1 - LESS) * ETA * (4 * MORE * scale + sympy.Rational(25, 4) * scale**2 * LESS),
    )


def _product(kept: sympy.Expr) -> Induction:
    """P (D + A) less the value, P = 1 + p the product so far."""
    grown = (1 + OVER) * (1 + GROWN)
    return Induction(
        "the steps",
        step=Symbolic(
            grown * (FIRST + ADDED + NEW) - ((1 + GROWN) * (1 + OVER) * (FIRST + ADDED) + NEW),
            NEW * (kept - 1),
        ),
    )


def _levels(falls: int) -> Induction:
    """Falls h so far and the level: they sum to s."""
    return Induction(
        "the steps", step=Symbolic(terms(SUM, falls * ETA, -falls * LOWER, LOWER), SUM + ETA)
    )


def _sine(sign: int) -> Symbolic:
    return Symbolic(
        sympy.Integral(TURN * sympy.sin(TURN), (TURN, 0, PHI)),
        sympy.sin(PHI) - sign * PHI * sympy.cos(PHI),
    )


def _share(power: int) -> Symbolic:
    """u^2/(1 - u) at 1 - u = ((j - 1)/j)^2, j = 2, 3, .. as i + 1."""
    left = (PLACE / (PLACE + 1)) ** power
    return Symbolic(at(U**2 / (1 - U), {U: 1 - left}), (1 / PLACE + 1 / (PLACE + 1)) ** 2)


def _sum(crossed: int) -> Symbolic:
    squares = sympy.Sum(1 / PLACE**2, (PLACE, 1, sympy.oo))
    both = sympy.Sum(1 / (PLACE * (PLACE + 1)), (PLACE, 1, sympy.oo))
    return Symbolic(terms(squares, squares, -1, crossed * both), sympy.pi**2 / 3 + 1)


def _cosine(constant: int) -> Certified:
    """With (9/2) L B c s <= 1, 1/s <= 72 L B, c = 4 and eta <= pi^2/(8 N^2), over L^2 B e^(L S)."""
    return Certified(
        lambda: constant - arb.pi() ** 2 / 8 * (arb(1).exp() * (72 + arb(41) / 18) + arb(41) / 72),
        {},
        f"{constant} > (pi^2/8) (e (72 + 41/18) + 41/72)",
    )


def _last(falls: int) -> Symbolic:
    """What a step to noise 0 adds, L B = 1 + a."""
    new = 4 * L * B * H * ETA + sympy.Rational(25, 4) * (L * B * H) ** 2
    return Symbolic(
        at(terms(SECOND * ETA**2, -new), {H: falls * ETA, L: (1 + MORE) / B}),
        4 * ETA**2 * (1 + MORE) * MORE,
    )


def _bound(first: int) -> Symbolic:
    """What is stated less the last level times D, with the product, the first D and additions."""
    value = as_stated(THEOREM, L, 1 / B, START, SPREAD, COARSEST, ETA)
    product = sympy.exp(L * SPREAD + sympy.Rational(9, 2) * L * B * COARSEST * START)
    distance = product * (first * L / START + SECOND * COARSEST * START)
    return Symbolic(terms(value, -ETA * distance), SECOND * ETA**2)


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "fixed": "each word has probability q_min = 1/B or more; levels s = eta_K > .. > eta > 0",
        "revised-distance-any-noise": STEP.statement,
    },
    steps=(
        Step(
            name="divided",
            premises=("fixed", "revised-distance-any-noise"),
            conclusion=(
                "let D be the mean distance to the language over the level. A step to (1 - u) eta, "
                "h = u eta, leaves at most D (1 + (L u^2 + (9/2) L B h)/(1 - u)) + (4 L B h eta + "
                "(25/4) (L B h)^2)/((1 - u) eta), as the bound is linear in d"
            ),
            certificate=_divided(1 - U),
            change="over u eta",
            twin=_divided(U),
        ),
        Step(
            name="new",
            premises=("divided",),
            conclusion=(
                "what is added is at most (41/4) (L B)^2 h/(1 - u), and with 1/(1 - u) <= c at "
                "most (41/4) (L B)^2 c h: L B >= 1 and u <= 1"
            ),
            certificate=_new(sympy.Rational(41, 4)),
            change="10 for 41/4",
            twin=_new(sympy.Integer(10)),
        ),
        Step(
            name="product",
            premises=("divided", "new"),
            conclusion=(
                "after steps of factors 1 + x >= 1 and additions b, D is at most the product of "
                "the factors times the first D and the sum of the additions"
            ),
            certificate=_product((1 + OVER) * (1 + GROWN)),
            change="additions grow by the last factor alone",
            twin=_product(1 + GROWN),
        ),
        logarithm_step(
            "factors",
            ("product",),
            "prod (1 + x) <= exp(sum x), y = 1 + x",
        ),
        Step(
            name="levels",
            premises=("factors", "new"),
            conclusion=(
                "the falls h from s to eta sum to s - eta: sum x <= L S + (9/2) L B c s, the "
                "additions sum to at most (41/4) (L B)^2 c s, and the first D is at most L/s"
            ),
            certificate=_levels(1),
            change="every fall twice",
            twin=_levels(2),
        ),
        Step(
            name="last",
            premises=("new", "revised-distance-any-noise"),
            conclusion=(
                "the last step has h = eta: a word is lost with chance (41/4) (L B eta)^2 at most, "
                "and whatever is no word counts as lost, with chance D eta at most"
            ),
            certificate=_last(1),
            change="h = 2 eta",
            twin=_last(2),
        ),
        Step(
            name="sine",
            premises=(),
            conclusion=(
                "on the cosine grid eta = 2 sin^2(pi j/4N), j = N - k. sin(phi)/phi falls, as "
                "sin(phi) - phi cos(phi) = int_0^phi t sin(t) dt >= 0, so that 1 - u >= ((j - "
                "1)/j)^2, at least 1/4 for j >= 2; and eta_(N-1) <= pi^2/(8 N^2)"
            ),
            certificate=_sine(1),
            change="plus for minus",
            twin=_sine(-1),
        ),
        Step(
            name="share",
            premises=("sine",),
            conclusion=(
                "u^2/(1 - u) grows with u and is at most (1/(j - 1) + 1/j)^2, here with j - 1 in "
                "place of j"
            ),
            certificate=_share(2),
            change="1 - u = (j - 1)/j",
            twin=_share(1),
        ),
        Step(
            name="sum",
            premises=("share",),
            conclusion=(
                "over all j >= 2 that is sum 1/(j - 1)^2 + sum 1/j^2 + 2 sum 1/(j (j - 1)): S <= "
                "pi^2/3 + 1 from any level on"
            ),
            certificate=_sum(2),
            change="the mixed term once",
            twin=_sum(1),
        ),
        Step(
            name="cosine",
            premises=("levels", "last", "sum", "sine"),
            conclusion=(
                "with s the first level up to 1/(18 L B), which is 1/(72 L B) at least, c = 4 and "
                "L >= 1 the bound is at most 256 L^2 B e^(L S)/N^2; if there is none eta > 1/(18 L "
                "B), and 256 L^2 B/N^2 is above one"
            ),
            certificate=_cosine(256),
            change="240 for 256",
            twin=_cosine(240),
        ),
        Step(
            name="bound",
            premises=("levels", "last", "cosine"),
            conclusion=THEOREM.statement,
            certificate=_bound(1),
            change="the first distance twice",
            twin=_bound(2),
        ),
    ),
)
