"""Ancestral sampling of noisy tokens: its law by enumerated chance, and its invariants."""

import itertools
import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import NoisyOracle, NoisyPerturbed, Oracle, as_noisy_denoiser
from synthetic.languages import CopyPairs, NGram, enumerate_sequences
from synthetic.metrics import enumerated_law, total_variation
from synthetic.noise import Absorbing, Hybrid, Noise, Uniform, cosine_grid, geometric_grid
from synthetic.sampling import Bernoulli, GibbsCorrector, ancestral
from synthetic.sampling.ancestral import AncestralSampler
from synthetic.sampling.chance import Chance, outcomes
from synthetic.sampling.corrector import Selection
from tests.generators import SEEDS
from tests.synthetic.noise.noises import grids, noises
from tests.synthetic.sampling.small_cases import law_by_outcomes

CHAIN = NGram([0.5, 0.3, 0.2], [[0.5, 0.5, 0], [0, 0.1, 0.9], [0.6, 0, 0.4]])
BITS = NGram([0.7, 0.3], [[0.9, 0.1], [1, 0]])


def draws(seed: int) -> torch.Generator:
    return torch.Generator().manual_seed(seed)


def law_of_run(sampler: AncestralSampler, length: int, grid: list[float]) -> Tensor:
    """The generated law (V^L,), step by step from every state, by replaying chance."""
    noise = sampler.noise
    states = enumerate_sequences(noise.shown, length)
    places = noise.shown ** torch.arange(length - 1, -1, -1)
    prior = noise.law()
    law = prior[states].prod(1)
    free = torch.ones((1, length), dtype=torch.bool)
    for eta, lower in itertools.pairwise(grid):
        after = torch.zeros_like(law)
        for state in (law > 0).nonzero().flatten().tolist():

            def rule(chance: Chance, row: int = state, at: float = eta, to: float = lower) -> int:
                tokens, _ = sampler.step(states[row : row + 1], free, at, to, chance)
                return int((tokens * places).sum())

            for probability, after_rule in outcomes(rule):
                after[after_rule] += law[state] * probability
        law = after
    symbols = (states < noise.vocab_size).all(1)
    assert float(law[~symbols].sum()) == 0
    return law[symbols]


@pytest.mark.parametrize(
    ("noise", "grid"),
    [
        (Uniform(2), [1.0, 0.3, 0.0]),
        (Hybrid(2, 0.3), [1.0, 0.4, 0.0]),
        (Absorbing(2), [1.0, 0.7, 0.3, 0.0]),
    ],
)
def test_the_predicted_token_form_has_the_law_of_the_kernel(
    noise: Noise, grid: list[float]
) -> None:
    denoiser = NoisyPerturbed(NoisyOracle(BITS, noise), 0.01, "random", 3)
    kernel = law_of_run(AncestralSampler(denoiser, noise), 2, grid)
    predicted = law_of_run(AncestralSampler(denoiser, noise, predicted_token=True), 2, grid)
    torch.testing.assert_close(kernel, predicted, rtol=1e-12, atol=1e-15)
    torch.testing.assert_close(kernel.sum(), torch.ones_like(kernel[0]))


@settings(max_examples=5)
@given(grids(3))
def test_absorbing_noise_is_bernoulli_reveal(grid: Tensor) -> None:
    noise = Absorbing(2)
    computed = law_of_run(AncestralSampler(NoisyOracle(BITS, noise), noise), 2, grid.tolist())
    steps = (grid[:-1] - grid[1:]).tolist()
    wanted = law_by_outcomes(Oracle(BITS), Bernoulli(steps), 2)
    torch.testing.assert_close(computed, wanted, rtol=0, atol=1e-12)


def test_another_grid_has_another_law() -> None:
    """The broken twin of both tests above: the law does depend on what they compare."""
    for noise in (Absorbing(2), Uniform(2)):
        sampler = AncestralSampler(NoisyOracle(BITS, noise), noise)
        laws = [law_of_run(sampler, 2, [1.0, eta, 0.0]) for eta in (0.5, 0.1)]
        assert total_variation(*laws) > 1e-3


