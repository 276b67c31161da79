"""P / (2 N): an upper and a lower bound for every N, with the same limit.

h' is a polynomial, not negative, of P = (int sqrt(h'))^2, and B is the largest |h''| on 0..1. For
every N and every whole M >= 1 the least path average of N steps is at least
(sqrt(P) - sqrt(B/M))^2 / (2 (N + M)) where sqrt(P) >= sqrt(B/M), and for every d > 0 with
N d^3 >= (sqrt(P) + d) B it is at most (sqrt(P) + d)^2 / (2 N).
"""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import cauchy_step
from proofs_check.proofs.policies.reveal_cost import HYPOTHESES, LEMMAS
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["growth-complexity-limit"]
START, END, AT, WIDTH, EXTRA = sympy.symbols("t t' u w d", positive=True)
MIDDLE = sympy.Symbol("s", positive=True)
DEGREE, STEPS = (sympy.Symbol(name, positive=True, integer=True) for name in "nN")
ROOT, SLOPE, LEVEL, LEAST = sympy.symbols("p B b m", nonnegative=True)
LESS, LOSS, SPARE, PART = sympy.symbols("y z x l", nonnegative=True)
N = sympy.Symbol("nu", positive=True)  # the fourth root of N
ROOT_SLOPE = sympy.Symbol("sqrt_B", nonnegative=True)
UPPER = (ROOT + 1 / N) ** 2 / (2 * N**4)  # d = 1 / nu
LOWER = (ROOT - ROOT_SLOPE / N) ** 2 / (2 * (N**4 + N**2 + 1))  # M = ceil(nu^2) <= nu^2 + 1
LIMIT = stated(THEOREM, ROOT**2, N**4)


def _cost(start: sympy.Expr, end: sympy.Expr) -> sympy.Expr:
    """int (h(u) - h(start)) du over a step for h = u^n."""
    return sympy.integrate(AT**DEGREE - start**DEGREE, (AT, start, end))


REFINED = (END - MIDDLE) * (MIDDLE**DEGREE - START**DEGREE)
WIDE = sympy.integrate(END - AT, (AT, START, END))
SHORT = WIDTH * LEAST - ((WIDTH * (LEAST + LEVEL - LESS) - LOSS) - LEVEL * WIDTH)

