"""Divergences between laws that are listed in full, in nats.

A law (K,) holds the probabilities of K outcomes, in row-major order of the tokens where they are
sequences. It sums to one within 1e-9, else it is a one-line error, as are a negative entry and two
laws of different sizes.
"""

import math

import torch
from torch import Tensor

from synthetic.arguments import check_law, checked
from synthetic.languages.language import Language
from synthetic.languages.sequences import enumerate_sequences

SUM_TOLERANCE = 1e-9


@checked
def enumerated_law(language: Language, length: int) -> Tensor:
    """Probabilities (V^L,) of all sequences of the language, in row-major order of the tokens."""
    sequences = enumerate_sequences(language.vocab_size, length, language.device)
    return language.log_prob(sequences).exp()


def check_probabilities(name: str, law: Tensor) -> Tensor:
    """A law (K,) as given, or a one-line error."""
    check_law(name, law)
    if not bool((law >= 0).all()):
        raise ValueError(f"{name} holds probabilities >= 0, got {float(law.min())}")
    total = float(law.double().sum())
    if abs(total - 1) > SUM_TOLERANCE:
        raise ValueError(f"{name} sums to 1 (to 1e-9), got {total:.12g}")
    return law


@checked
def cross_entropy(law: Tensor, model: Tensor) -> float:
    """E_{x~law}[-log model(x)] in nats; infinite where the model misses some of the law."""
    check_pair(law=law, model=model)
    return float(torch.where(law > 0, -law.double() * model.double().log(), 0.0).sum())


@checked
def kl_divergence(law: Tensor, model: Tensor) -> float:
    """KL(law || model) in nats of two laws (K,); infinite where the model misses some of the law.

    The sum is returned as it is. Rounding, and sums that are one only within 1e-9, can leave it as
    much below zero where the laws are as good as equal; it is not cut off there, since a cut would
    hide an error of that size and bias averages.
    """
    check_pair(law=law, model=model)
    terms = law.double() * (law.double().log() - model.double().log())
    return float(torch.where(law > 0, terms, 0.0).sum())


@checked
def reverse_kl_divergence(law: Tensor, model: Tensor) -> float:
    """KL(model || law) in nats; infinite as soon as the model makes an impossible sequence."""
    check_pair(law=law, model=model)
    return kl_divergence(model, law)


@checked
def total_variation(law: Tensor, model: Tensor) -> float:
    """Total variation distance of two laws (K,): half the sum of absolute differences, in 0..1."""
    check_pair(law=law, model=model)
    return float((law.double() - model.double()).abs().sum() / 2)


def check_pair(**laws: Tensor) -> None:
    """A one-line error unless these are two laws (K,) of one size."""
    one, other = (check_probabilities(name, law) for name, law in laws.items())
    if one.shape != other.shape:
        names = " and ".join(laws)
        raise ValueError(f"{names} have one shape, got {len(one)} and {len(other)} entries")


@checked
def sequence_error_rate_of_law(law: Tensor, language_law: Tensor) -> float:
    """Exact sequence error rate of an enumerated law: its mass where the language has none."""
    check_pair(law=law, language_law=language_law)
    return math.fsum(law[language_law == 0].tolist())
