"""Masked language models with the interface of Hugging Face transformers as denoisers."""

import math
import re
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from synthetic.denoisers import HuggingFaceDenoiser, Oracle, as_denoiser
from synthetic.denoisers.denoiser import check_denoiser, check_log_probs
from synthetic.languages import CopyPairs, Language, NGram
from synthetic.sampling import Bernoulli, generate, linear
from synthetic.training import AnyOrder
from tests.generators import SEEDS, Partial, partials
from theory.laws import output_law

V, MASK = 3, 7
PAIRS = CopyPairs(V, device="cpu")


class Knowing(nn.Module):
    """A model that knows a language exactly and has tokens of its own around the V symbols.

    Its own tokens get large logits, so that whoever counts them sees it; its mask is `mask`.
    """

    def __init__(self, language: Language, mask: int, *, scale: float = 0.0) -> None:
        super().__init__()
        self.language, self.mask = language, mask
        self.config = SimpleNamespace(vocab_size=mask + 2, pad_token_id=mask + 1)
        self.shift = nn.Parameter(torch.tensor(scale, dtype=torch.float64, device="cpu"))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
        assert bool((attention_mask == 1).all())
        size = self.language.vocab_size
        assert bool(((input_ids < size) | (input_ids == self.mask)).all())
        law = self.language.posterior(input_ids.clamp(max=size))
        others = law.new_full((*input_ids.shape, self.mask + 2 - size), 5.0)
        return SimpleNamespace(logits=torch.cat([law, others], dim=-1) + self.shift)


class MaskForgotten(HuggingFaceDenoiser):
    """The broken twin: the mask is passed on as token V."""

    def logits(self, tokens: Tensor) -> Tensor:
        output = self.model(input_ids=tokens, attention_mask=torch.ones_like(tokens))
        return output.logits[..., : self.vocab_size]


class OthersCounted(HuggingFaceDenoiser):
    """The broken twin: normalised over all tokens of the model, its own ones included."""

    def __call__(self, tokens: Tensor) -> Tensor:
        inputs = tokens.masked_fill(tokens == self.vocab_size, self.mask_token_id)
        logits = self.model(input_ids=inputs, attention_mask=torch.ones_like(inputs)).logits
        return torch.log_softmax(logits.detach(), dim=-1)[..., : self.vocab_size]


def wrapped(
    model: nn.Module | None = None, vocab_size: int = V, mask: int = MASK
) -> HuggingFaceDenoiser:
    model = Knowing(PAIRS, mask) if model is None else model
    return HuggingFaceDenoiser(model, vocab_size=vocab_size, mask_token_id=mask)


def tokens_of(*row: int) -> Tensor:
    return torch.tensor([row], dtype=torch.int64, device="cpu")


@settings(max_examples=30, deadline=None)
@given(partial=partials(), extra=st.integers(0, 5), scale=st.floats(-30, 30))
def test_a_model_that_knows_the_language_is_its_oracle(
    partial: Partial, extra: int, scale: float
) -> None:
    language, tokens = partial.language, partial.tokens
    size = language.vocab_size
    model = Knowing(language, size + extra, scale=scale)
    denoiser = wrapped(model, size, size + extra)
    computed = check_log_probs(check_denoiser(denoiser)(tokens), tokens, size)
    assert computed.dtype == torch.float64
    masked = tokens == size
    expected = Oracle(language)(tokens)[masked]
    torch.testing.assert_close(computed[masked], expected, rtol=1e-12, atol=1e-12)


def test_the_law_that_is_sampled_is_that_of_the_oracle() -> None:
    language = NGram.random(2, V, 2, 1.0, seed=1, device="cpu")
    strategy = Bernoulli(linear(2))
    exact = output_law(Oracle(language), strategy, length=4)
    law = output_law(wrapped(Knowing(language, MASK)), strategy, length=4)
    torch.testing.assert_close(law, exact, rtol=1e-12, atol=1e-15)


def test_a_forgotten_mask_and_counted_other_tokens_are_noticed() -> None:
    tokens = tokens_of(1, V, V, 0)
    twin = MaskForgotten(Knowing(PAIRS, MASK), vocab_size=V, mask_token_id=MASK)
    with pytest.raises(AssertionError):
        twin(tokens)
    other = OthersCounted(Knowing(PAIRS, MASK), vocab_size=V, mask_token_id=MASK)
    with pytest.raises(ValueError, match=r"^a denoiser returns normalised log-probabilities"):
        check_log_probs(other(tokens), tokens, V)


def test_results_may_be_changed_and_logits_carry_gradients() -> None:
    denoiser = wrapped()
    log_probs = denoiser(tokens_of(V, 0))
    assert not log_probs.requires_grad
    assert not log_probs.is_inference()
    log_probs.fill_(0.0)
    assert denoiser.logits(tokens_of(V, 0)).requires_grad
    assert not wrapped(Knowing(PAIRS, MASK).train()).model.training


def test_a_model_without_config_and_weights_lives_on_the_processor() -> None:
    class Uniform(nn.Module):
        def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
            return SimpleNamespace(logits=torch.zeros(*input_ids.shape, V, device="cpu"))

    denoiser = wrapped(Uniform())
    assert denoiser.device == torch.device("cpu")
    assert denoiser.max_length is None
    assert float(denoiser(tokens_of(V))[0, 0, 0]) == pytest.approx(-math.log(V))


def configured(**fields: Any) -> Knowing:
    model = Knowing(PAIRS, MASK)
    vars(model.config).update(fields)
    return model


