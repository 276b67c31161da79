"""Two positions have to depend on their clean tokens, or to change, in one step."""

import sympy

from proofs_check.certificates import Induction, Symbolic, at, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["revised-total-variation"]
V, PLACE = (sympy.Symbol(name, integer=True, positive=True) for name in ("V", "i"))
L = sympy.Symbol("L", integer=True, nonnegative=True)
Q, E, STEP, TRUE = sympy.symbols("q e K T", real=True)
DELTA, W, BOTH, ONE, OTHER = sympy.symbols("delta W J c_i c_j", nonnegative=True)
ALPHA, BETA, ETA, PHI, H = sympy.symbols("alpha beta eta phi h", positive=True)

R = ALPHA / BETA
LIKELY, RARE = ALPHA + (1 - ALPHA) / V, (1 - ALPHA) / V
# the chance of the next token z given the clean one x and the present one y
STAYS = (R + (1 - R) / V) * ((1 - BETA) / V) / RARE  # z = y, x another one
THIRD = (1 - R) / V * ((1 - BETA) / V) / LIKELY  # z another one, x = y
DEPENDS = (BETA - ALPHA) / (1 - ALPHA) + (1 - R) * (1 - BETA) / (1 - ALPHA) * (
    (V - 1) * ALPHA / (1 + (V - 1) * ALPHA)
)


def _pairs(first: int) -> Symbolic:
    return Symbolic(
        sympy.Sum((PLACE - first) * DELTA**2, (PLACE, 1, L)), L * (L - 1) / 2 * DELTA**2
    )


def _least(others: int) -> Symbolic:
    return Symbolic(terms(1, -STAYS, -(V - others) * THIRD), DEPENDS)


def _telescopes(kept: sympy.Expr) -> Induction:
    return Induction(
        "the steps",
        step=Symbolic((Q + E) * STEP - Q * TRUE, E * STEP + Q * (kept - TRUE)),
    )


def _apart(single: int) -> Symbolic:
    """No change, one, several; and what the second order of a product is."""
    return Symbolic(terms(BOTH, single * ONE * OTHER, BOTH), 2 * (BOTH + ONE * OTHER))


def _changes(share: sympy.Expr) -> Symbolic:
    """(1 - r)/V over the least likelihood, times what z has in all."""
    whole = sympy.Sum(share / V, (PLACE, 1, V)) + (1 - share)
    return Symbolic((1 - R) / V / RARE * whole, (1 - R) / (1 - ALPHA))


