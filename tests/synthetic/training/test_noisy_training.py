"""Networks trained on noisy tokens: learned, resumed, evaluated."""

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from synthetic.denoisers import NoisyNetwork, NoisyOracle, NoisyPerturbed, as_noisy_denoiser
from synthetic.languages import CopyPairs, NGram
from synthetic.models import Transformer, TransformerConfig
from synthetic.noise import Absorbing, Hybrid, Noise, Uniform
from synthetic.training import (
    AnyOrder,
    CheckpointError,
    DenoisingCrossEntropy,
    HalfLogUniform,
    TrainingConfig,
    TrainingRun,
    UniformBound,
    evaluate_noisy,
    noisy_divergence,
    train,
)
from tests.synthetic.training.test_noisy_objective import (
    TINY,
    conditional_entropy_at,
    cross_entropy_at,
)

PAIRS = CopyPairs(3, device="cpu")
NOISE = Uniform(3)


def run(objective: Any, steps: int = 6, **arguments: Any) -> TrainingRun:
    model = TransformerConfig(
        vocab_size=3, max_length=4, width=16, depth=1, heads=2, causal=False, noise_level=True
    )
    config = TrainingConfig(steps=steps, batch_size=64, learning_rate=1e-2, warmup_steps=10)
    defaults: dict[str, Any] = {"length": 4, "model": model, "config": config}
    return train(PAIRS, objective=objective, **(defaults | arguments))


@pytest.mark.parametrize(
    "objective",
    [
        DenoisingCrossEntropy(NOISE),
        DenoisingCrossEntropy(NOISE, leave_one_out=True),
        UniformBound(NOISE),
        DenoisingCrossEntropy(Hybrid(3, 0.5)),
    ],
    ids=["cross-entropy", "leave-one-out", "bound", "hybrid"],
)
def test_copy_pairs_are_learned(objective: Any) -> None:
    """The divergence from the exact posterior falls to a fifth of what it begins with."""
    before = run(objective, steps=1).model
    after = run(objective, steps=150).model
    noise, apart = objective.noise, getattr(objective, "leave_one_out", False)
    networks = [NoisyNetwork(model, noise, leave_one_out=apart) for model in (before, after)]
    for eta in (0.2, 0.5):
        first, last = (
            noisy_divergence(network, PAIRS, noise, eta=eta, length=4, sequences=500).value
            for network in networks
        )
        assert 0 < last < first / 5
    excess = evaluate_noisy(networks[1], PAIRS, objective, length=4).excess
    assert 0 < excess.value < 0.1


def test_it_is_resumed_bit_for_bit(tmp_path: Path) -> None:
    objective, other = (
        DenoisingCrossEntropy(NOISE),
        DenoisingCrossEntropy(NOISE, HalfLogUniform(0.1)),
    )
    stopped = run(objective, directory=tmp_path, stop=lambda: True)
    assert stopped.steps == 1
    with pytest.raises(CheckpointError, match=r"objective.levels.least is 0.0001 there and 0.1"):
        run(other, directory=tmp_path)
    with pytest.raises(CheckpointError, match=r"objective.noise.name is Uniform there and Abs"):
        run(DenoisingCrossEntropy(Absorbing(3)), directory=tmp_path)
    resumed, straight = run(objective, directory=tmp_path).model, run(objective).model
    for name, value in straight.state_dict().items():
        assert torch.equal(resumed.state_dict()[name], value)


def test_parts_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match=r"^the model reads noise levels, AnyOrder"):
        run(AnyOrder())
    with pytest.raises(ValueError, match=r"^the model has 3 symbols, got Uniform\(vocab_size=4\)$"):
        run(DenoisingCrossEntropy(Uniform(4)))


@pytest.mark.parametrize("noise", [Uniform(3), Absorbing(3), Hybrid(3, 0.3)], ids=str)
def test_divergence_by_level_is_what_it_is_made_to_be(noise: Noise) -> None:
    """Exactly epsilon at every token in doubt; of the oracle none."""
    oracle = NoisyOracle(PAIRS, noise)
    for eta, share in ((1.0, 1.0), (0.3, 0.3)):
        computed = noisy_divergence(
            NoisyPerturbed(oracle, 0.05), PAIRS, noise, eta=eta, length=4, sequences=4000
        )
        doubt = share if isinstance(noise, Absorbing) else 1.0
        assert computed.value == pytest.approx(0.05 * doubt, abs=0.002)
        assert noisy_divergence(oracle, PAIRS, noise, eta=eta, length=4).value < 1e-12


def test_excess_is_the_enumerated_divergence() -> None:
    """At one level, within 5 standard errors: a false alarm in 2e6 (fixed seed)."""
    model = Transformer(
        TransformerConfig(
            vocab_size=3, max_length=3, width=8, depth=1, heads=1, causal=False, noise_level=True
        ),
        seed=0,
        device="cpu",
    )
    network, eta = NoisyNetwork(model, NOISE), 0.4
    exact = cross_entropy_at(network, TINY, NOISE, 3, eta)
    exact -= conditional_entropy_at(TINY, NOISE, 3, eta)
    computed = noisy_divergence(network, TINY, NOISE, eta=eta, length=3, sequences=20_000)
    assert abs(computed.value - exact) < 5 * computed.standard_error
    assert exact > 10 * computed.standard_error
    # The broken twin: the divergence at another level.
    other = noisy_divergence(network, TINY, NOISE, eta=0.1, length=3, sequences=20_000)
    assert abs(other.value - exact) > 5 * other.standard_error


def test_the_oracle_has_no_excess() -> None:
    for objective in (DenoisingCrossEntropy(NOISE), UniformBound(NOISE)):
        held_out = evaluate_noisy(NoisyOracle(TINY, NOISE), TINY, objective, length=3)
        assert held_out.excess.value == pytest.approx(0, abs=1e-12)
    bound = held_out.loss
    assert abs(bound.value - TINY.entropy(3).value / 3) < 5 * bound.standard_error


def test_rows_of_a_function_are_checked() -> None:
    wrong = as_noisy_denoiser(lambda tokens, eta: torch.zeros(*tokens.shape, 3), 3)
    language = NGram.random(2, 3, 2, 1.0, seed=1, device="cpu")
    with pytest.raises(ValueError, match=r"normalised log-probabilities, got a position in doubt"):
        noisy_divergence(wrong, language, NOISE, eta=0.5, length=4)
    flat = as_noisy_denoiser(lambda tokens, eta: torch.full((*tokens.shape, 3), -math.log(3)), 3)
    assert noisy_divergence(flat, language, NOISE, eta=0.5, length=4).value > 0.05