def test_simulation_agrees_with_the_law() -> None:
    """Each of nine frequencies within 5 standard deviations: false alarms below 1e-5."""
    noise, count = Uniform(3), 20_000
    grid = geometric_grid(3, 0.05)
    denoiser = NoisyOracle(CHAIN, noise)
    law = law_of_run(AncestralSampler(denoiser, noise), 2, grid.tolist())
    for predicted in (False, True):
        generation = ancestral(
            denoiser,
            noise,
            grid,
            length=2,
            count=count,
            generator=draws(7),
            predicted_token=predicted,
        )
        computed = torch.bincount((generation.tokens * torch.tensor([3, 1])).sum(1), minlength=9)
        error = (computed / count - law).abs()
        assert bool((error <= 5 * (law * (1 - law) / count).sqrt()).all())


@settings(max_examples=40)
@given(noises(3), grids(5), st.integers(1, 5), st.booleans(), SEEDS)
def test_invariants(noise: Noise, grid: Tensor, length: int, predicted: bool, seed: int) -> None:
    """Prompts stay, no mask is left, calls are counted, batches change nothing."""
    prompt = CHAIN.sample(6, length, draws(seed))
    prompt[torch.rand(prompt.shape, generator=draws(seed + 1)) < 0.6] = 3
    denoiser = NoisyOracle(CHAIN, noise)
    seen: list[Tensor] = []

    def watched(tokens: Tensor, eta: float | Tensor) -> Tensor:
        seen.append(torch.as_tensor(eta))
        assert bool((torch.as_tensor(eta)[tokens == 3] > 0).all())
        return denoiser(tokens, eta)

    def run(batch_size: int) -> tuple[Tensor, Tensor, Tensor]:
        generation = ancestral(
            as_noisy_denoiser(watched, 3),
            noise,
            grid,
            length=length,
            count=6,
            generator=draws(seed),
            prompt=prompt,
            predicted_token=predicted,
            batch_size=batch_size,
        )
        return generation.tokens, generation.evaluations, generation.reveal_step

    tokens, evaluations, last = run(512)
    steps, fixed = len(grid) - 1, prompt != 3
    assert bool((tokens[fixed] == prompt[fixed]).all())
    assert 0 <= int(tokens.min()) <= int(tokens.max()) < 3
    assert bool((evaluations <= steps).all())
    if float(noise.law()[:3].min()) > 0:
        assert bool((evaluations == torch.where(fixed.all(1), 0, steps)).all())
    assert bool((last[fixed] == 0).all())
    assert int(last.max()) <= steps
    if noise == Absorbing(3):
        assert bool((last[~fixed] > 0).all())
    for one, other in zip(run(512), run(2)):
        assert torch.equal(one, other)


def test_reveal_step_is_the_last_change() -> None:
    """A denoiser that is sure of symbol k in step k changes every token in every step."""
    turn = iter(range(100))

    def sure(tokens: Tensor, eta: float | Tensor) -> Tensor:
        law = torch.full((*tokens.shape, 3), -math.inf, dtype=torch.float64)
        law[..., next(turn) % 3] = 0.0
        return law

    grid = [1.0, 1e-100, 1e-200, 0.0]
    generation = ancestral(
        as_noisy_denoiser(sure, 3), Uniform(3), grid, length=4, count=5, generator=draws(1)
    )
    assert bool((generation.tokens == 2).all())
    assert bool((generation.reveal_step == 3).all())
    assert bool((generation.evaluations == 3).all())
    assert bool((generation.positions == 12).all())


def noisy_law(noise: Noise, eta: float, length: int) -> Tensor:
    """The law (A^L,) of noisy words."""
    joint = enumerated_law(CHAIN, length).view((3,) * length)
    for _ in range(length):
        joint = torch.tensordot(joint, noise.kernel(0.0, eta)[:3], dims=([0], [0]))
    return joint.flatten()


def swept_law(corrector: GibbsCorrector, noise: Noise, eta: float, length: int) -> Tensor:
    """The law of noisy words after one sweep, by enumerated chance."""
    sampler = AncestralSampler(NoisyOracle(CHAIN, noise), noise, corrector=corrector)
    states = enumerate_sequences(noise.shown, length)
    places = noise.shown ** torch.arange(length - 1, -1, -1)
    free = torch.ones((1, length), dtype=torch.bool)
    law = noisy_law(noise, eta, length)
    after = torch.zeros_like(law)
    for state in range(len(states)):

        def rule(chance: Chance, row: int = state) -> int:
            tokens, called = sampler.sweep(states[row : row + 1], free, eta, chance)
            assert bool(called.all())
            return int((tokens * places).sum())

        for probability, after_rule in outcomes(rule):
            after[after_rule] += law[state] * probability
    return after


