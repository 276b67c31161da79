"""SER of copy pairs: independent pairs, each wrong with probability (1 - 1/V) c."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

V, N, J = (sympy.Symbol(name, positive=True, integer=True) for name in ("V", "N", "j"))
M = sympy.Symbol("m", nonnegative=True, integer=True)
C, SUM, STEP = (sympy.Symbol(name, nonnegative=True) for name in ("c", "A", "n"))
RIGHT = 1 - (1 - 1 / V) * C
THEOREM = THEOREMS["copy-pairs-error"]
EXPRESSION = as_stated(THEOREM, V, C, M)


def _spread(total: int) -> sympy.Expr:
    """sum_k (a_k - 1/N)^2 from c, the sum of the a_k, and N terms 1/N^2."""
    return at(C - 2 * SUM / N + STEP * (1 / N) ** 2, {SUM: total, STEP: N})


proof = Proof(
    theorem="copy-pairs-error",
    hypotheses={
        "language": "x_(2j) = x_(2j-1), the odd tokens independent and uniform over V symbols",
        "bernoulli": "the reveal steps are independent, step k with probability a_k, sum_k a_k = 1",
        "exact": "a revealed symbol is drawn from its true law given what was revealed before",
    },
    steps=(
        Step(
            name="least-share",
            premises=("bernoulli",),
            conclusion="c - 1/N = sum_k (a_k - 1/N)^2 >= 0",
            # c, the sum of the a_k, which is 1, and N terms 1/N^2
            certificate=Symbolic(_spread(1), C - 1 / N),
            change="sum of the a_k equal to 2",
            twin=Symbolic(_spread(2), C - 1 / N),
        ),
        Step(
            name="match",
            premises=("language", "exact"),
            conclusion="a pair that shares a step is right with probability 1/V",
            certificate=Symbolic(sympy.Sum(1 / V * (1 / V), (J, 1, V)), 1 / V),
            change="the second token drawn from half of the symbols",
            twin=Symbolic(sympy.Sum(1 / V * (2 / V), (J, 1, V)), 1 / V),
        ),
        Step(
            name="pair",
            premises=("bernoulli", "match", "exact"),
            conclusion="a pair shares step k with probability a_k a_k, one of them with c = "
            "sum a_k^2, and is right with probability 1 - (1 - 1/V) c",
            certificate=Symbolic((1 - C) * 1 + C / V, RIGHT),
            change="a pair that shares a step is never right",
            twin=Symbolic((1 - C) * 1 + C * 0, RIGHT),
        ),
        Step(
            name="pairs",
            premises=("pair", "bernoulli", "language"),
            conclusion="m pairs are all right with probability (1 - (1 - 1/V) c)^m",
            certificate=Induction(
                "the pairs m",
                step=Symbolic(RIGHT**M * RIGHT, RIGHT ** (M + 1)),
            ),
            change="a further pair that cannot fail",
            twin=Induction(
                "the pairs m",
                step=Symbolic(RIGHT**M * 1, RIGHT ** (M + 1)),
            ),
        ),
        Step(
            name="sixteen",
            premises=("pairs",),
            conclusion="for V = 16 a pair is right with probability 1 - (15/16) c",
            certificate=Symbolic(at(RIGHT, {V: 16}), 1 - sympy.Rational(15, 16) * C),
            change="15/16 replaced by 7/8",
            twin=Symbolic(at(RIGHT, {V: 16}), 1 - sympy.Rational(7, 8) * C),
        ),
        Step(
            name="odd-first",
            premises=("language", "exact"),
            conclusion="odd positions first, then even ones: the law is q, m pairs",
            # drawn: the odd tokens from uniform marginals, the even ones with probability one
            certificate=Symbolic(sympy.Product(1 / V * 1, (J, 1, M)), V ** (-M)),
            change="the even tokens in the first step as well",
            twin=Symbolic(sympy.Product(1 / V * (1 / V), (J, 1, M)), V ** (-M)),
        ),
        Step(
            name="error",
            premises=("pairs", "least-share", "sixteen", "odd-first"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(EXPRESSION, 1 - RIGHT**M),
            change="1 - 1/V replaced by 1",
            twin=Symbolic(EXPRESSION, 1 - (1 - C) ** M),
        ),
    ),
)
