"""Exact sequence error rate of a Markov chain under fixed-count reveal.

The steps at which the positions are revealed are a uniformly random arrangement of s_1 ones, s_2
twos and so on. Take a run of d - 1 positions between the tokens u and v, all masked after step k,
of which n_t will be revealed at step t. Let S_k(n)[u, v] be the sum over all arrangements with the
counts n of the probability that the run ends valid, E_k(n)[u, v] that it does not; they sum to the
multinomial coefficient M(n). At step k + 1 the m = n_(k+1) newly revealed tokens cut the run into
m + 1 runs of the same kind, which share the later counts n' in all ways. With q the counts used so
far and x the i-th newly revealed token, at distance j = i + |q| from u,

  A_i(q)[x] = m_j(x | u, v) sum_(p <= q) sum_y A_(i-1)(q - p)[y] S_(k+1)(p)[y, x]
  B_i(q)    = sum_(p <= q) (B_(i-1)(q - p) M(p)
              + sum_x m_j(x | u, v) sum_y A_(i-1)(q - p)[y] E_(k+1)(p)[y, x]),

A_0 being one at u and q = 0, and the last run closes the sum with v in place of x. Both depend on
the run through u, v, d alone, so that one table serves all n. At the end S_0(s) and E_0(s) between
the ends of the sequence are divided by M(s). All terms are non-negative, zeros are zeros.
"""

import itertools
import math
from collections.abc import Iterable
from dataclasses import dataclass

import torch
from torch import Tensor

from synthetic.arguments import OutOfReachError, check_length, checked
from synthetic.quantities import UNIT_ROUNDOFF, CertifiedValue
from synthetic.sampling.schedules import check_sizes
from theory.laws.chains.markov_chain import Powers, markov_chain, powers
from theory.laws.one_thread import one_thread

ENTRIES = 6 * 10**7  # of the largest table: 480 MB, a few of which exist at once
OPERATIONS = 10**11  # about a minute on one core
ARRANGEMENTS = 10**300  # what float64 holds
UNDERFLOW = 2.0**-900  # more than all numbers below 2^-1022 that any length could drop


@dataclass(frozen=True)
class MaskedRuns:
    """S_k and E_k, both (n_(k+1) + 1, .., n_N + 1, V + 1, V + 1), and M(n) without the last two."""

    valid: Tensor
    error: Tensor
    arrangements: Tensor


@checked
@one_thread()
def chain_fixed_count_sequence_error_rate(
    language: object, *, length: int, sizes: Iterable[int]
) -> CertifiedValue:
    """Sequence error rate of the exact denoiser under `FixedCount(sizes)`.

    For an `NGram` of order 2, whose tables are taken as they are. Time is of the order of
    s_2 L V^4 times the product over the steps t > 2 of (s_t + 1)(s_t + 2) / 2, memory L V^3 times
    the product of (s_t + 1): any length up to 32 with three steps, 16 with eight at V = 8; beyond
    a stated number of operations a one-line error. Sizes of 0 change nothing. The error is that of
    rounding: gamma_m of the value, m the roundings on the longest path (all terms are
    non-negative), plus 2^-900 for what underflows. A value of 0 is exact.
    """
    chain = markov_chain(language)
    length = check_length(length)
    kept = tuple(size for size in check_sizes(sizes) if size)
    if sum(kept) != length:
        raise ValueError(f"sizes sum to the length, got a sum of {sum(kept)} and length {length}")
    if max(kept) == 1:  # one token a step is the chain rule, in whatever order
        return CertifiedValue(0.0, 0.0)
    _check_work(kept, length, chain.symbols)
    table = powers(chain, length + 1)
    runs = _adjacent(table)
    for step in reversed(range(1, len(kept))):
        runs = _one_step_earlier(table, runs, kept[step], 1 + sum(kept[step:]))
    end = chain.symbols
    last = _revealed(table, runs, kept[0], [length + 1], (end,))[-1]
    error = last[(0,) + (-1,) * (len(kept) - 1) + (0, 0, -1, 1)]
    arrangements = _multinomial(kept)
    value = float(error) / arrangements
    small = _roundings(kept, length, chain.symbols) * UNIT_ROUNDOFF
    return CertifiedValue(value, value * small / (1 - small) + UNDERFLOW if value else 0.0)


