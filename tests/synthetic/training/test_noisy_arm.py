"""The arm of uniform noise: what is noised, the loss at the true law, and how it is read."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

from synthetic.denoisers import NoisyNetwork, NoisyOracle
from synthetic.denoisers.left_to_right import stacked_left_to_right
from synthetic.languages import NGram, enumerate_sequences
from synthetic.models import Transformer, TransformerConfig
from synthetic.models.stacked import StackedTransformer, parameter_count
from synthetic.noise import Uniform
from synthetic.training import Arm, Member, SideBySide
from synthetic.training.arms import masked_diffusion, uniform_diffusion

LENGTH, SYMBOLS = 3, 3
LANGUAGE = NGram.random(2, SYMBOLS, 3, 1.0, 0)
NOISE = Uniform(SYMBOLS)
WORDS = enumerate_sequences(SYMBOLS, LENGTH)
LAW = LANGUAGE.log_prob(WORDS).exp()
ARM = uniform_diffusion(1e-2)
MODEL = TransformerConfig(
    vocab_size=SYMBOLS,
    max_length=LENGTH,
    width=16,
    depth=2,
    heads=2,
    causal=False,
    noise_level=True,
)


def generator(seed: int = 0) -> torch.Generator:
    return torch.Generator(device="cpu").manual_seed(seed)


def told(given: Tensor, tokens: Tensor) -> Tensor:
    return -given.gather(-1, tokens.unsqueeze(-1)).squeeze(-1)


def test_it_noises_what_masked_diffusion_hides_at_one_level_a_sequence() -> None:
    rows = torch.zeros(4000, 8, dtype=torch.int64)
    inputs, targets, weights, order, eta = ARM.read(rows, 4, generator())
    hidden = masked_diffusion(1e-2).read(rows, 4, generator())
    noised = weights > 0
    assert order is None
    assert eta is not None
    assert torch.equal(targets, rows)
    assert torch.equal(noised, hidden.inputs == 4)
    assert torch.equal(weights, hidden.weights)
    assert torch.equal(eta > 0, noised)  # the others are clean and said to be
    assert bool((inputs[~noised] == 0).all())
    level = eta.max(1).values
    assert torch.equal(eta, level.unsqueeze(1) * noised)
    assert bool((level > 0).all())
    assert bool((level <= 1).all())
    # Uniform levels, five standard deviations: a false alarm in a million; a token is another
    # one with probability 3/4 of its level
    assert float(level.mean()) == pytest.approx(0.5, abs=5 * (1 / 12 / 4000) ** 0.5)
    changed, expected = (inputs > 0)[noised].double(), 0.75 * eta[noised]
    spread = float((expected * (1 - expected)).sum()) ** 0.5
    assert float((changed - expected).sum()) == pytest.approx(0, abs=5 * spread)


def entropy_given_noise(noised: list[int], level: float) -> float:
    """The mean entropy of the noised tokens given all clean and all noisy ones, by enumeration."""
    total = 0.0
    for clean in itertools.product(range(SYMBOLS), repeat=LENGTH - len(noised)):
        kept = [i for i in range(LENGTH) if i not in noised]
        words = [w for w in range(len(WORDS)) if [int(WORDS[w, i]) for i in kept] == list(clean)]
        for shown in itertools.product(range(SYMBOLS), repeat=len(noised)):
            joint = np.array(
                [
                    float(LAW[w])
                    * np.prod(
                        [
                            (1 - level) * (int(WORDS[w, i]) == y) + level / SYMBOLS
                            for i, y in zip(noised, shown, strict=True)
                        ]
                    )
                    for w in words
                ]
            )
            for i in noised:
                each = np.zeros(SYMBOLS)
                np.add.at(each, [int(WORDS[w, i]) for w in words], joint)
                each = each[each > 0]
                total -= float((each * np.log(each / joint.sum())).sum()) / len(noised)
    return total


def test_its_loss_at_the_true_law_is_the_mean_entropy_of_what_is_noised() -> None:
    """Integrated over levels by Gauss and Legendre, over sets by their sizes."""
    nodes, weights = np.polynomial.legendre.leggauss(6)
    expected = 0.0
    for size in range(1, LENGTH + 1):
        subsets = list(itertools.combinations(range(LENGTH), size))
        for subset, (node, weight) in itertools.product(subsets, zip(nodes, weights, strict=True)):
            entropy = entropy_given_noise(list(subset), (node + 1) / 2)
            expected += weight / 2 * entropy / (len(subsets) * LENGTH)
    oracle = NoisyOracle(LANGUAGE, NOISE)

    def drawn(heard: bool) -> tuple[float, float]:
        rows = WORDS.repeat(4000, 1)
        inputs, targets, weights, _, eta = ARM.read(rows, SYMBOLS, generator())
        assert eta is not None
        law = oracle(inputs, eta if heard else eta.clamp(min=0.9) * (eta > 0))
        surprisal = torch.where(weights > 0, told(law, targets) * weights, 0.0)
        each = surprisal.sum(1).view(4000, -1) @ LAW
        return float(each.mean()), float(each.std()) / 4000**0.5

    mean, error = drawn(heard=True)
    # five standard deviations of the mean of 4000: a false alarm in a million
    assert mean == pytest.approx(expected, abs=5 * error)
    assert error < 0.01 * expected
    broken, _ = drawn(heard=False)  # the twin that is told more noise than there is
    assert broken > expected + 8 * error


def test_side_by_side_each_reads_its_own_levels() -> None:
    models = [Transformer(MODEL, seed=seed, device="cpu") for seed in (0, 1)]
    together = StackedTransformer(models)
    tokens = torch.randint(SYMBOLS, (2, 5, LENGTH), generator=generator())
    eta = torch.rand(2, 5, LENGTH, generator=generator(), dtype=torch.float64)
    logits = together(tokens, eta=eta)
    for place, model in enumerate(models):
        assert torch.allclose(logits[place], model(tokens[place], eta[place]), atol=1e-5)
        assert not torch.allclose(
            logits[place], model(tokens[place], eta[1 - place].flip(0)), atol=1e-2
        )
        alone = together.model(place)
        assert torch.equal(alone(tokens[place], eta[place]), model(tokens[place], eta[place]))
    with pytest.raises(ValueError, match=r"these models read noise levels \(E, B, L\), got none"):
        together(tokens)


def test_a_member_is_that_of_a_run_alone() -> None:
    both = [Member(ARM, 3, None), Member(replace(ARM, dropout=0.2), 4, None)]
    runs = [SideBySide(LANGUAGE, MODEL, some, batch_size=4) for some in (both, both[1:])]
    for run in runs:
        run.advance(6)
    first, second = runs[0].models.model(1), runs[1].models.model(0)
    for ours, other in zip(first.parameters(), second.parameters(), strict=True):
        assert torch.allclose(ours, other, atol=1e-5)


def test_it_is_read_from_clean_prefixes_and_full_noise() -> None:
    """Each row is one that the network gives for some noise behind a clean prefix."""
    models = StackedTransformer([Transformer(MODEL, seed=seed, device="cpu") for seed in (0, 1)])
    words = WORDS.repeat(20, 1)
    read = stacked_left_to_right(models, words)
    for place in range(2):
        network = NoisyNetwork(models.model(place), NOISE)
        for i in range(LENGTH):
            level = (torch.arange(LENGTH) >= i).double().expand(len(WORDS), -1)
            possible = []
            for drawn in itertools.product(range(SYMBOLS), repeat=LENGTH - i):
                noisy = torch.cat((WORDS[:, :i], torch.tensor([drawn] * len(WORDS))), 1)
                possible.append(network(noisy, level)[:, i])
            gaps = (torch.stack(possible).repeat(1, 20, 1) - read[place, :, i]).abs().amax(-1)
            assert float(gaps.min(0).values.max()) < 1e-4
            # 540 draws of at most 27: one misses with probability 27 (26/27)^540 < 1e-7
            assert len(gaps.argmin(0).unique()) == SYMBOLS ** (LENGTH - i)


def test_it_learns_the_left_to_right_law() -> None:
    run = SideBySide(LANGUAGE, MODEL, [Member(ARM, 0, None)], batch_size=64, warmup_steps=20)

    def divergence() -> float:
        chain = -told(stacked_left_to_right(run.models, WORDS)[0], WORDS).sum(1)
        return float((LAW * (LAW.log() - chain)).sum())

    before = divergence()
    assert run.annealed(1000, lambda models: divergence()) < before / 8


def test_it_has_as_many_parameters() -> None:
    size = TransformerConfig(
        vocab_size=8, max_length=8, width=32, depth=2, heads=2, causal=False, rotary=True
    )
    counts = [parameter_count(size), parameter_count(replace(size, noise_level=True))]
    assert counts[0] < counts[1] <= 1.02 * counts[0]


@pytest.mark.parametrize(
    "settings",
    [{"orders": 1}, {"orders": 2}, {"orders": "all"}, {"masked_input": 0.1}],
)
def test_what_it_has_no_use_for_is_refused(settings: dict[str, Any]) -> None:
    message = "orders and masked_input are for tokens .* those of 'a' are noisy: leave them out"
    with pytest.raises(ValueError, match=message) as error:
        Arm(**{"name": "a", "objective": "uniform noise", "learning_rate": 1e-3, **settings})
    assert "\n" not in str(error.value)


def test_a_model_that_is_not_told_the_level_is_refused() -> None:
    plain = replace(MODEL, noise_level=False)
    with pytest.raises(
        ValueError, match="arms of uniform noise have a model with noise_level=True, got False"
    ):
        SideBySide(LANGUAGE, plain, [Member(ARM, 0, None)], batch_size=2)
