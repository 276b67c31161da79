"""Exact targets: the divergence is the loss above its least, by enumeration; it is learned from."""

import math
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import NoisyOracle, Oracle, as_denoiser, as_noisy_denoiser, leave_one_out
from synthetic.languages import Language, catalogue, enumerate_sequences
from synthetic.models import TransformerConfig
from synthetic.noise import Absorbing, Hybrid, Noise, Uniform
from synthetic.training import (
    AnyOrder,
    DenoisingCrossEntropy,
    ExactTargets,
    FewMasksFirst,
    InverseTime,
    LittleNoiseFirst,
    TrainingConfig,
    UniformBound,
    Unweighted,
    conditional_divergence,
    train,
)
from synthetic.training.objective import masked_divergence, masked_loss

TINY = catalogue.load("ngram:order=2,vocab=3,branching=2,seed=0")
LOSSES: tuple[Any, ...] = (
    AnyOrder(),
    AnyOrder(masked_count=2),
    InverseTime(0.05),
    Unweighted(),
    FewMasksFirst(0.5),
    DenoisingCrossEntropy(Uniform(3)),
    DenoisingCrossEntropy(Hybrid(3, 0.3)),
    LittleNoiseFirst(DenoisingCrossEntropy(Uniform(3)), 0.2),
)


def rng(seed: int = 0) -> torch.Generator:
    """A generator for one test."""
    return torch.Generator(device="cpu").manual_seed(seed)


def guess(seed: int) -> Any:
    """A denoiser that has learned little: laws that depend on nothing but the position."""
    law = torch.randn((4, 3), dtype=torch.float64, generator=rng(seed)).log_softmax(dim=-1)
    return as_denoiser(lambda tokens: law.expand(len(tokens), 4, 3), 3)


@settings(max_examples=60)
@given(st.integers(0, 10**6), st.lists(st.booleans(), min_size=4, max_size=4))
def test_the_divergence_is_the_loss_above_its_least(seed: int, places: list[bool]) -> None:
    """Over all words with the same positions masked, exactly."""
    words = enumerate_sequences(3, 4)
    words = words[TINY.log_prob(words) > -torch.inf]
    masked = torch.tensor(places).expand(words.shape)
    weights = torch.rand(1, dtype=torch.float64, generator=rng(seed)).expand(len(words))
    learned, chances = guess(seed), TINY.log_prob(words).exp()
    above = masked_loss(learned, words, masked, weights) - masked_loss(
        Oracle(TINY), words, masked, weights
    )
    divergence = masked_divergence(learned, words, masked, weights, TINY)
    assert float(chances @ divergence) == pytest.approx(float(chances @ above), abs=1e-12)
    assert bool((divergence >= 0).all())
    # The broken twin: that of one word differs from what its own tokens say.
    if any(places):
        assert float((divergence - above).abs().max()) > 1e-3


@pytest.mark.parametrize("noise", [Uniform(3), Hybrid(3, 0.3), Absorbing(3)], ids=str)
@pytest.mark.parametrize("others", [False, True])
def test_the_same_of_noisy_tokens(noise: Noise, others: bool) -> None:
    """A paired mean of 20,000 within 5 standard errors: a false alarm in 2e6 (fixed seed)."""
    words = TINY.sample(20_000, 4, rng(1))
    objective = DenoisingCrossEntropy(noise, leave_one_out=others)
    exact = NoisyOracle(TINY, noise)

    def rough(tokens: Tensor, eta: float | Tensor) -> Tensor:
        law = exact(tokens, eta)
        law = (law.exp() + 0.2).log().log_softmax(dim=-1)
        return leave_one_out(law, tokens, eta, noise) if others else law

    learned = as_noisy_denoiser(rough, 3)
    least = DenoisingCrossEntropy(noise).loss(exact, words, rng(2))
    above = objective.loss(learned, words, rng(2)) - least
    divergence = objective.divergence(learned, words, rng(2), TINY)
    difference = above - divergence
    error = float(difference.std()) / math.sqrt(len(words))
    assert abs(float(difference.mean())) < 5 * error
    assert float(divergence.mean()) > 10 * error
    assert float(divergence.std()) < float(above.std())


@pytest.mark.parametrize("objective", LOSSES, ids=str)
def test_zero_at_the_truth_and_positive_elsewhere(objective: Any) -> None:
    words = TINY.sample(50, 4, rng())
    taught = ExactTargets(TINY, objective)
    noise = taught.noise
    truth: Any = Oracle(TINY) if noise is None else NoisyOracle(TINY, noise)
    flat = torch.zeros((50, 4, 3), dtype=torch.float64)
    other: Any = (
        as_denoiser(lambda tokens: flat.log_softmax(-1), 3)
        if noise is None
        else as_noisy_denoiser(lambda tokens, eta: flat.log_softmax(-1), 3)
    )
    assert taught.loss(truth, words, rng()).abs().max() < 1e-12
    assert taught.loss(other, words, rng()).mean() > 0.01
    assert taught.at(0.0).loss(truth, words, rng()).abs().max() < 1e-12


def test_a_curriculum_goes_on_inside() -> None:
    few = ExactTargets(TINY, FewMasksFirst(0.25))
    assert few.at(0.0).objective == AnyOrder(largest_share=0.25)
    assert few.at(0.9).objective == AnyOrder()
    assert ExactTargets(TINY, AnyOrder()).at(0.3).objective == AnyOrder()


def run(objective: Any, language: Language, **named: Any) -> Any:
    """A short training of a small model on sixteen tokens of a language."""
    model = TransformerConfig(
        vocab_size=language.vocab_size,
        max_length=16,
        width=32,
        depth=2,
        heads=2,
        causal=False,
        rotary=True,
        noise_level=getattr(objective, "noise", None) is not None,
    )
    config = TrainingConfig(**{"steps": 200, "batch_size": 32, "learning_rate": 1e-2} | named)
    return train(language, length=16, model=model, objective=objective, config=config)


def test_it_learns_more_from_as_many_words() -> None:
    language = catalogue.load("ngram2-v8")
    exact, drawn = (
        conditional_divergence(
            run(objective, language, steps=400, batch_size=8).model, language, length=16
        ).value
        for objective in (ExactTargets(language, AnyOrder()), AnyOrder())
    )
    # .081 and .219 nats were seen
    assert exact < 0.6 * drawn


def test_noisy_tokens_are_learned_from_too() -> None:
    language = catalogue.load("ngram2-v8")
    whole = DenoisingCrossEntropy(Uniform(8), leave_one_out=True)
    short = run(ExactTargets(language, LittleNoiseFirst(whole, 0.2)), language, steps=3)
    longer = run(ExactTargets(language, LittleNoiseFirst(whole, 0.2)), language)
    assert longer.loss < 0.5 * short.loss


def test_what_it_is_given() -> None:
    other = catalogue.load("ngram2-v8")
    with pytest.raises(ValueError, match=r"^exact targets are of the language that is trained on"):
        run(ExactTargets(other, AnyOrder()), catalogue.load("ngram2-full-v8"), steps=1)
    with pytest.raises(TypeError, match=r"^objective is .* got a UniformBound$"):
        ExactTargets(TINY, UniformBound(Uniform(3)))  # type: ignore[arg-type]
