"""A Markov chain seen between two revealed tokens: bridges, in numbers that cannot underflow.

Both ends of a sequence are states of their own, with index V. The left end is a state from which
the chain steps to its first token, the right end one that every token reaches with probability one,
so that the masked tokens at an end of the sequence are a bridge like any other.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from synthetic.arguments import short
from synthetic.languages import NGram
from synthetic.quantities import UNIT_ROUNDOFF, gamma
from synthetic.scaled import Scaled

LEAST_EXPONENT = -(2**30)  # of a zero
IGNORED_BITS = 2**14 - 200  # a term so much smaller than another adds nothing to it


@dataclass(frozen=True)
class MarkovChain:
    """Initial law (V,) and transition matrix (V, V), float64."""

    initial: Tensor
    transition: Tensor

    @property
    def symbols(self) -> int:
        """V, the number of symbols; also the index of the end states."""
        return len(self.initial)


def markov_chain(language: object) -> MarkovChain:
    """The chain behind an `NGram` of order 2; any other language is a one-line error."""
    if not isinstance(language, NGram) or language.order != 2:
        given = f"language {short(language)}"
        if isinstance(language, NGram):
            given = f"a language of order {language.order}"
        raise ValueError(
            f"this law is exact for an NGram of order 2, got {given}: output_law is exact for "
            "any language at small lengths, generate simulates at all"
        )
    return MarkovChain(language.initial, language.transition)


class Powers(NamedTuple):
    """P_d(u, v) for d = 0..D, numbers of any size (D + 1, V + 1, V + 1).

    P_d(u, v) is the probability of reaching v in d steps from u: T^d(u, v) between symbols. Row V
    is the left end, P_d(V, v) = (initial T^(d-1))(v); column V is the right end, with P_d(u, V) = 1
    for d >= 1. An entry is zero exactly where the boolean power is, and right to
    `relative_error`.
    """

    numbers: Scaled
    relative_error: float

    def possible(self, distance: Tensor | int | slice) -> Tensor:
        """Where P_d(u, v) > 0, at one distance or several."""
        return self.numbers.mantissa[distance] > 0

    def reveal_law(self, near: Tensor, whole: Tensor) -> Tensor:
        """m_j(x | u, v) of the token x at distance j = `near` from u, d = `whole` the distance
        of u and v: P_j(u, x) P_(d-j)(x, v) / P_d(u, v), shape (*, V + 1, V + 1, V), axes u, v, x.

        Zero where v cannot be reached from u. Probabilities below 1e-308 round to zero.
        """
        before, after = self.numbers.at(near), self.numbers.at(whole - near)
        reached = self.numbers.at(whole, ..., None)
        mantissa = (
            before.mantissa[..., :, None, :-1]
            * after.mantissa[..., :-1, :].transpose(-1, -2).unsqueeze(-3)
            / torch.where(reached.mantissa > 0, reached.mantissa, 1.0)
        )
        exponent = (
            before.exponent[..., :, None, :-1]
            + after.exponent[..., :-1, :].transpose(-1, -2).unsqueeze(-3)
            - reached.exponent
        )
        law = torch.ldexp(mantissa, exponent.where(mantissa > 0, 0))
        return torch.where(reached.mantissa > 0, law, 0.0)


def powers(chain: MarkovChain, most: int) -> Powers:
    """P_0..P_D for D = `most`, on the chain's device.

    The recursion runs in numpy's long double (64 bits of mantissa where the machine has them) with
    exponents of its own, and is rounded to float64 once.
    """
    symbols = chain.symbols
    ends = np.ones((symbols + 1, symbols + 1), dtype=np.longdouble)
    ends[:-1, :-1] = chain.transition.cpu().numpy()
    ends[-1, :-1] = chain.initial.cpu().numpy()
    step_mantissa, step_exponent = np.frexp(ends[:, :-1, np.newaxis])
    pairs = [np.frexp(np.eye(symbols + 1, dtype=np.longdouble)), np.frexp(ends)]
    for _ in range(2, most + 1):
        mantissa, exponent = pairs[-1]
        terms = step_mantissa * mantissa[np.newaxis, :-1]
        places = np.where(terms > 0, step_exponent + exponent[np.newaxis, :-1], LEAST_EXPONENT)
        largest = places.max(axis=1)
        shifts = np.maximum(places - largest[:, np.newaxis], -IGNORED_BITS)
        mantissa, exponent = np.frexp(np.ldexp(terms, shifts).sum(axis=1))
        pairs.append((mantissa, np.where(mantissa > 0, exponent + largest, 0)))
    mantissas = np.stack([mantissa for mantissa, _ in pairs[: most + 1]]).astype(np.float64)
    exponents = np.stack([exponent for _, exponent in pairs[: most + 1]])
    long_unit = float(np.finfo(np.longdouble).eps) / 2
    device = chain.initial.device
    numbers = Scaled.of(
        torch.as_tensor(mantissas, device=device), torch.as_tensor(exponents, device=device)
    )
    return Powers(numbers, UNIT_ROUNDOFF + gamma((symbols + 2) * most, long_unit))
