"""One position: what words that agree elsewhere send to one of them adds up to its own chance."""

import sympy

from proofs_check.certificates import Symbolic, at
from proofs_check.proof import Proof, Step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["gibbs-random-scan"]
WORD, ELSEWHERE, SENT = sympy.symbols("p M s", positive=True)
LENGTH, PLACE = (sympy.Symbol(name, integer=True, positive=True) for name in ("L", "i"))


def _received(total: sympy.Expr) -> Symbolic:
    """All words that agree outside of i, of chance `total`, send the share p/M to one of them."""
    return Symbolic(at(SENT * WORD / ELSEWHERE, {SENT: total}), WORD)


def _mean(least: int) -> Symbolic:
    return Symbolic(sympy.Sum(WORD / LENGTH, (PLACE, least, LENGTH)), as_stated(THEOREM, WORD))


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "conditional": "the token of position i is redrawn from q(y_i | y_-i) = p(y) / p(y_-i)",
        "random": "position i is uniform, whatever the tokens",
    },
    steps=(
        Step(
            name="position",
            premises=("conditional",),
            conclusion=(
                "where i is redrawn, y receives from all words that agree with it outside of i, of "
                "chance M = p(y_-i) together, the share p(y)/M of each: p(y) in all"
            ),
            certificate=_received(ELSEWHERE),
            change="half of them",
            twin=_received(ELSEWHERE / 2),
        ),
        Step(
            name="mean",
            premises=("position", "random"),
            conclusion=THEOREM.statement,
            certificate=_mean(1),
            change="the first position left out",
            twin=_mean(2),
        ),
    ),
)
