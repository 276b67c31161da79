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

import torch
from torch import Tensor

from synthetic.languages.numpy_on_cpu import Recursion, log_, multiply, true_places

FLOOR = 2.0**-150
DRIFT_BITS = 250
WEIGHT_BITS = 160  # the least transition times the least emission, in bits
LONGEST_PERIOD = 16
BLOCK = 2**18  # numbers handled at once after the recursion: they stay in the cache

_kept = threading.local()


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
        bits = -math.log2(_least_positive(transition)) - math.log2(_least_positive(emission))
        ends = min(_least_positive(initial), _least_positive(final))
        self.usable = bits <= WEIGHT_BITS and ends >= FLOOR
        longest = LONGEST_PERIOD if bits <= 0 else 1 + int(DRIFT_BITS / bits)
        self.period = max(1, min(LONGEST_PERIOD, longest))

    def numbers(self, length: int, directions: int) -> int:
        """Float64 numbers of working memory that one row needs, beside `shared` for all of them."""
        states, symbols = self.emission.shape
        kept = length + 2 * self.period + 2 * (length // self.period + 1)
        laws = length * symbols * (directions - 1)
        return (kept * states + length) * directions + 3 * length + laws + 5 * max(states, symbols)

    @property
    def shared(self) -> int:
        """Float64 numbers of working memory, whatever the number of rows."""
        return 5 * BLOCK + self.emission.shape[1] ** 2

    def log_weight(self, rows: Tensor) -> tuple[Tensor, Tensor]:
        """Log-weights in nats (B,) of rows (B, L), and the rows (B,) they cannot be trusted on."""
        messages, last, exponent = self._messages(rows.T.contiguous(), directions=1)
        weight = self.final @ last[0]
        return weight.log_() + exponent.double() * math.log(2), self._untrusted(messages)

    def log_posterior(self, rows: Tensor, result: Tensor) -> Tensor:
        """Writes log-posteriors (B, L, V) in nats of rows (B, L) to `result`, all of it.

        Those of a rejected row are uniform. Returns the rows (B,) they cannot be trusted on.
        """
        batch, length = rows.shape
        states, symbols = self.emission.shape
        # the law of a position is a row of `laws`: at first that of its symbol, a point mass
        law = rows.T.clone(memory_format=torch.contiguous_format)
        messages, _, _ = self._messages(law, directions=2)
        ahead, back = messages.unbind(1)
        hidden = law == symbols
        laws = self.emission.new_empty((symbols + int(hidden.sum()), symbols))
        laws[:symbols].fill_(-math.inf).fill_diagonal_(0.0)
        found = symbols
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
            new = laws[found : found + len(column)]
            multiply(vectors.div_(total).T, self.emission, out=new)  # not a number where rejected
            if not bool(total.all()):
                new[total == 0] = 1 / symbols
            log_(new)
            number = torch.arange(found, found + len(column), device=rows.device)
            law[first:last].view(-1).index_copy_(0, column, number)
            found += len(column)
        torch.index_select(laws, 0, law.T.flatten(), out=result.view(-1, symbols))
        return self._untrusted(messages)

    def _messages(self, tokens: Tensor, directions: int) -> tuple[Tensor, Tensor, Tensor]:
        """Messages (L, D, S, B), last products (D, S, B) and exponents of two (B,) of direction 0.

        Tokens are (L, B). Direction 0 is the forward pass, direction 1 the same recursion of the
        reversed automaton: message [i, 0] is the weight of x_1..x_(i-1) and each s_i, message
        [i, 1] that of x_(L-i+1)..x_L given each s_(L-i), counting positions from zero at the back.
        """
        length, batch = tokens.shape
        states, columns = self._observed.shape
        symbols = torch.stack([tokens, tokens.flip(0)][:directions], dim=1).unsqueeze(2)
        symbols = symbols.expand(-1, -1, states, -1)
        observed = self._observed.expand(self.period, directions, states, columns)
        messages = _scratch((length, directions, states, batch), tokens.device)
        messages[0] = self._starts[:directions]
        product = messages[0].clone()
        exponent = tokens.new_zeros(batch)
        recursion = self._recursions[directions]
        for first in range(0, length, self.period):
            block = symbols[first : first + self.period]
            weights = observed[: len(block)].gather(3, block)
            if first:
                exponent += _rescale(product)
                recursion(product, weights, out=messages[first : first + self.period])
            else:
                product *= weights[0]
                recursion(product, weights[1:], out=messages[1 : self.period])
        return messages, product, exponent

    def _untrusted(self, messages: Tensor) -> Tensor:
        """Rows (B,) whose rescaled messages hold a positive number below FLOOR."""
        if self._forgets:
            return torch.zeros(messages.shape[-1], dtype=torch.bool, device=messages.device)
        rescaled = messages[:: self.period]
        return rescaled.masked_fill(rescaled == 0, 1.0).amin(dim=(0, 1, 2)) < FLOOR


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
