"""Steps about one step of Bernoulli reveal, from fraction t to t': it costs int (t' - u) h'(u) du.

Each token is in K, known before the step, with probability t, in S, drawn by it, with probability
t' - t, and masked after it with probability 1 - t', independently of the others. L f(r) is the sum
over i of E H(X_i | X_R), h(r) = L (f(0) - f(r)), and G(r) = E H(X_R), all tokens in R with
probability r. f, h and G are polynomials.
"""

import sympy

from proofs_check.certificates import Induction, Symbolic
from proofs_check.proof import Step
from proofs_check.proofs.reveals.sets_by_size import CONDITIONING, MORE_UNCERTAIN
from proofs_check.proofs.total_correlation import block_step

BEFORE, AFTER, AT, POINT = sympy.symbols("t t' u r", positive=True)
DEGREE, CONSTANT = sympy.Symbol("n", positive=True, integer=True), sympy.Symbol("c", real=True)
SIZE, REST, OTHERS = (sympy.Symbol(name, nonnegative=True, integer=True) for name in "mkn")


BLOCK = block_step("path")

DRAWN = Step(
    name="drawn",
    premises=("bernoulli",),
    conclusion=(
        "E sum over i in S of H(X_i | X_K) = (t' - t) L f(t): i is in S with probability t' - t, "
        "and whichever of the n others not in K are drawn, a set K of the others has probability "
        "t^|K| (1 - t)^n"
    ),
    certificate=Induction(
        "the others n not in K, each drawn or masked",
        step=Symbolic(
            (1 - BEFORE) ** OTHERS * ((AFTER - BEFORE) + (1 - AFTER)), (1 - BEFORE) ** (OTHERS + 1)
        ),
    ),
    change="drawn with probability t'",
    twin=Induction(
        "the others n not in K, each drawn or masked",
        step=Symbolic((1 - BEFORE) ** OTHERS * (AFTER + (1 - AFTER)), (1 - BEFORE) ** (OTHERS + 1)),
    ),
)

# H(X_T), |T| = m, k = L - m: in L f(r) with i in T, R = T - i (m ways), less i not in T (k ways);
# q = 1 - r, so d/dr of an expression in r and q takes its derivative in q with a minus sign
MASKED = sympy.Symbol("q", positive=True)
WEIGHT = POINT**SIZE * MASKED**REST
RISEN = SIZE * POINT ** (SIZE - 1) * MASKED**REST
MEAN_ENTROPY = Step(
    name="mean-entropy",
    premises=("bernoulli",),
    conclusion=(
        "G' = L f, G(r) = E H(X_R): H(X_T) has in L f(r) = sum_i E (H(X_(R + i)) - H(X_R)) the "
        "derivative of its coefficient r^m (1 - r)^(L - m) in G, m = |T|"
    ),
    certificate=Symbolic(
        sympy.diff(WEIGHT, POINT) - sympy.diff(WEIGHT, MASKED),
        RISEN - REST * POINT**SIZE * MASKED ** (REST - 1),
    ),
    change="the set without i weighed by all L tokens, i among them",
    twin=Symbolic(
        sympy.diff(WEIGHT, POINT) - sympy.diff(WEIGHT, MASKED),
        RISEN - REST * POINT**SIZE * MASKED**REST,
    ),
)

# L f = c - h; both sides are linear in h, a polynomial with h(0) = 0: h = u^n suffices
COST = Step(
    name="cost",
    premises=("block", "drawn", "mean-entropy"),
    conclusion=(
        "the step's expected total correlation is (t' - t) L f(t) - (G(t') - G(t)), and this is "
        "int_t^t' (h(u) - h(t)) du = int_t^t' (t' - u) h'(u) du (here for h = u^n: both are linear)"
    ),
    certificate=Symbolic(
        (AFTER - BEFORE) * (CONSTANT - BEFORE**DEGREE)
        - sympy.integrate(CONSTANT - AT**DEGREE, (AT, BEFORE, AFTER)),
        sympy.integrate(
            sympy.expand((AFTER - AT) * DEGREE * AT ** (DEGREE - 1)), (AT, BEFORE, AFTER)
        ),
    ),
    change="L f at the end of the step",
    twin=Symbolic(
        (AFTER - BEFORE) * (CONSTANT - AFTER**DEGREE)
        - sympy.integrate(CONSTANT - AT**DEGREE, (AT, BEFORE, AFTER)),
        sympy.integrate(
            sympy.expand((AFTER - AT) * DEGREE * AT ** (DEGREE - 1)), (AT, BEFORE, AFTER)
        ),
    ),
)

RISES = Step(
    name="rises",
    premises=("bernoulli",),
    conclusion="h' >= 0: a larger r reveals a larger set, and conditioning lowers entropy",
    certificate=CONDITIONING,
    change="does not lower it",
    twin=MORE_UNCERTAIN,
)

LEMMAS = (BLOCK, DRAWN, MEAN_ENTROPY, COST, RISES)
HYPOTHESES = {
    "bernoulli": (
        "each token is known with probability t and drawn with probability t' - t, independently "
        "of the others and of all symbols"
    ),
    "path": "the cost of a step is E TC(X_S | X_K), exact denoiser",
}