@pytest.mark.parametrize("noise", [Uniform(3), Hybrid(3, 0.5)])
def test_a_random_sweep_of_one_position_keeps_the_law(noise: Noise) -> None:
    after = swept_law(GibbsCorrector(), noise, 0.2, 3)
    torch.testing.assert_close(after, noisy_law(noise, 0.2, 3), rtol=1e-9, atol=1e-15)


@pytest.mark.parametrize(
    ("selection", "positions"),
    [("margin", 1), ("confidence", 1), ("random", 2)],
)
def test_other_sweeps_do_not(selection: Selection, positions: int) -> None:
    """Margin and confidence choose by what they redraw; two at once are drawn independently."""
    after = swept_law(GibbsCorrector(selection, positions), Uniform(3), 0.1, 3)
    torch.testing.assert_close(after.sum(), torch.ones_like(after[0]))
    assert total_variation(noisy_law(Uniform(3), 0.1, 3), after) > 0.01


def test_corrector_calls_are_counted() -> None:
    noise = Uniform(4)
    language = CopyPairs(4)
    corrector = GibbsCorrector("confidence", positions=2, sweeps=3)
    generation = ancestral(
        NoisyOracle(language, noise),
        noise,
        cosine_grid(4),
        length=4,
        count=50,
        generator=draws(1),
        corrector=corrector,
    )
    assert bool((generation.evaluations == 4 + 3 * 3).all())
    assert bool((generation.probes == 9).all())


def test_ties_are_broken_at_random() -> None:
    """Two equal positions: each is redrawn first in half of the outcomes."""
    noise = Uniform(2)
    uniform = as_noisy_denoiser(
        lambda tokens, eta: torch.full((*tokens.shape, 2), -math.log(2), dtype=torch.float64), 2
    )
    informed: tuple[Selection, ...] = ("margin", "confidence")
    for selection in informed:
        corrector = GibbsCorrector(selection)
        sampler = AncestralSampler(uniform, noise, corrector=corrector)

        def rule(chance: Chance, by: AncestralSampler = sampler) -> tuple[int, ...]:
            start = torch.tensor([[0, 0]])
            tokens, _ = by.sweep(start, start == 0, 0.5, chance)
            return tuple(tokens[0].tolist())

        law: dict[tuple[int, ...], float] = {}
        for probability, after_rule in outcomes(rule):
            law[after_rule] = law.get(after_rule, 0.0) + probability
        assert law[0, 1] == pytest.approx(law[1, 0])
        assert law[0, 1] > 0.1


def test_refusals_are_one_line() -> None:
    noise, oracle = Uniform(3), NoisyOracle(CHAIN, Uniform(3))

    def run(**changed: object) -> None:
        arguments: dict[str, object] = {"length": 3, "count": 2, "generator": draws(0)}
        given = {"denoiser": oracle, "noise": noise, "grid": [1.0, 0.0]} | changed
        first = [given.pop(name) for name in ("denoiser", "noise", "grid")]
        ancestral(*first, **(arguments | given))  # type: ignore[arg-type]

    run()
    cases: list[tuple[dict[str, object], type[Exception], str]] = [
        ({"denoiser": Oracle(CHAIN)}, TypeError, "as_noisy_denoiser"),
        ({"noise": 3}, TypeError, "noise is a Noise"),
        ({"noise": Uniform(2)}, ValueError, "the same symbols"),
        ({"noise": Hybrid(3, 0.5)}, ValueError, "this denoiser is one of Uniform"),
        ({"grid": [1.0, 0.5]}, ValueError, "down to 0"),
        ({"generator": 3}, TypeError, "torch.Generator"),
        ({"prompt": torch.tensor([0, 2, 3])}, ValueError, "impossible in this language"),
        ({"prompt": torch.tensor([0])}, ValueError, "prompt is a tensor"),
        ({"batch_size": 0}, ValueError, "batch_size"),
    ]
    for changed, kind, said in cases:
        with pytest.raises(kind, match=said) as error:
            run(**changed)
        assert "\n" not in str(error.value)
    absorbing = Absorbing(3)
    with pytest.raises(ValueError, match="any token can be wrong"):
        run(denoiser=NoisyOracle(CHAIN, absorbing), noise=absorbing, corrector=GibbsCorrector())
    with pytest.raises(ValueError, match="selection is one of"):
        GibbsCorrector("best")  # type: ignore[arg-type]
    nan = as_noisy_denoiser(lambda tokens, eta: torch.full((*tokens.shape, 3), math.nan), 3)
    with pytest.raises(ValueError, match="NaN at a position in doubt"):
        run(denoiser=nan)
