"""The forward-backward in ordinary float64 numbers: fast, and right where it says so.

Messages are multiplied by a power of two at every `period`-th position so that they sum to about
one; that rounds nothing. The pass is trusted on the rows whose messages at those positions are all
zero or at least FLOOR. In between, positive numbers shrink by 2^-DRIFT_BITS at most, since `period`
follows from the least positive weights. All messages are then zero or at least 2^-400, a product of
two of them with a table entry is at least 2^-960, and no positive number rounds to zero or loses
digits: the zeros are exactly those of the boolean semiring. Nothing is clipped.
"""

import math
import threading
from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.languages.numpy_on_cpu import (
    Recursion,
    log_,
    multiply,
    multiply_stacks,
    true_places,
)

FLOOR = 2.0**-150
DRIFT_BITS = 250
WEIGHT_BITS = 160  # the least transition times the least emission and weight, in bits
LONGEST_PERIOD = 16
BLOCK = 2**18  # numbers handled at once after the recursion: they stay in the cache
SMALL_BLOCK = 2**15

_kept = threading.local()


class Observed(NamedTuple):
    """What is known of each position: a block of it is copied to (n, D, S, B) weights of states."""

    block: Callable[[int, int], Tensor]
    """Weights (n, D, S, B) of the states at messages first..first+n-1, in both directions."""
    period: int


class WeightedEvidence(NamedTuple):
    """Weights of symbols (B, L, V), times a power of two at each position, and of states."""

    symbols: Tensor
    states: Tensor
    """(L, S, B)."""
    exponent: Tensor
    """(B,): the powers of two that the weights were divided by, in all."""
    untrusted: Tensor
    """(B,): rows whose weights differ by more than the pass can take."""
    period: int


