"""Serial depth of affine subspaces: a basis of coordinates in one round, the rest in another."""

import itertools
import random
from collections import Counter

import sympy

from proofs_check.certificates import Cited, Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.policies.policy_facts import DIVERGENCE, EXACT_POLICY
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS
from theory.bounds.policies.affine_depth import AffineWords

THEOREM = THEOREMS["affine-depth"]
PRIME, J = (sympy.Symbol(name, integer=True, positive=True) for name in ("p", "j"))
DIMENSION, MORE = (sympy.Symbol(name, integer=True, nonnegative=True) for name in ("d", "k"))
WORDS = PRIME**DIMENSION


def _subspace(source: random.Random) -> AffineWords:
    prime, length = source.choice([(2, 1), (2, 3), (2, 5), (3, 2), (3, 4), (5, 3)])

    def word() -> tuple[int, ...]:
        return tuple(source.choice([0, source.randrange(prime)]) for _ in range(length))

    return AffineWords(prime, word(), tuple(word() for _ in range(source.randint(0, 3))))


def _one_to_one(subspace: AffineWords, positions: tuple[int, ...]) -> bool:
    """All values at d positions are taken, each by one word."""
    shown = {tuple(word[i] for i in positions) for word in subspace.words}
    return len(shown) == len(subspace.words) == subspace.prime ** len(positions)


def _has_basis(subspace: AffineWords, every: bool = False) -> bool:
    sets = itertools.combinations(range(len(subspace.shift)), subspace.dimension)
    return (all if every else any)(_one_to_one(subspace, positions) for positions in sets)


def _even(subspace: AffineWords, constant: bool = False) -> bool:
    """A coordinate that is not constant (or any one) has each value equally often."""
    counts = [Counter(column) for column in zip(*subspace.words, strict=True)]
    return all(
        len(count) == subspace.prime and len(set(count.values())) == 1
        for count in counts
        if constant or len(count) > 1
    )


def _correlation(words: sympy.Expr, varying: sympy.Expr) -> sympy.Expr:
    """sum over the words of q log(q / product of marginals), so many of them 1/p, the others 1."""
    share = 1 / words
    return sympy.Sum(share * sympy.log(share / PRIME ** (-varying)), (J, 1, words))


def _cases(varying: sympy.Expr) -> Symbolic:
    """The stated rounds at v = d and at v = `varying`."""
    both = (as_stated(THEOREM, DIMENSION, taken) for taken in (DIMENSION, varying))
    return Symbolic(sum(both, sympy.S.Zero), sympy.Integer(1 + 2))


proof = Proof(
    theorem="affine-depth",
    hypotheses={
        "affine": "q is uniform on p^d words, a shift plus the span of d independent directions",
        **EXACT_POLICY,
    },
    steps=(
        Step(
            name="basis",
            premises=("affine",),
            conclusion=(
                "some d coordinates take each of the p^d values in exactly one word: they are "
                "independent and uniform, and determine the others"
            ),
            certificate=Cited(
                "row rank is column rank",
                "Hoffman and Kunze, Linear Algebra (2nd ed.), section 3.7, over any field",
                _subspace,
                _has_basis,
            ),
            change="any d coordinates",
            twin=Cited("the same", "none: false", _subspace, lambda drawn: _has_basis(drawn, True)),
        ),
        Step(
            name="even",
            premises=("affine",),
            conclusion="a coordinate that is not constant is uniform over the p values",
            certificate=Cited(
                "fibres of a homomorphism are cosets of its kernel, of one size",
                "Dummit and Foote, Abstract Algebra (3rd ed.), section 3.1",
                _subspace,
                _even,
            ),
            change="constant ones as well",
            twin=Cited("the same", "none: false", _subspace, lambda drawn: _even(drawn, True)),
        ),
        Step(
            name="two-rounds",
            premises=("policy", "exact", DIVERGENCE, "basis", "even"),
            conclusion=(
                "the basis in one round has total correlation 0, as its p^d values have the "
                "probability p^-d of the product of its marginals; given it the others are "
                "certain: two rounds have KL 0, and D_0 <= 2"
            ),
            certificate=Symbolic(_correlation(WORDS, DIMENSION), sympy.S.Zero),
            change="a further coordinate in the first round",
            twin=Symbolic(_correlation(WORDS, DIMENSION + 1), sympy.S.Zero),
        ),
        Step(
            name="one-round",
            premises=("policy", "exact", DIVERGENCE, "even"),
            conclusion=(
                "everything in one round, v = d + k: KL = (v - d) log p, which is 0 only if v = d"
            ),
            certificate=Symbolic(_correlation(WORDS, DIMENSION + MORE), MORE * sympy.log(PRIME)),
            change="p^(d+1) words",
            twin=Symbolic(_correlation(PRIME * WORDS, DIMENSION + MORE), MORE * sympy.log(PRIME)),
        ),
        Step(
            name="depth",
            premises=("two-rounds", "one-round"),
            conclusion=THEOREM.statement,
            # the first round looks at no value: it is everything, or every path takes a second one
            certificate=_cases(DIMENSION + MORE + 1),
            change="v = d + k with k = 0 allowed",
            twin=_cases(DIMENSION + MORE),
        ),
    ),
)
