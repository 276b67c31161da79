"""The posterior kernel at a mask: to be shown has the chance of Bernoulli reveal."""

import sympy

from proofs_check.certificates import Symbolic, at, factors
from proofs_check.proof import Proof, Step
from proofs_check.proofs.revision.pair_terms import ETA, KEPT, LOWER
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["absorbing-is-bernoulli"]
PREDICTED, WEIGHT, OTHER, LEVEL, KL = sympy.symbols("m w w' c D", positive=True)
# q(z | y, x) = q(y | z) q(z | x) / l(y | x) at y = the mask, l = eta
SHOWN = factors(1 - KEPT, 1 - LOWER, 1 / ETA)
HIDDEN = factors(sympy.Integer(1), LOWER, 1 / ETA)


def _scaled(power: int) -> Symbolic:
    """The posterior of one clean word against another, both weights times the same factor."""
    return Symbolic(
        at(WEIGHT / (WEIGHT + OTHER), {WEIGHT: LEVEL * WEIGHT, OTHER: LEVEL**power * OTHER}),
        WEIGHT / (WEIGHT + OTHER),
    )


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "absorbing": "at level eta a token is the clean one with probability 1 - eta, else a mask",
        "ancestral": "a token at the next level from the posterior kernel, each by itself",
        "bernoulli": (
            "a masked token is revealed in step k with probability a_k over what the steps before "
            "leave, a_k = eta_(k-1) - eta_k, and drawn from its exact law"
        ),
    },
    steps=(
        Step(
            name="shown",
            premises=("absorbing", "ancestral"),
            conclusion=(
                "a mask becomes the clean token x with chance (1 - r) (1 - eta') / eta times m(x), "
                "which is (eta - eta')/eta m(x)"
            ),
            certificate=Symbolic(SHOWN * PREDICTED, (ETA - LOWER) / ETA * PREDICTED),
            change="r for 1 - r",
            twin=Symbolic(
                factors(KEPT, 1 - LOWER, 1 / ETA) * PREDICTED, (ETA - LOWER) / ETA * PREDICTED
            ),
        ),
        Step(
            name="stays-masked",
            premises=("absorbing", "ancestral"),
            conclusion=(
                "and stays a mask with the rest of the chance; a token that is shown cannot come "
                "from a mask, as q(y | mask) = 0, so it stays"
            ),
            certificate=Symbolic(SHOWN + LOWER / ETA, sympy.Integer(1)),
            change="a mask that stays twice",
            twin=Symbolic(SHOWN + 2 * LOWER / ETA, sympy.Integer(1)),
        ),
        Step(
            name="no-level",
            premises=("absorbing",),
            conclusion=(
                "what is observed has weight eta at every mask and 1 - eta at every token that is "
                "shown, the same for all clean words that agree with it: the posterior is that of "
                "the tokens shown, whatever eta"
            ),
            certificate=_scaled(1),
            change="one word weighed twice by it",
            twin=_scaled(2),
        ),
        Step(
            name="same",
            premises=("shown", "stays-masked", "bernoulli"),
            conclusion=(
                "Bernoulli reveal shows a masked token in step k with chance a_k / (1 - a_1 - .. - "
                "a_(k-1)) = (eta - eta')/eta, as the a_k before add up to 1 - eta: the same"
            ),
            certificate=Symbolic(at((ETA - LOWER) / (1 - LEVEL), {LEVEL: 1 - ETA}), SHOWN),
            change="they add up to 1 - eta'",
            twin=Symbolic(at((ETA - LOWER) / (1 - LEVEL), {LEVEL: 1 - LOWER}), SHOWN),
        ),
        Step(
            name="law",
            premises=("same", "no-level"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(as_stated(THEOREM, KL), KL),
            change="twice the divergence",
            twin=Symbolic(as_stated(THEOREM, 2 * KL), KL),
        ),
    ),
)
