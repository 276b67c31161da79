"""What a left-to-right scan of the Bernoulli walk loses, with nearly the best constant.

As in `walk_scan_cost`, a bound (B / 2) log2 B - c B on what each round of B tokens loses carries
over to the scan by convexity. The constant needed is the supremum over B of
log2(B) / 2 - (1 / B) sum_(j <= B) (H(Bin(j, 1/2)) - 1). Since H(Bin(j, 1/2)) is
log2(pi e j / 2) / 2 + O(1 / j^2), it tends to 1 - log2(pi / 2) / 2 = .67425, from below, like
log2(B) / (4 B): no constant below .67425 holds for all n. That .675 is enough is computed for every
B up to 4096, which covers every n up to 4096 and every R.
"""

import numpy as np
import sympy

from theory.bounds.policies.walk_scan_cost import (
    LENGTH,
    ROUNDS,
    ROUNDS_PARAMETER,
    Scan,
    at_most_a_round_a_token,
)
from theory.bounds.theorem import Parameter, Source, Theorem

CHECKED = 4096  # tokens of a round

theorem = Theorem[Scan](
    id="walk-scan-cost-sharp",
    title="Left-to-right scan of the Bernoulli walk, sharper",
    statement=(
        "For the Bernoulli walk of `walk-scan-cost` and n <= 4096, any R <= n contiguous "
        "left-to-right rounds have KL(q || p) at least (n / 2) log2(n / R) - 0.675 n bits per "
        "sequence: found by computing what each round of at most 4096 tokens loses. No constant "
        "below 1 - log2(pi / 2) / 2 = .67425 can hold for all n."
    ),
    kind="lower",
    source=Source("2608.25505", "contiguous scan of the Bernoulli walk, numerical remark", "read"),
    takes=(Parameter(LENGTH, "n", 1, CHECKED, whole=True), ROUNDS_PARAMETER),
    expression=LENGTH / 2 * sympy.log(LENGTH / ROUNDS, 2) - sympy.Rational(27, 40) * LENGTH,
    formula=lambda length, rounds: length * (np.log2(length / rounds) / 2 - 0.675),
    parameters=lambda case: {"length": case.length, "rounds": case.rounds},
    exact=lambda case: case.error,
    domain=at_most_a_round_a_token,
)
