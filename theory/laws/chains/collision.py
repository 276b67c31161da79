"""The collision law of Markov chains: SER = 1 - exp(-c L/N), with a constant that can be computed.

Two masked tokens at gap g, revealed in the same step, are drawn as if they were independent. Let
their nearest revealed neighbours be u at distance a on the left and v at distance b on the right.
The pair cannot occur together with probability

    D(a, g, b) = sum_(u,v) pi(u) T^s(u,v) sum_((x,y): T^g(x,y)=0) m_1(x|u,v) m_2(y|u,v),

s = a + g + b, m_1(x|u,v) = T^a(u,x) T^(g+b)(x,v) / T^s(u,v), m_2(y|u,v) = T^(a+g)(u,y) T^b(y,v) /
T^s(u,v), pi the stationary law. Over a uniform schedule such a pair occurs with density
w(s) = int r^2 (1-r)^(s-3) dr = 2 / ((s-2)(s-1)s) per L/N, and so

    c = sum_(a,g,b >= 1) w(s) D(a, g, b).

The proof of the law, of its mixture form for several classes or phases, and of the bound below
stand in docs/collision_law.md.

Truncation. Let d be the period, and delta_n the largest |T^n(u,x) / (d pi(x)) - 1| over pairs that
the phase allows; it does not increase with n. For a, b <= A the terms are summed. For b > A only,
D tends to D(a, g, inf); for a > A only, to D(inf, g, b); for both, to D(inf, g, inf); the sums of w
that multiply the limits are 1 / ((a+g+A-1)(a+g+A)) and 1 / (2A+g). What is left is of second order.
The summand for (x, y) is its limit times the mean, over the far neighbours with their stationary
law, of prod_i (1 + e_i) / (1 + e) with k = 2 factors on one side, 4 on both, and each |e| at most
delta = delta_(A+1). As T^n(u,x) / (d pi(x)) has the mean 1 over u and over x alike, every e has the
mean 0, and with 1 / (1 + e) = 1 - e + e^2 / (1 + e) D is off its limit by a share of at most

    (1 + delta)^k - 1 - k delta + delta ((1 + delta)^k - 1) + delta^2 (1 + delta)^k / (1 - delta).
"""

import math
import sys
from dataclasses import dataclass
from typing import overload

import numpy as np
from numpy.typing import NDArray

from synthetic.arguments import check_number, check_work, checked
from synthetic.languages.tables import irreducible_law
from synthetic.quantities import CertifiedValue, gamma
from theory.laws.chains.chain_classes import ClosedClass, closed_classes, phases
from theory.laws.chains.markov_chain import markov_chain
from theory.laws.one_thread import one_thread

LARGEST_DISTANCE = 4096  # A at most
AT_ONCE = 2**22  # numbers in a block of pairs, distances and right neighbours
LEAST_STATIONARY = 1e-200
LEAST_DEVIATION = 1e-12  # nothing below it is seen in float64
NEGLIGIBLE = 1e-100  # a pair of neighbours less likely than this contributes less than this
SymbolPairs = tuple[NDArray[np.int64], NDArray[np.int64]]  # the first symbols, the second ones


@checked
@one_thread()
def collision_constant(language: object, *, tolerance: float = 1e-6) -> CertifiedValue:
    """The constant c of SER = 1 - exp(-c L/N) for a chain some power of which is positive.

    It is positive exactly where the transition matrix has a zero. `error` bounds truncation and
    rounding, and is at most `tolerance`. Computed on the CPU in float64; the work grows like
    A^2 V^4, the memory like 16 A V^2 bytes and about 100 MB, A the distance over which the chain
    forgets, log(1/tolerance) over its spectral gap. A chain with transient states, several classes
    or a period is a one-line error: it has a curve, not one constant. So are
    more than 10^13 operations.

    Examples:
        >>> from synthetic.languages import NGram
        >>> constant = collision_constant(NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]]))
        >>> f"{constant.value:.5f}, off by at most {constant.error:.0e}"
        '0.08486, off by at most 7e-14'
    """
    chain = markov_chain(language)
    transition = chain.transition.cpu().numpy()
    (first, *others) = closed_classes(transition > 0)
    if others or first.period > 1 or len(first.states) < chain.symbols:
        raise ValueError(
            "one constant needs a chain some power of which is positive everywhere, got "
            f"{1 + len(others)} closed classes, the first of {len(first.states)} of "
            f"{chain.symbols} symbols with period {first.period}: use collision_curve"
        )
    return _class_constant(transition, first, _checked_tolerance(tolerance))


