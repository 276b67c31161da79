"""A Markov chain seen between two revealed tokens: bridges, in numbers that cannot underflow.

Both ends of a sequence are states of their own, with index V. The left end is a state from which
the chain steps to its first token, the right end one that every token reaches with probability one,
so that the masked tokens at an end of the sequence are a bridge like any other.
"""

from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import Tensor

from synthetic.languages import NGram


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
        given = f"order {language.order}" if isinstance(language, NGram) else repr(language)
        raise ValueError(
            f"this law is exact for an NGram of order 2, got {given}: "
            "use output_law at small lengths, or simulate with generate"
        )
    return MarkovChain(language.initial, language.transition)


class Powers(NamedTuple):
    """P_d(u, v) for d = 0..D as mantissa * 2^exponent, both (D + 1, V + 1, V + 1).

    P_d(u, v) is the probability of reaching v in d steps from u: T^d(u, v) between symbols. Row V
    is the left end, P_d(V, v) = (initial T^(d-1))(v); column V is the right end, with P_d(u, V) = 1
    for d >= 1. An entry is zero exactly where the boolean power is.
    """

    mantissa: Tensor
    exponent: Tensor

    def values(self) -> Tensor:
        """The probabilities as ordinary numbers, where the least ones may round to zero."""
        return torch.ldexp(self.mantissa, self.exponent)

    def reveal_law(self, near: Tensor, whole: Tensor) -> Tensor:
        """m_j(x | u, v) of the token x at distance j = `near` from u, d = `whole` the distance
        of u and v: P_j(u, x) P_(d-j)(x, v) / P_d(u, v), shape (*, V + 1, V + 1, V), axes u, v, x.

        Zero where v cannot be reached from u. Probabilities below 1e-308 round to zero.
        """
        far = whole - near
        whole_mantissa = self.mantissa[whole].unsqueeze(-1)
        mantissa = (
            self.mantissa[near][..., :, None, :-1]
            * self.mantissa[far][..., :-1, :].transpose(-1, -2).unsqueeze(-3)
            / torch.where(whole_mantissa > 0, whole_mantissa, 1.0)
        )
        exponent = (
            self.exponent[near][..., :, None, :-1]
            + self.exponent[far][..., :-1, :].transpose(-1, -2).unsqueeze(-3)
            - self.exponent[whole].unsqueeze(-1)
        )
        law = torch.ldexp(mantissa, exponent.where(mantissa > 0, 0))
        return torch.where(whole_mantissa > 0, law, 0.0)


def powers(chain: MarkovChain, most: int) -> Powers:
    """P_0..P_D for D = `most`, each entry to a relative error of gamma_((V + 2) D)."""
    symbols = chain.symbols
    step = torch.zeros((symbols + 1, symbols), dtype=torch.float64, device=chain.initial.device)
    step[:-1] = chain.transition
    step[-1] = chain.initial
    step_mantissa, step_exponent = torch.frexp(step)
    ends = torch.zeros((symbols + 1, symbols + 1), dtype=torch.float64, device=step.device)
    ends[:, :-1] = step
    ends[:, -1] = 1.0
    stay = torch.eye(symbols + 1, dtype=torch.float64, device=step.device)
    mantissas, exponents = map(list, zip(torch.frexp(stay), torch.frexp(ends), strict=True))
    for _ in range(2, most + 1):
        terms = step_mantissa[:, :, None] * mantissas[-1][None, :-1]
        places = step_exponent[:, :, None] + exponents[-1][None, :-1]
        places = places.where(terms > 0, torch.iinfo(places.dtype).min // 2)
        largest = places.amax(1, keepdim=True)
        total = torch.ldexp(terms, (places - largest).clamp(min=-2000)).sum(1)
        mantissa, exponent = torch.frexp(total)
        mantissas.append(mantissa)
        exponents.append((exponent + largest.squeeze(1)).where(mantissa > 0, 0))
    return Powers(torch.stack(mantissas[: most + 1]), torch.stack(exponents[: most + 1]))