def _adjacent(table: Powers) -> MaskedRuns:
    """Neighbours, with nothing masked between them."""
    allowed = table.possible(1).double()
    one = torch.ones((), dtype=torch.float64, device=allowed.device)
    return MaskedRuns(allowed, 1 - allowed, one)


def _one_step_earlier(table: Powers, later: MaskedRuns, most: int, longest: int) -> MaskedRuns:
    """Runs of which 0..most positions are revealed at the next step."""
    device = table.numbers.mantissa.device
    symbols = table.numbers.mantissa.shape[-1] - 1
    shape = later.arrangements.shape
    used = _totals(shape, device)
    distances = list(range(1, longest + 1))
    ends = torch.arange(symbols + 1, device=device)
    valid, error, arrangements = [later.valid], [later.error], [later.arrangements]
    layers = _revealed(table, later, most, distances, tuple(range(symbols + 1)))
    for new in range(1, most + 1):
        distance = new + used + 1
        # of each run its own distance, and the closing column of its own right end
        layer = layers[new].reshape(longest, -1, symbols + 1, symbols + 1, symbols + 1, 2)
        here = layer[distance.flatten() - 1, torch.arange(used.numel(), device=device)]
        closed = here[:, :, ends, ends].reshape(*shape, symbols + 1, symbols + 1, 2)
        ways = later.arrangements * _binomials(new, used)
        reached = table.possible(distance)
        valid.append(closed[..., 0])
        error.append(torch.where(reached, closed[..., 1], ways[..., None, None]))
        arrangements.append(ways)
    return MaskedRuns(torch.stack(valid), torch.stack(error), torch.stack(arrangements))


def _revealed(
    table: Powers, later: MaskedRuns, most: int, distances: list[int], ends: tuple[int, ...]
) -> list[Tensor]:
    """For i = 0..most tokens newly revealed in runs between u and v: both outcomes up to a next z.

    Axes (distance, *q, u, v, z or the two outcomes). Each is (D, *q, U, V', 2 (V + 1)) seen as
    pairs: entry [..., z, 0] holds sum_p A_i(q - p) S(p)[., z], entry [..., z, 1] the failed mass.
    """
    device = table.numbers.mantissa.device
    size = table.numbers.mantissa.shape[-1]
    shape = later.arrangements.shape
    index = torch.tensor(ends, device=device)
    whole = torch.tensor(distances, device=device).view(-1, *(1,) * len(shape))
    used = _totals(shape, device)
    outcomes = torch.stack([later.valid[..., index, :], later.error[..., index, :]], dim=-1)
    layer = outcomes.unsqueeze(0).unsqueeze(-3)
    layer = layer.expand(len(distances), *shape, len(ends), len(ends), size, 2)
    layers = [layer]
    step = _step_matrices(later)
    for new in range(1, most + 1):
        near = new + used
        fits = near < whole
        law = table.reveal_law(near.expand(fits.shape).where(fits, 0), whole.expand(fits.shape))
        law = law[..., index, :, :][..., index, :]
        law = law * fits[..., None, None, None]
        path = law * layer[..., :-1, 0]
        failed = (law * layer[..., :-1, 1]).sum(-1, keepdim=True)
        layer = _convolved(torch.cat([path, failed], dim=-1), step, shape)
        layer = layer.unflatten(-1, (2, size)).transpose(-1, -2)
        layers.append(layer)
    return layers