@pytest.mark.parametrize(
    ("model", "vocab_size", "mask", "message"),
    [
        (configured(), 0, MASK, "vocab_size is an integer >= 1, got 0"),
        (configured(), V, -1, "mask_token_id is an integer >= 0, got -1"),
        (
            configured(),
            V,
            2,
            "mask_token_id is the token of no symbol, got 2, the token of symbol 2",
        ),
        (configured(), V, 9, "the model has the tokens 0..8, got mask_token_id 9"),
        (
            configured(pad_token_id=0),
            V,
            MASK,
            "symbol 0 is token 0, the padding of the model: build it with another pad_token_id in "
            "its config, or give symbols=[...] without that token",
        ),
    ],
    ids=["vocabulary", "negative mask", "mask a symbol", "mask unknown", "padding a symbol"],
)
def test_what_does_not_fit_the_model_is_refused(
    model: nn.Module, vocab_size: int, mask: int, message: str
) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        wrapped(model, vocab_size, mask)


@pytest.mark.parametrize("model", [Knowing, output_law], ids=["class", "function"])
def test_what_is_no_module_is_refused(model: Any) -> None:
    message = "model is a Module, got"
    with pytest.raises(TypeError, match=re.escape(message)):
        wrapped(model)


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (tokens_of(0, 4), "tokens lie in 0..2 or the mask 3, got 4"),
        (tokens_of(*[0] * 5), "the model takes at most 4 positions, got 5"),
    ],
    ids=["token", "length"],
)
def test_wrong_tokens_are_refused(tokens: Tensor, message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        wrapped(configured(max_position_embeddings=4))(tokens)


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (
            SimpleNamespace(last_hidden_state=None),
            "the model returns logits, or a tuple, dict or object with them, got SimpleNamespace: "
            "use a class with a head, such as BertForMaskedLM",
        ),
        (
            SimpleNamespace(logits=torch.zeros(1, 3, 4, device="cpu")),
            "the model returns logits for (1, 2) tokens, got (1, 3, 4)",
        ),
        (
            SimpleNamespace(logits=torch.zeros(1, 2, 2, device="cpu")),
            "the model returns logits of 3 tokens or more, got 2",
        ),
        (
            SimpleNamespace(logits=torch.zeros(1, 2, 4, device="cpu", dtype=torch.int64)),
            "the model returns floating-point logits, got torch.int64",
        ),
    ],
    ids=["no logits", "shape", "symbols", "whole numbers"],
)
def test_what_a_model_returns_is_checked(output: SimpleNamespace, message: str) -> None:
    class Returning(nn.Module):
        def forward(self, input_ids: Tensor, attention_mask: Tensor) -> SimpleNamespace:
            return output

    with pytest.raises((TypeError, ValueError), match=f"^{re.escape(message)}$"):
        wrapped(Returning())(tokens_of(V, V))


def bert(**fields: Any) -> Any:
    """A tiny BERT built from a config; nothing is downloaded."""
    transformers = pytest.importorskip("transformers", reason="transformers is not installed")
    config = {
        "vocab_size": V + 1,
        "hidden_size": 16,
        "num_hidden_layers": 1,
        "num_attention_heads": 2,
        "intermediate_size": 32,
        "max_position_embeddings": 6,
        "hidden_dropout_prob": 0.0,
        "attention_probs_dropout_prob": 0.0,
        "pad_token_id": None,
    }
    torch.manual_seed(0)
    return transformers.BertForMaskedLM(transformers.BertConfig(**(config | fields)))


@settings(max_examples=20, deadline=None)
@given(length=st.integers(1, 6), seed=SEEDS)
def test_bert_is_a_denoiser(length: int, seed: int) -> None:
    model = bert()
    denoiser = wrapped(model, V, V)
    generator = torch.Generator(device="cpu").manual_seed(seed)
    tokens = torch.randint(V + 1, (4, length), generator=generator, device="cpu")
    computed = check_log_probs(denoiser(tokens), tokens, V)
    with torch.no_grad():
        logits = model(input_ids=tokens).logits[..., :V].double()
    torch.testing.assert_close(computed, torch.log_softmax(logits, -1), rtol=1e-5, atol=1e-6)
    generation = generate(
        denoiser, Bernoulli(linear(3)), length=length, count=5, generator=generator
    )
    assert int(generation.tokens.max()) < V


def test_bert_learns_through_its_logits() -> None:
    """On copy pairs of two tokens the loss falls below that of independent tokens."""
    model = bert()
    denoiser = wrapped(model, V, V)
    optimiser = torch.optim.AdamW(model.parameters(), lr=1e-2)
    generator = torch.Generator(device="cpu").manual_seed(0)
    losses = []
    for _ in range(60):
        words = PAIRS.sample(64, 2, generator)
        loss = AnyOrder().loss(as_denoiser(denoiser.logits, V), words, generator).mean()
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss.detach()))
    assert losses[0] > 0.9 * math.log(V)
    assert sum(losses[-10:]) / 10 < 0.8 * math.log(V)  # the entropy is log(V) / 2


def test_the_padding_token_of_a_default_bert_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^symbol 0 is token 0, the padding of the model: build"):
        wrapped(bert(pad_token_id=0), V, V)


def test_a_bert_without_head_is_refused() -> None:
    model = bert().bert
    with pytest.raises(TypeError, match=r"use a class with a head, such as BertForMaskedLM$"):
        wrapped(model, V, V)(tokens_of(V, V))