proof = Proof(
    theorem="growth-complexity-limit",
    hypotheses=HYPOTHESES,
    steps=(
        *LEMMAS,
        Step(
            name="sandwich",
            premises=("cost", "rises"),
            conclusion=(
                "where m^2 <= h' <= M^2 on a step of width w, its cost c has w m <= sqrt(2 c) <= "
                "w M, as int_t^t' (t' - u) du = w^2 / 2"
            ),
            certificate=Symbolic(sympy.expand(WIDE), (END - START) ** 2 / 2),
            change="w^2 instead of w^2 / 2",
            twin=Symbolic(sympy.expand(WIDE), (END - START) ** 2),
        ),
        Step(
            name="roots",
            premises=(),
            conclusion=(
                "|sqrt(h'(u)) - sqrt(h'(v))| <= sqrt(B |u - v|), as |h'(u) - h'(v)| <= B |u - v| "
                "and sqrt(a + d) <= sqrt(a) + sqrt(d): the squares differ by 2 sqrt(a d)"
            ),
            certificate=Symbolic(
                (sympy.sqrt(LEAST) + sympy.sqrt(PART)) ** 2 - (LEAST + PART),
                2 * sympy.sqrt(LEAST * PART),
            ),
            change="sqrt(d) halved",
            twin=Symbolic(
                (sympy.sqrt(LEAST) + sympy.sqrt(PART) / 2) ** 2 - (LEAST + PART),
                2 * sympy.sqrt(LEAST * PART),
            ),
        ),
        Step(
            name="refine",
            premises=("cost", "rises"),
            conclusion=(
                "a step from t to t' costs (t' - s) (h(s) - h(t)) >= 0 more than its two parts at "
                "s (here for h = u^n): N steps cost no less than with all j / M as further ends, "
                "which makes at most N + M steps of widths <= 1 / M"
            ),
            certificate=Symbolic(
                sympy.expand(_cost(START, END) - _cost(START, MIDDLE) - _cost(MIDDLE, END)),
                REFINED,
            ),
            change="(s - t) instead of (t' - s)",
            twin=Symbolic(
                sympy.expand(_cost(START, END) - _cost(START, MIDDLE) - _cost(MIDDLE, END)),
                (MIDDLE - START) * (MIDDLE**DEGREE - START**DEGREE),
            ),
        ),
        Step(
            name="narrow",
            premises=("sandwich", "roots"),
            conclusion=(
                "a step of width w <= 1/M has sqrt(2 c) >= int sqrt(h') - b w, b = sqrt(B/M): with "
                "least root m on it, largest m + b - y, y >= 0, and int sqrt(h') = w (m + b - y) - "
                "z, z >= 0, the difference of w m and the right side is w y + z"
            ),
            certificate=Symbolic(SHORT, WIDTH * LESS + LOSS),
            change="b w left out",
            twin=Symbolic(SHORT - LEVEL * WIDTH, WIDTH * LESS + LOSS),
        ),
        cauchy_step(
            "lower",
            ("refine", "narrow"),
            "2 (N + M) times the cost of any N steps is at least (sum sqrt(2 c_k))^2 >= "
            "(sqrt(P) - sqrt(B/M))^2 where sqrt(P) >= sqrt(B/M), the widths adding up to one",
        ),
        Step(
            name="widths",
            premises=("roots",),
            conclusion=(
                "N steps with int (sqrt(h') + d) = (sqrt(P) + d) / N each have widths w <= "
                "(sqrt(P) + d) / (N d), so B w <= d^2 where N d^3 >= (sqrt(P) + d) B, and sqrt(h') "
                "varies by at most d on a step"
            ),
            # N d^3 = (p + d) B + x
            certificate=Symbolic(
                (EXTRA**2 - SLOPE * (ROOT + EXTRA) / (STEPS * EXTRA)).subs(
                    STEPS, ((ROOT + EXTRA) * SLOPE + SPARE) / EXTRA**3
                ),
                SPARE * EXTRA**2 / ((ROOT + EXTRA) * SLOPE + SPARE),
            ),
            change="N d^2 >= (sqrt(P) + d) B",
            twin=Symbolic(
                (EXTRA**2 - SLOPE * (ROOT + EXTRA) / (STEPS * EXTRA)).subs(
                    STEPS, ((ROOT + EXTRA) * SLOPE + SPARE) / EXTRA**2
                ),
                SPARE * EXTRA**2 / ((ROOT + EXTRA) * SLOPE + SPARE),
            ),
        ),
        Step(
            name="upper",
            premises=("sandwich", "widths"),
            conclusion=(
                "such a step has sqrt(2 c) <= w M <= (sqrt(P) + d) / N: with least root m, "
                "w (m + d) = (sqrt(P) + d) / N - z, z >= 0, and M = m + d - y, y >= 0, "
                "w M = (sqrt(P) + d) / N - z - w y; so N of them cost at most "
                "(sqrt(P) + d)^2 / (2 N)"
            ),
            # w = ((p + d) / N - z) / (m + d)
            certificate=Symbolic(
                (ROOT + EXTRA) / STEPS
                - ((ROOT + EXTRA) / STEPS - LOSS) / (LEAST + EXTRA) * (LEAST + EXTRA - LESS),
                LOSS + ((ROOT + EXTRA) / STEPS - LOSS) / (LEAST + EXTRA) * LESS,
            ),
            change="M = m + 2 d - y",
            twin=Symbolic(
                (ROOT + EXTRA) / STEPS
                - ((ROOT + EXTRA) / STEPS - LOSS) / (LEAST + EXTRA) * (LEAST + 2 * EXTRA - LESS),
                LOSS + ((ROOT + EXTRA) / STEPS - LOSS) / (LEAST + EXTRA) * LESS,
            ),
        ),
        Step(
            name="from-below",
            premises=("lower",),
            conclusion=(
                "with M = ceil(sqrt(N)), N times (the lower bound - P / (2 N)) tends to zero; for "
                "P = 0 zero is a lower bound"
            ),
            certificate=Symbolic(
                sympy.Limit(N**4 * (LOWER - LIMIT), N, sympy.oo), sympy.Integer(0)
            ),
            change="M = N: twice as many steps",
            twin=Symbolic(
                sympy.Limit(
                    N**4 * ((ROOT - ROOT_SLOPE / N**2) ** 2 / (4 * N**4) - LIMIT), N, sympy.oo
                ),
                sympy.Integer(0),
            ),
        ),
        Step(
            name="from-above",
            premises=("upper", "from-below"),
            conclusion=THEOREM.statement,
            # d = N^(-1/4): N d^3 = N^(1/4) exceeds (sqrt(P) + d) B from some N on
            certificate=Symbolic(
                sympy.Limit(N**4 * (UPPER - LIMIT), N, sympy.oo), sympy.Integer(0)
            ),
            change="d = 1 whatever N",
            twin=Symbolic(
                sympy.Limit(N**4 * ((ROOT + 1) ** 2 / (2 * N**4) - LIMIT), N, sympy.oo),
                sympy.Integer(0),
            ),
        ),
    ),
)
