"""How often the last step of uniform diffusion fails to repair a lone wrong symbol.

A word x of a chain with one symbol changed, y = x but y_i = w, is shown to the exact denoiser at a
noise level eta -> 0. If y is a word it stays. If not, the posterior is the language restricted to
the words at distance one from y, and the last step draws every position by itself from its
marginals. A fault at T(a, w) = 0 with a = x_(i-1) can be repaired at i, by s with
T(a, s) T(s, c) > 0, c = x_(i+1), or, where T(w, c) > 0, at i - 1, by s with T(z, s) T(s, w) > 0,
z = x_(i-2):

    u_s = T(z, a) T(a, s) T(s, c),   v_s = T(z, s) T(s, w) T(w, c),   W = sum_s u_s + v_s.

Position i becomes s with probability u_s / W and keeps w with sum v / W, position i - 1 becomes s
with v_s / W and keeps a with sum u / W, and the two fail where T is zero between them. A fault at
T(w, c) = 0 alone is the same with the chain reversed; two faults at once can be repaired at i
alone, which never fails. So of a word with faults of density eta/V for each wrong symbol, the last
step leaves SER = kappa L eta + O(eta^2).
"""

import numpy as np
from numpy.typing import NDArray

from synthetic.arguments import check_length, check_work, checked
from synthetic.languages.tables import is_primitive
from synthetic.quantities import CertifiedValue, gamma
from theory.laws.chains.markov_chain import markov_chain
from theory.laws.one_thread import one_thread

DOUBLINGS = 40  # of the distance over which a chain forgets
FORGOTTEN = 1e-15


@checked
@one_thread()
def repair_constant(language: object, *, length: int | None = None) -> CertifiedValue:
    """kappa: the mean, over a word, a position and the V symbols put there, of the chance that the
    last step of uniform diffusion fails to repair it, as eta -> 0.

    d SER / d(L eta) of one step from the true noisy law at level eta, for words of `length`, or
    without it in the limit of long words (stationary law). An `NGram` of order 2; in the limit some
    power of its matrix is positive, else it is a one-line error. `error` bounds rounding and how
    far the stationary law is known. Work V^5, memory a few times V^3 numbers.
    More than 10^13 operations are a one-line error.

    Examples:
        >>> from synthetic.languages import NGram
        >>> kappa = repair_constant(NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]]))
        >>> round(kappa.value, 6), kappa.error < 1e-12
        (0.041667, True)
    """
    chain = markov_chain(language)
    symbols = chain.symbols
    check_work(f"a language of {symbols} symbols", 4 * symbols**5, "take fewer symbols")
    step = _with_ends(chain.initial.cpu().numpy(), chain.transition.cpu().numpy())
    size = chain.symbols
    start, end = size, size + 1
    inner = step[:size, :size]
    twice = step[:, :size] @ inner
    left = _fail_table(step, size)  # z, a, c
    right = _fail_table(step.T, size).transpose(2, 1, 0)  # a, c, d
    # the rate of either fault by its leftmost symbol, and that where the word ends with the window
    rate = np.einsum("za,ac,zac->z", step[:, :size], twice[:size], left[:, :, :size])
    rate += np.einsum("ac,cd,acd->a", twice, inner, right[:, :, :size])
    last = np.einsum("za,za->z", step[:, :size], left[:, :, end])
    last += np.einsum("ac,ac->a", twice, right[:, :, end])
    operations = 20 * size + 40
    if length is None:
        low, high = _stationary_ends(inner)
        value = float((low + high) @ rate[:size]) / (2 * size)
        spread = float((high - low) @ rate[:size]) / size
        return CertifiedValue(value, spread + gamma(operations) * value)
    law = np.zeros(size + 2)
    law[start] = 1.0
    total = 0.0
    for left_of_window in range(check_length(length) - 1):
        total += float(law @ (rate if left_of_window < length - 2 else last))
        law = np.append(law @ step[:, :size], (0.0, 0.0))
    value = total / (length * size)
    return CertifiedValue(value, gamma(operations + (size + 2) * length) * value)


def _fail_table(step: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    """F(z, a, c): the sum, over w with T(a, w) = 0 < T(w, c), of the chance that repair fails.

    Shape (V + 2, V, V + 2): z and c can be the ends of the word, which cannot be changed.
    """
    inner = step[:size, :size]
    clash = (inner == 0).astype(np.float64)
    table = np.zeros((len(step), size, len(step)))
    for before in range(len(step)):  # z
        # u_s as a, s, c, and T(z, s) T(s, w)
        repaired = step[before, :size, None, None] * inner[:, :, None] * step[:size]
        kept = repaired.sum(axis=1)
        other = step[before, :size, None] * inner
        for wrong in range(size):  # w
            faulty = (inner[:, wrong] == 0)[:, None] & (step[wrong] > 0) & (kept > 0)  # a, c
            moved = other[:, wrong, None] * step[wrong]  # v_s as s, c
            stays = moved.sum(axis=0)
            # both change, to symbols that do not go together; or neither does
            fails = np.einsum("sc,asc->ac", clash.T @ moved, repaired) + kept * stays
            whole = np.where(faulty, (kept + stays) ** 2, 1.0)
            table[before] += np.where(faulty, fails / whole, 0.0)
    return table


def _with_ends(
    initial: NDArray[np.float64], transition: NDArray[np.float64]
) -> NDArray[np.float64]:
    """The chain with a state V before its first symbol and V + 1 after its last."""
    size = len(initial)
    step = np.zeros((size + 2, size + 2))
    step[:size, :size] = transition
    step[size, :size] = initial
    step[:size, size + 1] = 1.0
    return step


def _stationary_ends(
    transition: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Bounds on the stationary law: the least and largest entries of a column of T^n."""
    if not is_primitive(transition > 0):
        raise ValueError(
            "the limit of long words needs a chain some power of which is positive everywhere: "
            "give a length"
        )
    power, steps = transition, 1
    for _ in range(DOUBLINGS):
        power, steps = power @ power, 2 * steps
        low, high = power.min(axis=0), power.max(axis=0)
        if (high - low).max() < FORGOTTEN:
            break
    rounding = gamma((len(transition) + 1) * steps)
    return low * (1 - rounding), high * (1 + rounding)