@dataclass(frozen=True)
class CollisionCurve:
    """SER of the exact denoiser against L/N in the limit of long sequences and many steps.

    `weights` are the probabilities of the classes and phases that the chain ends up in, `constants`
    their collision constants.
    """

    weights: tuple[CertifiedValue, ...]
    constants: tuple[CertifiedValue, ...]

    @overload
    def __call__(self, ratio: float) -> float: ...
    @overload
    def __call__(self, ratio: NDArray[np.float64]) -> NDArray[np.float64]: ...
    def __call__(self, ratio: float | NDArray[np.float64]) -> float | NDArray[np.float64]:
        """SER at L/N = `ratio`, a number or an array of any shape.

        1 - SER = sum_k exp(-c_k ratio) (exp(ratio w_k) - 1) / (exp(ratio) - 1): the tokens of the
        first step that reveals any agree on class and phase, and then nothing collides in it.
        """
        given = np.asarray(ratio, dtype=np.float64)
        if not (np.isfinite(given) & (given >= 0)).all():
            raise ValueError(f"the ratio L/N is finite and >= 0, got {ratio}")
        error = np.zeros_like(given)
        some = np.where(given > 0, given, 1.0)
        total = math.fsum(weight.value for weight in self.weights)
        for weight, constant in zip(self.weights, self.constants):
            share = weight.value / total
            agree = np.where(
                given > 0,
                np.exp(-some * (1 - share)) * np.expm1(-some * share) / np.expm1(-some),
                share,
            )
            # share - agree exp(-c ratio): with one class, a small error rate keeps its digits
            error = error + (share - agree) - agree * np.expm1(-constant.value * given)
        return float(error) if np.ndim(ratio) == 0 else error


@checked
@one_thread()
def collision_curve(language: object, *, tolerance: float = 1e-6) -> CollisionCurve:
    """SER against L/N for any `NGram` of order 2, each constant to within `tolerance`.

    With one class of period one this is 1 - exp(-c L/N). Transient states are left behind after a
    number of positions that does not grow, and change only the weights.
    """
    chain = markov_chain(language)
    _checked_tolerance(tolerance)
    transition = chain.transition.cpu().numpy()
    ends_in = phases(chain.initial.cpu().numpy(), transition)
    constants = {
        int(each.closed.states[0]): each.closed for each in ends_in
    }  # all phases of a class share its constant
    values = {
        state: _class_constant(transition, closed, tolerance) for state, closed in constants.items()
    }
    return CollisionCurve(
        tuple(each.weight for each in ends_in),
        tuple(values[int(each.closed.states[0])] for each in ends_in),
    )


def _checked_tolerance(tolerance: float) -> float:
    return check_number(
        "tolerance", tolerance, math.ulp(0.0), sys.float_info.max, allowed="> 0, such as 1e-6"
    )


def _class_constant(
    transition: NDArray[np.float64], closed: ClosedClass, tolerance: float
) -> CertifiedValue:
    """The collision constant of a closed class, to within `tolerance`."""
    step = transition[np.ix_(closed.states, closed.states)]
    gaps = _impossible_pairs(step > 0, closed)
    if not gaps:
        return CertifiedValue(0.0, 0.0)
    law = irreducible_law(step)
    if law.min() < LEAST_STATIONARY:
        raise ValueError(
            f"a symbol has stationary probability {law.min():.1e}, allowed are at least "
            f"{LEAST_STATIONARY:.0e}: use chain_sequence_error_rate"
        )
    distance = _mixing_distance(step, closed, law, list(gaps), tolerance)
    pairs_in_all = sum(len(first) for first, _ in gaps.values())
    check_work(
        f"the constant at tolerance {tolerance:g}, {len(law)} symbols and distance {distance}",
        (distance * len(law)) ** 2 * pairs_in_all,
        "raise tolerance or use chain_sequence_error_rate",
    )
    table = _matrix_powers(step, 2 * distance + max(gaps))
    power_rounding = gamma((2 * len(law) + 2) * len(table))
    law_error = _law_error(table[-1], closed, law, len(table) - 1)
    deviation = _deviation(table[distance + 1], closed, law, distance + 1)
    deviation += 2 * (law_error + power_rounding)
    near, corner = 0.0, 0.0
    truncation = 0.0
    one_sided, two_sided = _second_order(deviation, 2), _second_order(deviation, 4)
    for gap, pairs in gaps.items():
        strips = _strips(table, law, gap, pairs, distance)
        far = closed.period * float((law[pairs[0]] * law[pairs[1]]).sum()) / (2 * distance + gap)
        near += _square(table, law, gap, pairs, distance)
        corner += strips + far
        truncation += one_sided * strips + two_sided * far
    value = near + corner
    most = len(law) ** 2
    rounding = gamma(3 * (2 * len(law) + 2) * len(table) + 2 * most + 2 * distance + 64)
    error = truncation * 1.01 + 2 * (rounding + 4 * law_error) * value + NEGLIGIBLE * 4 * most
    if error > tolerance:
        raise ValueError(
            f"float64 certifies this constant to {error:.1e}, the tolerance is {tolerance:.1e}: "
            "raise tolerance"
        )
    return CertifiedValue(value, error)


def _second_order(deviation: float, factors: int) -> float:
    """The share by which D may be off its limit: of `factors` numbers near one and a divisor."""
    many = (1 + deviation) ** factors
    rest = deviation**2 * many / (1 - deviation)
    higher = math.fsum(math.comb(factors, k) * deviation**k for k in range(2, factors + 1))
    return higher + deviation * (many - 1) + rest


