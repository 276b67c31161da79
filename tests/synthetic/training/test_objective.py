"""Objectives at the true conditionals: exact for `AnyOrder`, biased as stated for the others."""

import math
import re
from collections.abc import Callable
from math import comb
from typing import Any

import pytest
import torch
from scipy.integrate import quad
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, Language, NGram, catalogue, enumerate_sequences
from synthetic.training import AnyOrder, InverseTime, NextToken, Objective, Unweighted
from synthetic.training.objective import Predictor, masked_loss

Weights = Callable[[int, int], float]


def tiny() -> NGram:
    return NGram([0.5, 0.3, 0.2], [[0.7, 0.3, 0.0], [0.1, 0.2, 0.7], [0.5, 0.0, 0.5]])


def conditional_entropies(language: Language, length: int) -> list[float]:
    """h_1..h_L: mean over subsets of size k and their members of H(x_i | the others), in nats."""
    words = enumerate_sequences(language.vocab_size, length, "cpu")
    words = words[language.contains(words)]
    law = language.log_prob(words).exp()
    sums = [0.0] * (length + 1)
    for code in range(1, 2**length):
        masked = torch.tensor([bool(code >> place & 1) for place in range(length)], device="cpu")
        rows = language.posterior(words.masked_fill(masked, language.mask))
        log_prob = rows.gather(-1, words.unsqueeze(-1)).squeeze(-1)
        size = int(masked.sum())
        sums[size] -= float(law @ log_prob[:, masked].mean(1)) / comb(length, size)
    return sums[1:]


def any_order(size: int, length: int) -> float:
    return 1 / length


def inverse_time(minimum: float, force: bool = False) -> Weights:
    """P(k masked) times k times the mean weight 1 / (t L), by quadrature over t."""

    def weight(size: int, length: int) -> float:
        def density(t: float) -> float:
            chance = comb(length, size) * t**size * (1 - t) ** (length - size)
            if force and size == 1:
                chance += (1 - t) ** length
            return chance * size / (t * length)

        return quad(density, minimum, 1, epsabs=1e-12)[0] / (1 - minimum)

    return weight


def unweighted(size: int, length: int) -> float:
    return (2 if size == 1 else 1) / (length + 1)


RULES: list[tuple[Objective, Weights]] = [
    (AnyOrder(), any_order),
    (InverseTime(0.001), inverse_time(0.001)),
    (InverseTime(0.05), inverse_time(0.05)),
    (InverseTime(0.001, force_one=True), inverse_time(0.001, force=True)),
    (Unweighted(), unweighted),
]


def expected(entropies: list[float], weights: Weights) -> float:
    length = len(entropies)
    return sum(weights(k, length) * entropy for k, entropy in enumerate(entropies, start=1))


def relative_bias(language: Language, length: int, weights: Weights) -> float:
    truth = language.entropy(length).value / length
    return expected(conditional_entropies(language, length), weights) / truth - 1


@pytest.mark.parametrize("length", [1, 2, 4])
def test_any_order_at_the_truth_is_the_entropy(length: int) -> None:
    assert abs(relative_bias(tiny(), length, any_order)) < 1e-12


@pytest.mark.parametrize(("objective", "weights"), RULES, ids=[str(rule[0]) for rule in RULES])
def test_losses_have_the_enumerated_mean(objective: Objective, weights: Weights) -> None:
    """A mean of 40,000 within 5 standard errors: a false alarm in 2e6 (fixed seed)."""
    language, length = tiny(), 4
    generator = torch.Generator(device="cpu").manual_seed(0)
    tokens = language.sample(40_000, length, generator)
    losses = objective.loss(Oracle(language), tokens, generator)
    mean = expected(conditional_entropies(language, length), weights)
    error = float(losses.std()) / math.sqrt(len(losses))
    assert losses.dtype == torch.float64
    assert abs(float(losses.mean()) - mean) < 5 * error
    others = [other for _, other in RULES if other is not weights]
    assert any(
        abs(float(losses.mean()) - expected(conditional_entropies(language, length), other))
        > 5 * error
        for other in others
    )


def test_masks_are_uniform_given_their_size() -> None:
    """15 frequencies of 60,000 within 5.5 standard errors: a false alarm in 1e6 (fixed seed)."""
    generator, length, count = torch.Generator(device="cpu").manual_seed(0), 4, 60_000
    masked, weights = AnyOrder().mask(torch.Size((count, length)), generator)
    sizes = masked.sum(1)
    assert torch.equal(weights, 1 / sizes.double())
    codes = (masked * 2 ** torch.arange(length, device="cpu")).sum(1).bincount(minlength=16)
    assert int(codes[0]) == 0
    for code in range(1, 16):
        chance = 1 / (length * comb(length, code.bit_count()))
        error = math.sqrt(chance * (1 - chance) / count)
        assert abs(int(codes[code]) / count - chance) < 5.5 * error


