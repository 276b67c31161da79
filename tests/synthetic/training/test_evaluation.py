"""Held-out loss and excess: exact models have none, and the estimators agree."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from synthetic.arguments import OutOfReachError
from synthetic.denoisers import AutoregressiveModel, Network, Oracle, Perturbed, as_denoiser
from synthetic.languages import CopyPairs, NGram, catalogue, enumerate_sequences
from synthetic.models import Transformer, TransformerConfig
from synthetic.training import conditional_divergence, evaluate

LENGTH = 4
LANGUAGE = NGram([0.5, 0.3, 0.2], [[0.7, 0.3, 0.0], [0.1, 0.2, 0.7], [0.5, 0.0, 0.5]])


def transformer(*, causal: bool) -> Transformer:
    config = TransformerConfig(
        vocab_size=3, max_length=LENGTH, width=16, depth=1, heads=2, causal=causal
    )
    return Transformer(config, seed=0, device="cpu")


def test_the_oracle_has_no_excess() -> None:
    """The loss is the entropy within 5 standard errors: a false alarm in 2e6 (fixed seed)."""
    loss, excess = evaluate(Oracle(LANGUAGE), LANGUAGE, length=LENGTH, sequences=4000)
    truth = LANGUAGE.entropy(LENGTH).value / LENGTH
    assert abs(loss.value - truth) < 5 * loss.standard_error
    assert abs(excess.value) < 5 * excess.standard_error
    divergence = conditional_divergence(Oracle(LANGUAGE), LANGUAGE, length=LENGTH)
    assert divergence.value == pytest.approx(0, abs=1e-12)


def test_a_known_learning_error_is_found() -> None:
    """The three estimators within 5 standard errors: a false alarm in 1e6 (fixed seed)."""
    denoiser = Perturbed(Oracle(CopyPairs(4)), 0.05)
    loss, excess = evaluate(denoiser, CopyPairs(4), length=LENGTH, sequences=20_000)
    assert abs(excess.value - 0.05) < 5 * excess.standard_error
    truth = CopyPairs(4).entropy(LENGTH).value / LENGTH
    assert abs(loss.value - truth - 0.05) < 5 * loss.standard_error
    divergence = conditional_divergence(denoiser, CopyPairs(4), length=LENGTH, sequences=500)
    assert divergence.value == pytest.approx(0.05, rel=1e-6)


def test_divergence_is_the_excess_of_a_network() -> None:
    """Two unbiased estimators within 5 standard errors: a false alarm in 2e6 (fixed seed)."""
    model = transformer(causal=False)
    excess = evaluate(model, LANGUAGE, length=LENGTH, sequences=20_000).excess
    divergence = conditional_divergence(model, LANGUAGE, length=LENGTH, sequences=20_000)
    error = math.hypot(excess.standard_error, divergence.standard_error)
    assert abs(excess.value - divergence.value) < 5 * error
    assert divergence.standard_error < excess.standard_error
    assert divergence.value > 10 * error


def test_with_all_tokens_masked_there_is_one_number() -> None:
    model = transformer(causal=False)
    hidden = torch.full((1, LENGTH), LANGUAGE.mask)
    with torch.no_grad():
        learned = Network(model)(hidden).double()
    true = LANGUAGE.posterior(hidden)
    expected = float((true.exp() * (true - learned)).sum(-1).mean())
    few = conditional_divergence(model, LANGUAGE, length=LENGTH, sequences=3, masked_count=LENGTH)
    assert few.low <= few.value <= few.high
    assert few.high - few.low < 1e-5 * few.value  # of float32
    assert few.value == pytest.approx(expected, rel=1e-5)
    some = conditional_divergence(model, LANGUAGE, length=LENGTH, sequences=3, masked_count=1)
    assert some.high - some.low > 0.01 * some.value


def test_autoregressive_excess_is_the_divergence_from_the_language() -> None:
    """Against enumeration, within 5 standard errors: a false alarm in 1e6 (fixed seed)."""
    model = AutoregressiveModel(transformer(causal=True))
    words = enumerate_sequences(3, LENGTH, "cpu")
    words = words[LANGUAGE.contains(words)]
    true, learned = LANGUAGE.log_prob(words), model.log_prob(words)
    exact = float(true.exp() @ (true - learned)) / LENGTH
    loss, excess = evaluate(model, LANGUAGE, length=LENGTH, sequences=20_000)
    assert abs(excess.value - exact) < 5 * excess.standard_error
    cross = -float(true.exp() @ learned) / LENGTH
    assert abs(loss.value - cross) < 5 * loss.standard_error
    assert exact > 10 * excess.standard_error


def test_transformers_are_wrapped() -> None:
    for causal, wrap in ((False, Network), (True, AutoregressiveModel)):
        model = transformer(causal=causal)
        plain = evaluate(model, LANGUAGE, length=LENGTH, sequences=10)
        assert plain == evaluate(wrap(model), LANGUAGE, length=LENGTH, sequences=10)


def test_rows_of_a_function_are_laws_or_refused() -> None:
    """Half-precision rows are normalised; probabilities in place of logarithms are no laws."""
    oracle = Oracle(LANGUAGE)
    short = as_denoiser(lambda tokens: oracle(tokens).half(), 3)
    near = evaluate(short, LANGUAGE, length=LENGTH, sequences=200)
    exact = evaluate(oracle, LANGUAGE, length=LENGTH, sequences=200)
    assert near.loss.value == pytest.approx(exact.loss.value, abs=1e-3)
    assert conditional_divergence(short, LANGUAGE, length=LENGTH, sequences=99).value >= 0
    wrong = as_denoiser(lambda tokens: oracle(tokens).exp(), 3)
    measures: tuple[Any, ...] = (evaluate, conditional_divergence)
    for measure in measures:
        with pytest.raises(ValueError, match=r"^a denoiser returns log-probabilities, which are"):
            measure(wrong, LANGUAGE, length=LENGTH, sequences=10)
        with pytest.raises(TypeError, match="such as a Transformer or a denoiser"):
            measure(wrong.function, LANGUAGE, length=LENGTH, sequences=10)


def test_same_seed_same_sequences() -> None:
    first = evaluate(Oracle(LANGUAGE), LANGUAGE, length=LENGTH, sequences=100)
    assert first == evaluate(Oracle(LANGUAGE), LANGUAGE, length=LENGTH, sequences=100)
    assert first != evaluate(Oracle(LANGUAGE), LANGUAGE, length=LENGTH, sequences=100, seed=1)
    assert first.loss.samples == 100


def test_a_causal_model_has_no_conditional_divergence() -> None:
    with pytest.raises(TypeError, match=r"got a causal model: use evaluate$"):
        conditional_divergence(transformer(causal=True), LANGUAGE, length=LENGTH)


def test_default_device_is_never_used(tmp_path: Path) -> None:
    try:
        torch.set_default_device("meta")
        values: list[Tensor | float] = [
            evaluate(transformer(causal=True), LANGUAGE, length=LENGTH, sequences=5).loss.value,
            evaluate(transformer(causal=False), LANGUAGE, length=LENGTH, sequences=5).loss.value,
            conditional_divergence(
                transformer(causal=False), LANGUAGE, length=LENGTH, sequences=5
            ).value,
        ]
    finally:
        torch.set_default_device(None)
    assert all(math.isfinite(value) for value in values)


def test_a_model_of_other_symbols_than_the_language_is_refused() -> None:
    language, other = catalogue.load("ngram2-v8"), NGram([0.5, 0.5], [[0.5, 0.5], [1, 0]])
    for model, on in ((Oracle(language), other), (Oracle(other), language)):
        for measure in (evaluate, conditional_divergence):
            with pytest.raises(ValueError, match="a model is measured on a language with its own"):
                measure(model, on, length=4, sequences=8)


def test_more_sequences_than_would_end_are_refused() -> None:
    for measure in (evaluate, conditional_divergence):
        with pytest.raises(OutOfReachError, match=r"^a mean over 1000000000 held-out sequences"):
            measure(Oracle(LANGUAGE), LANGUAGE, length=LENGTH, sequences=10**9)
