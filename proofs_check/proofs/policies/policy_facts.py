"""What the proofs about policies share: their hypotheses, and rounds of dependent tokens."""

import math
import random

from proofs_check.certificates import Cited
from proofs_check.proof import Step
from proofs_check.proofs.random_laws import ROUNDING, Law, entropy, random_law
from theory.bounds import THEOREMS

Revealed = tuple[int | None, ...]
Round = tuple[int, ...]
EXACT = "a round draws its tokens independently from their exact marginals given all before it"
DIVERGENCE = "adaptive-policy-divergence"
IDENTITY = {DIVERGENCE: THEOREMS[DIVERGENCE].statement}
POLICY = "a deterministic policy picks the tokens of a round from the values revealed before it"
EXACT_POLICY = {"policy": POLICY, "exact": EXACT, **IDENTITY}


def given(law: Law, known: Revealed) -> dict[tuple[int, ...], float]:
    """The law of the words that agree with what is known."""
    kept = {
        word: probability
        for word, probability in law.items()
        if all(shown is None or shown == token for shown, token in zip(known, word, strict=True))
    }
    total = math.fsum(kept.values())
    return {word: probability / total for word, probability in kept.items()}


def total_correlation(law: Law, positions: Round) -> float:
    """sum_i H(X_i) - H(X_S) in nats."""
    return math.fsum(entropy(law, [one]) for one in positions) - entropy(law, positions)


def _laws(source: random.Random) -> tuple[Law, Law]:
    """A law, and as often the same one as another."""
    law = random_law(source)
    mixed = {word: (p + 1 / len(law)) / 2 for word, p in law.items()}
    return law, law if source.random() < 0.5 else mixed


def _informs(drawn: tuple[Law, Law], sign: int = 1) -> bool:
    """KL >= 0, and 0 exactly where both laws are equal."""
    law, other = drawn
    kl = sign * math.fsum(p * math.log(p / other[word]) for word, p in law.items())
    same = all(abs(p - other[word]) <= 1e-6 for word, p in law.items())
    return kl >= -ROUNDING and (same or kl > 1e-13)


DEPENDENT_ROUND = Step(
    name="dependent-round",
    premises=("policy", "exact", DIVERGENCE),
    conclusion=(
        "TC(X_S | x_C) is the KL of the law of X_S given x_C from the product of its marginals, so "
        "it is 0 only where these tokens are independent, each two of them too; so KL = 0 only if "
        "no round that is taken has two tokens that are dependent given x_C"
    ),
    certificate=Cited(
        "KL >= 0, with equality only for equal laws",
        "Cover and Thomas, Theorem 2.6.3",
        _laws,
        _informs,
    ),
    change="KL <= 0",
    twin=Cited("the same", "none: false", _laws, lambda drawn: _informs(drawn, -1)),
)