def _cosine(power: int) -> Symbolic:
    """sin^2 phi over eta = 1 - cos phi."""
    return Symbolic(
        sympy.sin(PHI) ** 2, sympy.expand((1 - sympy.cos(PHI)) ** power * (1 + sympy.cos(PHI)))
    )


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "uniform": "at level eta a token is the clean one with probability 1 - eta, else uniform",
        "forward": "from eta' up to eta a token is kept with chance r, else drawn uniformly",
        "ancestral": (
            "a step draws each position by itself from its law given the noisy word y, which is "
            "that of the true process"
        ),
    },
    steps=(
        Step(
            name="telescopes",
            premises=("ancestral",),
            conclusion=(
                "let q_k be the true law of noisy words at level k, T the true step and K the "
                "sampler's: what p_k differs from q_k by goes through K, which adds no total "
                "variation, and q_k (K - T) comes new: TV(q, p) is at most the sum over the steps "
                "of the mean over y ~ q_k of TV(T(. | y), K(. | y)); both start from q_0"
            ),
            certificate=_telescopes(STEP),
            change="K twice",
            twin=_telescopes(2 * STEP),
        ),
        Step(
            name="depends",
            premises=("uniform", "forward"),
            conclusion=(
                "with alpha = 1 - eta and beta = 1 - eta', the chance of z given x and y is least "
                "over x at some x other than y for z = y, and at x = y for the V - 1 other z, as "
                "the likelihood of y is largest there: these least chances sum to 1 - delta"
            ),
            certificate=_least(1),
            change="V - 2 other z",
            twin=_least(2),
        ),
        Step(
            name="coins",
            premises=("depends",),
            conclusion=(
                "so each position depends on its clean token where a coin of chance delta says so, "
                "the coins independent given y. Where at most one does, the tokens have the law of "
                "independent ones: TV given y is at most the chance of two coins, delta^2 a pair"
            ),
            certificate=_pairs(1),
            change="a position with itself",
            twin=_pairs(0),
        ),
        Step(
            name="apart",
            premises=("ancestral",),
            conclusion=(
                "given y let J be the chance that i and j both change, c_i that i does. A word "
                "with no change is more likely under T than under K by at most the sum of J, one "
                "with a single change to v at i by at most P(i changes to v) times the sum of the "
                "other c_j, others have at most the sum of J: TV <= sum over pairs of 2 J + 2 c_i "
                "c_j"
            ),
            certificate=_apart(2),
            change="single changes at one of the two alone",
            twin=_apart(1),
        ),
        Step(
            name="changes",
            premises=("uniform", "forward"),
            conclusion=(
                "the mean of J is at most (1 - r)^2, as both are redrawn, and that of c at most 1 "
                "- r; and c <= (1 - r)/eta, since z other than y has (1 - r)/V times a law of z "
                "over a likelihood of at least eta/V. So E c_i c_j <= (E c_i^2 + E c_j^2)/2 <= (1 "
                "- r)^2/eta"
            ),
            certificate=_changes(1 - BETA),
            change="z has the mass of a word at level eta' twice",
            twin=Symbolic(
                (1 - R) / V / RARE * 2 * sympy.Sum(1 / V, (PLACE, 1, V)), (1 - R) / (1 - ALPHA)
            ),
        ),
        Step(
            name="late",
            premises=("apart", "changes"),
            conclusion=(
                "the mean of TV given y is at most 2 (1 - r)^2 (1 + 1/eta) a pair, which is (1 - "
                "eta) 2 (1 - r)^2/eta below 4 (1 - r)^2/eta"
            ),
            certificate=Symbolic(
                terms(at(4 * W / ETA, {W: ONE**2}), -2 * ONE**2 * (1 + 1 / ETA)),
                2 * ONE**2 * (1 - ETA) / ETA,
            ),
            change="3 for 4",
            twin=Symbolic(
                terms(at(3 * W / ETA, {W: ONE**2}), -2 * ONE**2 * (1 + 1 / ETA)),
                2 * ONE**2 * (1 - ETA) / ETA,
            ),
        ),
        Step(
            name="root",
            premises=(),
            conclusion=(
                "on the cosine grid eta = 1 - cos phi, phi falling by h = pi/2N a step, so that "
                "eta - eta' <= h sin phi, and sin^2 phi = eta (1 + cos phi) <= 2 eta"
            ),
            certificate=_cosine(1),
            change="eta^2",
            twin=_cosine(2),
        ),
        Step(
            name="cosine",
            premises=("root", "coins", "late"),
            conclusion=(
                "where eta < 1/2, 1 - r <= 2 (eta - eta'), so that 4 (1 - r)^2/eta <= 32 h^2 = 8 "
                "pi^2/N^2; elsewhere delta <= (eta - eta') (1/eta + V - 1) <= h (V + 1), as (1 - "
                "r) s = (eta - eta') (V - 1) alpha/beta, and its square is pi^2 (V + 1)^2/(4 N^2). "
                "N steps sum to at most pi^2 max(8, (V + 1)^2/4)/N"
            ),
            certificate=Symbolic(
                at(4 * (2 * H) ** 2 * 2, {H: sympy.pi / (2 * L)}), 8 * sympy.pi**2 / L**2
            ),
            change="h = pi/N",
            twin=Symbolic(at(4 * (2 * H) ** 2 * 2, {H: sympy.pi / L}), 8 * sympy.pi**2 / L**2),
        ),
        Step(
            name="bound",
            premises=("telescopes", "coins", "late", "cosine"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                as_stated(THEOREM, L, W), at(sympy.Sum((PLACE - 1) * W, (PLACE, 1, L)), {W: W})
            ),
            change="a position with itself",
            twin=Symbolic(
                as_stated(THEOREM, L, W), at(sympy.Sum(PLACE * W, (PLACE, 1, L)), {W: W})
            ),
        ),
    ),
)