def test_published_biases() -> None:
    """The figures of the docstrings at L = 8: a sparse chain, and copy pairs as the worst case."""
    chain = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=0)
    assert abs(relative_bias(chain, 8, inverse_time(0.001))) < 0.001
    assert 0.02 < abs(relative_bias(chain, 8, inverse_time(0.05))) < 0.04
    assert 0.1 < abs(relative_bias(chain, 8, inverse_time(0.001, force=True))) < 1
    entropies = conditional_entropies(chain, 8)
    share = (1 - entropies[0] * 8 / chain.entropy(8).value) / 9
    assert relative_bias(chain, 8, unweighted) == pytest.approx(-share)
    assert relative_bias(CopyPairs(2), 8, unweighted) == pytest.approx(-1 / 9)


def test_bias_of_unweighted_fades_with_length() -> None:
    """About 1% at L = 64: (h_1 / (H / L) - 1) / (L + 1), h_1 a mean over 2,000 words."""
    language, length = catalogue.load("ngram2-v8"), 64
    generator = torch.Generator(device="cpu").manual_seed(0)
    words = language.sample(2000, length, generator)
    place = torch.randint(length, (2000, 1), generator=generator, device="cpu")
    hidden = words.scatter(1, place, language.mask)
    rows = language.posterior(hidden).gather(-1, words.unsqueeze(-1)).squeeze(-1)
    single = -float(rows.gather(1, place).mean())
    truth = language.entropy(length).value / length
    assert 0.005 < abs(single / truth - 1) / (length + 1) < 0.015


def test_next_token_is_the_chain_rule() -> None:
    class Chain:
        """The true causal conditionals of the tiny language, V read as the begin symbol."""

        vocab_size = 3

        def __call__(self, tokens: Tensor) -> Tensor:
            table = torch.cat((language.transition, language.initial.unsqueeze(0)))
            return table.log()[tokens]

    language = tiny()
    generator = torch.Generator(device="cpu").manual_seed(0)
    words = language.sample(50, 5, generator)
    losses = NextToken().loss(Chain(), words, generator)
    torch.testing.assert_close(losses, -language.log_prob(words) / 5)


def test_loss_sees_no_masked_token() -> None:
    """The broken twin: a predictor that is shown the tokens has loss zero, the true one has not."""
    language = tiny()
    generator = torch.Generator(device="cpu").manual_seed(0)
    words = language.sample(20, 4, generator)
    seen: list[Tensor] = []

    class Spy:
        vocab_size = 3

        def __call__(self, tokens: Tensor) -> Tensor:
            seen.append(tokens)
            return language.posterior(tokens)

    masked, weights = AnyOrder().mask(words.shape, generator)
    losses = masked_loss(Spy(), words, masked, weights)
    assert torch.equal(seen[0] == 3, masked)
    cheat: Predictor = Cheat(words)
    assert float(masked_loss(cheat, words, masked, weights).abs().max()) < 1e-6
    assert float(losses.mean()) > 0.1


class Cheat:
    vocab_size = 3

    def __init__(self, words: Tensor) -> None:
        self.words = words

    def __call__(self, tokens: Tensor) -> Tensor:
        return 50.0 * torch.nn.functional.one_hot(self.words, 3).double()


@pytest.mark.parametrize(
    ("build", "message"),
    [
        (lambda: InverseTime(0.0), "0 < minimum_time < 1, got 0.0"),
        (lambda: InverseTime(1.0), "0 < minimum_time < 1, got 1.0"),
        (lambda: Unweighted(-0.1), "0 <= minimum_time < 1, got -0.1"),
    ],
)
def test_wrong_times_are_refused(build: Callable[[], Any], message: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(message)}$"):
        build()


@pytest.mark.parametrize("count", [0, -1, 2.5, True])
def test_no_count_of_masks_below_one(count: Any) -> None:
    with pytest.raises(ValueError, match=rf"^masked_count is an integer.*, got {count!r}$"):
        AnyOrder(masked_count=count)


def test_no_more_masks_than_positions() -> None:
    language = tiny()
    generator = torch.Generator(device="cpu").manual_seed(0)
    words = language.sample(200, 4, generator)
    whole = AnyOrder(masked_count=4).loss(Oracle(language), words, generator)
    torch.testing.assert_close(
        whole.mean(),
        -language.posterior(torch.full((1, 4), 3, device="cpu"))[0].gather(-1, words.T).mean(),
    )
    with pytest.raises(ValueError, match=r"^masked_count is in 1\.\.4, the length, got 5$"):
        AnyOrder(masked_count=5).loss(Oracle(language), words, generator)
