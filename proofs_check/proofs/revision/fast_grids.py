"""What a step does where noise falls fast: a draw from the marginals of the nearest words."""

import sympy

from proofs_check.certificates import Symbolic, at
from proofs_check.proof import Step
from proofs_check.proofs.revision.pair_terms import ETA, LOWER, OTHER, RHO, SAME, SHARE, given

FAST = {
    "uniform": "at level eta a token is the clean one with probability 1 - eta, else uniform",
    "ancestral": (
        "a clean token is drawn from the exact posterior for each position by itself, and then the "
        "token at the next level given it and the present one"
    ),
    "fast": "eta and rho, the ratio of the next level to it, tend to 0; the first step is from 1",
}

DRAWS = Step(
    name="draws",
    premises=("ancestral", "fast"),
    conclusion=(
        "where the clean token x is not the present one, the next one is x with chance (1 - rho) "
        "(1 - rho eta + rho eta v)/(1 - rho eta), which tends to 1, from eta = 1 as well; where it "
        "is, to stay has a chance that tends to 1: in the limit the next tokens are clean ones "
        "drawn from the posterior, each position by itself"
    ),
    certificate=Symbolic(
        given(False, True, False), (1 - RHO) * (1 - LOWER + LOWER * SHARE) / (1 - LOWER)
    ),
    change="the next one is a third symbol",
    twin=Symbolic(
        given(False, False, False), (1 - RHO) * (1 - LOWER + LOWER * SHARE) / (1 - LOWER)
    ),
)
NEAREST = Step(
    name="nearest",
    premises=("uniform", "fast"),
    conclusion=(
        "a word has in the posterior one factor l(y | x) at each position; one position more that "
        "differs costs the factor eta v/(1 - eta + eta v), which tends to 0: the posterior is that "
        "of q on the words at the least distance"
    ),
    certificate=Symbolic(at(OTHER / SAME, {ETA: 0}), sympy.Integer(0)),
    change="eta = 1/2",
    twin=Symbolic(at(OTHER / SAME, {ETA: sympy.Rational(1, 2)}), sympy.Integer(0)),
)