class ScaledPass:
    """The scaled forward-backward of initial (S,), transition (S, S), emission (S, V), final (S,).

    `observation` (V + 1, S) is the weight of a state given an observed symbol, or the mask in the
    last row. Vectors are columns, (S, B), so that every product reads along rows of memory.
    """

    def __init__(
        self,
        initial: Tensor,
        transition: Tensor,
        emission: Tensor,
        final: Tensor,
        observation: Tensor,
    ) -> None:
        self.final = final
        self.emission = emission
        self._starts = torch.stack([initial, final]).unsqueeze(-1)
        self._observed = observation.T.contiguous()
        self._recursions = {n: Recursion([transition.T, transition][:n]) for n in (1, 2)}
        # a chain that can go anywhere forgets in one step: no message is ever near FLOOR
        self._forgets = bool((transition >= 2 * FLOOR).all())
        least = _least_positive(transition), _least_positive(emission)
        self._bits = -sum(map(math.log2, least))
        ends = min(_least_positive(initial), _least_positive(final))
        self.usable = self._bits <= WEIGHT_BITS and ends >= FLOOR
        self.period = _period(self._bits)

    def numbers(self, length: int, directions: int) -> int:
        """Float64 numbers of working memory that one row needs, beside `shared` for all of them."""
        states, symbols = self.emission.shape
        kept = length + 2 * self.period + 2 * (length // self.period + 1)
        laws = length * symbols * (directions - 1)
        return (kept * states + length) * directions + 3 * length + laws + 5 * max(states, symbols)

    def numbers_given(self, length: int, directions: int) -> int:
        """The same with weights given."""
        states, symbols = self.emission.shape
        kept = (length + 2 * LONGEST_PERIOD) * directions + length * 2
        return kept * states + length * (4 * symbols + 8) + 5 * max(states, symbols)

    @property
    def shared(self) -> int:
        """Float64 numbers of working memory, whatever the number of rows."""
        return 5 * BLOCK + self.emission.shape[1] ** 2

    def log_weight(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Log-weights in nats (B,) of rows (B, L), and the rows (B,) they cannot be trusted on."""
        observed = self._observed_tokens(rows.T.contiguous(), directions=1)
        messages = _scratch((rows.shape[1], 1, len(self.final), len(rows)), rows.device)
        last, exponent = self._recur(messages, observed)
        weight = self.final @ last[0]
        return weight.log_() + exponent.double() * math.log(2), self._untrusted(
            messages, self.period
        )

    def log_weight_given(self, weights: Tensor) -> tuple[Tensor, Tensor]:
        """The same of weights (B, L, V) of the symbols."""
        weighted, messages = self._weighted(weights, directions=1)
        last, exponent = self._recur(messages, _observed_weights(weighted, directions=1))
        log_weight = (self.final @ last[0]).log_()
        log_weight += (exponent + weighted.exponent).double() * math.log(2)
        return log_weight, self._untrusted(messages, weighted.period) | weighted.untrusted

    def log_posterior(self, rows: Tensor, result: Tensor) -> Tensor:
        """Writes log-posteriors (B, L, V) in nats of rows (B, L) to `result`, all of it.

        Those of a rejected row are uniform. Returns the rows (B,) they cannot be trusted on.
        """
        batch, length = rows.shape
        states, symbols = self.emission.shape
        # the law of a position is a row of `laws`: at first that of its symbol, a point mass
        law = rows.T.clone(memory_format=torch.contiguous_format)
        messages = _scratch((length, 2, states, batch), rows.device)
        self._recur(messages, self._observed_tokens(law, directions=2))
        ahead, back = messages.unbind(1)
        hidden = law == symbols
        laws = self.emission.new_empty((symbols + int(hidden.sum()), symbols))
        laws[:symbols].fill_(-math.inf).fill_diagonal_(0.0)
        column_start = symbols
        block = max(1, BLOCK // (batch * max(states, symbols)))
        for first in range(0, length, block):
            last = min(first + block, length)
            # vectors as columns, (S, M): one gather finds the masked ones, row by row of memory
            both = laws.new_empty((states, last - first, batch))
            behind = back[length - last : length - first].flip(0)
            torch.mul(ahead[first:last].transpose(0, 1), behind.transpose(0, 1), out=both)
            column = true_places(hidden[first:last].flatten())
            vectors = both.view(states, -1).gather(1, column.expand(states, -1))
            del both, behind
            total = self._observed[:, -1] @ vectors
            new = laws[column_start : column_start + len(column)]
            multiply(vectors.div_(total).T, self.emission, out=new)  # not a number where rejected
            if not bool(total.all()):
                new[total == 0] = 1 / symbols
            log_(new)
            number = torch.arange(column_start, column_start + len(column), device=rows.device)
            law[first:last].view(-1).index_copy_(0, column, number)
            column_start += len(column)
        torch.index_select(laws, 0, law.T.flatten(), out=result.view(-1, symbols))
        return self._untrusted(messages, self.period)

    def log_posterior_given(self, weights: Tensor, result: Tensor) -> Tensor:
        """The same of weights (B, L, V) of the symbols; rejected rows are the weights themselves.

        No log-law is computed twice and none is copied: products read and write where things are.
        """
        batch, length, symbols = weights.shape
        weighted, messages = self._weighted(weights, directions=2)
        self._recur(messages, _observed_weights(weighted, directions=2))
        untrusted = self._untrusted(messages, weighted.period) | weighted.untrusted
        ahead, back = messages.unbind(1)
        block = max(1, SMALL_BLOCK // (batch * max(len(self.final), symbols)))
        for first in range(0, length, block):
            last = min(first + block, length)
            both = ahead[first:last].mul_(back[length - last : length - first].flip(0))
            total = (both * weighted.states[first:last]).sum(1)
            rejected = (total == 0) | untrusted
            both /= total.masked_fill_(rejected, 1.0).unsqueeze(1)
            some = result[:, first:last]
            multiply_stacks(both.transpose(1, 2), self.emission, out=some.transpose(0, 1))
            some *= weighted.symbols[:, first:last]
            if bool(rejected.any()):
                given = weighted.symbols[:, first:last][rejected.T]
                some[rejected.T] = given / given.sum(-1, keepdim=True)
        result.log_()
        return untrusted

    def _weighted(self, weights: Tensor, directions: int) -> tuple[WeightedEvidence, Tensor]:
        """Weights (B, L, V) of symbols and states, and memory (L, D, S, B) for the messages.

        A position's weights are brought to a largest one in [1/2, 1) where they need it, which
        rounds nothing.
        """
        batch, length, _ = weights.shape
        exponent = torch.zeros(batch, dtype=torch.int64, device=weights.device)
        untrusted = torch.zeros(batch, dtype=torch.bool, device=weights.device)
        low, high = (float(bound) for bound in torch.aminmax(weights))
        bits = self._bits - math.log2(low or _least_positive(weights))
        if high > 1 or bits > WEIGHT_BITS:
            top = torch.frexp(weights.amax(-1)).exponent
            bottom = torch.frexp(weights.masked_fill(weights == 0, math.inf).amin(-1)).exponent
            spread = (top - bottom + 1).amax(1)
            untrusted = spread > WEIGHT_BITS - self._bits
            bits = self._bits + int(spread.masked_fill(untrusted, 0).max())
            half = top // 2  # in two steps: no power of two is beyond the range of float64
            for part in (half, top - half):
                weights = weights * torch.exp2(-part.double()).unsqueeze(-1)
            weights[untrusted] = 1.0
            exponent = top.sum(1)
        memory = _scratch((length * (1 + directions), len(self.final), batch), weights.device)
        states, messages = memory[:length], memory[length:]
        multiply_stacks(self.emission, weights.permute(1, 2, 0), out=states)
        weighted = WeightedEvidence(weights, states, exponent, untrusted, _period(bits))
        return weighted, messages.view(length, directions, *states.shape[1:])

    def _observed_tokens(self, tokens: Tensor, directions: int) -> Observed:
        """Tokens (L, B), the mask among them."""
        states, columns = self._observed.shape
        symbols = torch.stack([tokens, tokens.flip(0)][:directions], dim=1).unsqueeze(2)
        symbols = symbols.expand(-1, -1, states, -1)
        table = self._observed.expand(self.period, directions, states, columns)

        def block(first: int, size: int) -> Tensor:
            some = symbols[first : first + size]
            return table[: len(some)].gather(3, some)

        return Observed(block, self.period)

    def _recur(self, messages: Tensor, observed: Observed) -> tuple[Tensor, Tensor]:
        """Writes messages (L, D, S, B); last products (D, S, B), exponents of two (B,) of D = 0.

        Direction 0 is the forward pass, direction 1 the same recursion of the reversed automaton:
        message [i, 0] is the weight of x_1..x_(i-1) and each s_i, message [i, 1] that of
        x_(L-i+1)..x_L given each s_(L-i), counting positions from zero at the back.
        """
        length, directions, _, batch = messages.shape
        period = observed.period
        messages[0] = self._starts[:directions]
        product = messages[0].clone()
        exponent = torch.zeros(batch, dtype=torch.int64, device=messages.device)
        recursion = self._recursions[directions]
        for first in range(0, length, period):
            weights = observed.block(first, period)
            if first:
                exponent += _rescale(product)
                recursion(product, weights, out=messages[first : first + period])
            else:
                product *= weights[0]
                recursion(product, weights[1:], out=messages[1:period])
        return product, exponent

    def _untrusted(self, messages: Tensor, period: int) -> Tensor:
        """Rows (B,) whose rescaled messages hold a positive number below FLOOR."""
        if self._forgets:
            return torch.zeros(messages.shape[-1], dtype=torch.bool, device=messages.device)
        rescaled = messages[::period]
        return rescaled.masked_fill(rescaled == 0, 1.0).amin(dim=(0, 1, 2)) < FLOOR


def _observed_weights(weighted: WeightedEvidence, directions: int) -> Observed:
    """Both directions of a block are copied side by side where they are needed, into the cache."""
    length = len(weighted.states)

    def block(first: int, size: int) -> Tensor:
        ahead = weighted.states[first : first + size]
        if directions == 1:
            return ahead.unsqueeze(1)
        back = weighted.states[max(0, length - first - size) : length - first].flip(0)
        return torch.stack([ahead, back], dim=1)

    return Observed(block, weighted.period)


def _period(bits: float) -> int:
    """Positions between two rescalings where the least weight of a step is 2^-bits."""
    longest = LONGEST_PERIOD if bits <= 0 else 1 + int(DRIFT_BITS / bits)
    return max(1, min(LONGEST_PERIOD, longest))


def _scratch(shape: tuple[int, ...], device: torch.device) -> Tensor:
    """Uninitialised float64 memory, on the CPU kept from call to call in each thread.

    The system takes longer to hand out fresh memory than the pass takes to fill it.
    """
    if device.type != "cpu":  # torch keeps memory itself, and calls may overlap
        return torch.empty(shape, dtype=torch.float64, device=device)
    size = math.prod(shape)
    held: Tensor | None = getattr(_kept, "memory", None)
    if held is None or held.numel() < size:
        with torch.inference_mode(False):  # else it could not be written to outside that mode
            held = _kept.memory = torch.empty(size, dtype=torch.float64, device=device)
    return held[:size].view(shape)


def _rescale(product: Tensor) -> Tensor:
    """Divides (D, S, B) by powers of two to sums in [1/2, 1), in place; exponents (B,) of D = 0."""
    total = product.sum(1, keepdim=True)
    total += total == 0
    mantissa, exponent = torch.frexp(total)
    product *= mantissa.div_(total)  # exactly a power of two
    return exponent[0, 0]


def _least_positive(table: Tensor) -> float:
    """The least positive entry, 1 where there is none."""
    return float(torch.where(table > 0, table, 1.0).min())