def _impossible_pairs(support: NDArray[np.bool_], closed: ClosedClass) -> dict[int, SymbolPairs]:
    """For each gap, the pairs that the phase allows and that cannot occur at it, where any.

    Once there are none at some gap there are none at larger ones, as a pair goes on from any
    first step.
    """
    pairs_at: dict[int, SymbolPairs] = {}
    power, gap = support, 1
    while True:
        impossible = _in_phase(closed, gap) & ~power
        if not impossible.any():
            return pairs_at
        first, second = np.nonzero(impossible)
        pairs_at[gap] = (first, second)
        power = power.astype(np.float32) @ support.astype(np.float32) > 0
        gap += 1


def _in_phase(closed: ClosedClass, distance: int) -> NDArray[np.bool_]:
    """SymbolPairs (n, n) whose cyclic indices are `distance` apart."""
    return (closed.cycle[:, None] + distance - closed.cycle[None]) % closed.period == 0


def _deviation(
    power: NDArray[np.float64], closed: ClosedClass, law: NDArray[np.float64], distance: int
) -> float:
    """The largest |T^n(u,x) / (d pi(x)) - 1| over the pairs that the phase allows at n."""
    ratio = power / (closed.period * law)
    return float(np.abs(ratio - 1)[_in_phase(closed, distance)].max())


def _law_error(
    power: NDArray[np.float64], closed: ClosedClass, law: NDArray[np.float64], distance: int
) -> float:
    """What the stationary law is off by, relative: the deviation of a power T^n of which it is a
    mean of rows, n doubled until rounding is all that is seen of it."""
    while True:
        deviation = _deviation(power, closed, law, distance)
        rounding = gamma((2 * len(law) + 2) * (distance + 1))
        if deviation <= rounding or distance > LARGEST_DISTANCE:
            return deviation + rounding
        power, distance = power @ power, 2 * distance


def _mixing_distance(
    step: NDArray[np.float64],
    closed: ClosedClass,
    law: NDArray[np.float64],
    gaps: list[int],
    tolerance: float,
) -> int:
    """The least A whose truncation error is surely a part of the tolerance.

    Strips and corner of a gap are at most 2 / (A + gap), as D <= 1. The square of the deviation
    bounds the error of the stationary law that the powers up to 2A show.
    """
    power = step
    square = tolerance / (64 * math.fsum(1 / gap for gap in gaps))
    most = min(0.01, math.sqrt(square))
    for distance in range(1, LARGEST_DISTANCE + 1):
        power = power @ step
        rest = math.fsum(1 / (distance + gap) for gap in gaps)
        deviation = _deviation(power, closed, law, distance + 1)
        if deviation <= max(LEAST_DEVIATION, min(most, tolerance / (24 * rest))):
            return distance
    raise ValueError(
        f"the chain mixes too slowly: at distance {LARGEST_DISTANCE} it is {deviation:.1e} from "
        f"its limit, which does not give {tolerance:.1e}: raise tolerance or use "
        "chain_sequence_error_rate"
    )


def _matrix_powers(step: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """T^0..T^most, (most + 1, n, n)."""
    table = np.empty((most + 1, *step.shape))
    table[0] = np.eye(len(step))
    for distance in range(most):
        table[distance + 1] = table[distance] @ step
    return table


def _square(
    table: NDArray[np.float64],
    law: NDArray[np.float64],
    gap: int,
    pairs: SymbolPairs,
    most: int,
) -> float:
    """Sum of w(s) D(a, g, b) over a, b <= `most`."""
    first, second = pairs
    width = max(1, AT_ONCE // (len(first) * len(law)))
    total = []
    for start in range(1, most + 1, width):
        right = np.arange(start, min(start + width, most + 1))
        reached = table[right + gap][:, first] * table[right][:, second]  # b, pair, v
        for left in range(1, most + 1):
            begun = table[left][:, first] * table[left + gap][:, second]  # u, pair
            sums = left + gap + right
            whole = table[sums]
            likely = whole > NEGLIGIBLE
            hit = (begun @ reached) / np.where(likely, whole, 1.0)
            chance = np.where(likely, hit, 0.0).sum(-1) @ law
            total.append(float((2 * chance / ((sums - 2.0) * (sums - 1.0) * sums)).sum()))
    return math.fsum(total)


def _strips(
    table: NDArray[np.float64],
    law: NDArray[np.float64],
    gap: int,
    pairs: SymbolPairs,
    most: int,
) -> float:
    """Sum over the distance on one side up to `most` of D in the limit of the other side."""
    first, second = pairs
    near = np.arange(1, most + 1)
    tail = 1 / ((near + gap + most - 1.0) * (near + gap + most))
    total = 0.0
    width = max(1, AT_ONCE // (len(first) * len(law)))
    for start in range(0, most, width):
        part = near[start : start + width]
        begun = table[part][:, :, first] * table[part + gap][:, :, second]  # a, u, pair
        left = np.einsum("u,aup->a", law, begun)
        reached = table[part + gap][:, first] * table[part][:, second]  # b, pair, v
        right = np.einsum("p,bpv,v->b", law[first] * law[second], reached, 1 / law)
        total += float(tail[start : start + width] @ (left + right))
    return total
