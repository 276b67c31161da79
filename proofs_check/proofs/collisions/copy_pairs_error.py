"""SER of copy pairs: independent pairs, each wrong with probability (1 - 1/V) c."""

import sympy

from proofs_check.certificates import Induction, Symbolic
from proofs_check.proof import Proof, Step
from theory.bounds import THEOREMS

V, N, J = (sympy.Symbol(name, positive=True, integer=True) for name in ("V", "N", "j"))
M = sympy.Symbol("m", nonnegative=True, integer=True)
A, SHARED, C = (sympy.Symbol(name, nonnegative=True) for name in ("a", "s", "c"))
RIGHT = 1 - (1 - 1 / V) * C
THEOREM = THEOREMS["copy-pairs-error"]
EXPRESSION = THEOREM.expression.subs(
    {taken.symbol: ours for taken, ours in zip(THEOREM.takes, (V, C, M), strict=True)}
)

proof = Proof(
    theorem="copy-pairs-error",
    hypotheses={
        "language": "x_(2j) = x_(2j-1), the odd tokens independent and uniform over V symbols",
        "bernoulli": "the reveal steps are independent, step k with probability a_k, sum_k a_k = 1",
        "exact": "a revealed symbol is drawn from its true law given what was revealed before",
    },
    steps=(
        Step(
            name="share",
            premises=("bernoulli",),
            conclusion="two positions share one of the first n steps with probability sum a_k^2",
            certificate=Induction(
                "the steps n",
                base=Symbolic(sympy.Integer(0), sympy.Integer(0)),
                # what the first n steps give, and both at step n + 1, which excludes them
                step=Symbolic(SHARED + A * A, SHARED + A**2),
            ),
            change="both at step n + 1 counted twice",
            twin=Induction(
                "the steps n",
                base=Symbolic(sympy.Integer(0), sympy.Integer(0)),
                step=Symbolic(SHARED + 2 * A * A, SHARED + A**2),
            ),
        ),
        Step(
            name="least-share",
            premises=("bernoulli",),
            conclusion="c - 1/N = sum_k (a_k - 1/N)^2 >= 0",
            # c, the sum of the a_k, which is 1, and N terms 1/N^2
            certificate=Symbolic(C - 2 * 1 / N + N * (1 / N) ** 2, C - 1 / N),
            change="sum of the a_k equal to 2",
            twin=Symbolic(C - 2 * 2 / N + N * (1 / N) ** 2, C - 1 / N),
        ),
        Step(
            name="match",
            premises=("language", "exact"),
            conclusion="a pair that shares a step is right with probability 1/V",
            certificate=Symbolic(sympy.Sum(1 / V * (1 / V), (J, 1, V)).doit(), 1 / V),
            change="the second token drawn from half of the symbols",
            twin=Symbolic(sympy.Sum(1 / V * (2 / V), (J, 1, V)).doit(), 1 / V),
        ),
        Step(
            name="pair",
            premises=("share", "match", "exact"),
            conclusion="a pair is right with probability 1 - (1 - 1/V) c",
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
                base=Symbolic(RIGHT**0, sympy.Integer(1)),
                step=Symbolic(RIGHT**M * RIGHT, RIGHT ** (M + 1)),
            ),
            change="a further pair that cannot fail",
            twin=Induction(
                "the pairs m",
                base=Symbolic(RIGHT**0, sympy.Integer(1)),
                step=Symbolic(RIGHT**M * 1, RIGHT ** (M + 1)),
            ),
        ),
        Step(
            name="sixteen",
            premises=("pairs",),
            conclusion="for V = 16 a pair is right with probability 1 - (15/16) c",
            certificate=Symbolic(RIGHT.subs(V, 16), 1 - sympy.Rational(15, 16) * C),
            change="15/16 replaced by 7/8",
            twin=Symbolic(RIGHT.subs(V, 16), 1 - sympy.Rational(7, 8) * C),
        ),
        Step(
            name="odd-first",
            premises=("language", "exact"),
            conclusion="odd positions first, then even ones: the law is q, m pairs",
            # drawn: the odd tokens from uniform marginals, the even ones with probability one
            certificate=Symbolic((1 / V) ** M * 1**M, V ** (-M)),
            change="the even tokens in the first step as well",
            twin=Symbolic((1 / V) ** M * (1 / V) ** M, V ** (-M)),
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