def _step_matrices(later: MaskedRuns) -> Tensor:
    """[[S(p), E(p)], [0, M(p)]] of each p, (*p, V + 1, 2 (V + 1)): paths and failed mass go on."""
    valid, error = later.valid[..., :-1, :], later.error[..., :-1, :]
    paths = torch.cat([valid, error], dim=-1)
    ways = later.arrangements[..., None, None].expand(*valid.shape[:-2], 1, valid.shape[-1])
    return torch.cat([paths, torch.cat([torch.zeros_like(ways), ways], dim=-1)], dim=-2)


def _convolved(rows: Tensor, step: Tensor, shape: tuple[int, ...]) -> Tensor:
    """sum over p <= q of rows(q - p) @ step(p), axes (D, *q, U, V', .)."""
    result = torch.zeros(
        (*rows.shape[:-1], step.shape[-1]), dtype=torch.float64, device=rows.device
    )
    for part in itertools.product(*(range(extent) for extent in shape)):
        target = (slice(None), *(slice(start, None) for start in part))
        source = (slice(None), *(slice(None, extent - p) for extent, p in zip(shape, part)))
        result[target] += rows[source] @ step[part]
    return result


def _totals(shape: tuple[int, ...], device: torch.device) -> Tensor:
    """|q| of every multi-index q."""
    total = torch.zeros(shape, dtype=torch.int64, device=device)
    for axis, extent in enumerate(shape):
        ramp = torch.arange(extent, device=device)
        total = total + ramp.view(-1, *(1,) * (len(shape) - axis - 1))
    return total


def _binomials(new: int, used: Tensor) -> Tensor:
    """The ways to choose which `new` of new + used positions come first."""
    ways = [float(math.comb(new + count, new)) for count in range(int(used.max()) + 1)]
    return torch.tensor(ways, dtype=torch.float64, device=used.device)[used]


def _multinomial(sizes: tuple[int, ...]) -> int:
    return math.factorial(sum(sizes)) // math.prod(math.factorial(size) for size in sizes)


def _roundings(sizes: tuple[int, ...], length: int, symbols: int) -> int:
    """Relative errors of size 2^-53 on the longest path.

    Each of L tokens brings its bridge law (three powers, a product, a quotient), products with it,
    and a sum over symbols and all p <= q; each step a closing sum of that kind for each of at most
    L + 1 runs, and M(p) as products of rounded binomials.
    """
    terms = (symbols + 1) * math.prod(size + 1 for size in sizes[1:])
    bridge = 2 * (symbols + 2) * (length + 1) + 2
    return length * (bridge + symbols + 2 + terms) + (length + 1) * (terms + 2) * len(sizes) + 2


def _check_work(sizes: tuple[int, ...], length: int, symbols: int) -> None:
    """A one-line error where the recursion would not end within about a minute."""
    logs = math.lgamma(length + 1) - math.fsum(math.lgamma(size + 1) for size in sizes)
    if logs > 1 + math.log(ARRANGEMENTS) or _multinomial(sizes) > ARRANGEMENTS:
        raise OutOfReachError(
            f"arrangements are counted up to {ARRANGEMENTS:.0e}, length {length} in sizes "
            f"{sizes[:8]} has more: simulate with generate, or use chain_sequence_error_rate"
        )
    operations = entries = 0
    for step in range(1, len(sizes)):
        rest = sizes[step + 1 :]
        runs = (1 + sum(sizes[step:])) * (symbols + 1) ** 2
        pairs = math.prod((size + 1) * (size + 2) // 2 for size in rest)
        operations += 4 * sizes[step] * runs * pairs * (symbols + 1) ** 2
        table = (sizes[step] + 1) * 2 * runs * (symbols + 1) * math.prod(s + 1 for s in rest)
        entries = max(entries, table)
    if operations > OPERATIONS or entries > ENTRIES:
        raise OutOfReachError(
            f"the exact recursion takes at most {OPERATIONS:.0e} operations and {ENTRIES:.0e} "
            f"entries, sizes {sizes[:8]} at {symbols} symbols need {operations:.0e} and "
            f"{entries:.0e}: simulate with generate, or use the Bernoulli law "
            "chain_sequence_error_rate"
        )
