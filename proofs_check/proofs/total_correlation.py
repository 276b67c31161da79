"""What tokens that are drawn independently of each other cost: their total correlation."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at
from proofs_check.proof import Step

# at a word: the chances of x_K, x_(K + S), the product of the q(x_i | x_K) so far, and one more
KNOWN, JOINT, PRODUCT, LAST = sympy.symbols("k j m p", positive=True)
LOGS = sympy.Symbol("A", real=True)


def _one_more(sign: int) -> Induction:
    logs = sympy.log(JOINT) - sympy.log(KNOWN) - LOGS - sign * sympy.log(LAST)
    return Induction(
        "the tokens of S, the last one of chance p",
        step=Symbolic(
            sympy.log(JOINT / KNOWN / (PRODUCT * LAST)), at(logs, {LOGS: sympy.log(PRODUCT)})
        ),
    )


def block_step(*premises: str) -> Step:
    """TC(X_S | X_K) in entropies, from its definition as a divergence."""
    return Step(
        name="block",
        premises=premises,
        conclusion=(
            "TC(X_S | X_K), the mean KL of q(x_S | x_K) from the product of its marginals, is the "
            "sum over i in S of H(X_i | X_K) less H(X_(K + S)) - H(X_K), for disjoint sets K and "
            "S, none or more tokens in K: the mean over q of log q(x_S | x_K) less the logs of "
            "the marginals, at every word"
        ),
        certificate=_one_more(1),
        change="the log of the last marginal added",
        twin=_one_more(-1),
    )
