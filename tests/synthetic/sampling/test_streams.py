"""One seed gives one stream, whatever the batch size; real data on a device of its own."""

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic import metrics
from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, NGram
from synthetic.sampling import (
    Bernoulli,
    EntropyBounded,
    FirstHitting,
    FixedCount,
    Generation,
    LeastEntropy,
    LeftToRight,
    Strategy,
    equal_sizes,
    generate,
    linear,
)
from synthetic.sampling.path import path_log_prob
from tests.synthetic.sampling.generation_cases import Spy, hashed
from tests.synthetic.sampling.small_cases import CPU, generator

LENGTH, COUNT = 6, 40
ALL: tuple[Strategy, ...] = (
    Bernoulli(linear(9)), FixedCount(equal_sizes(LENGTH, 4)), FirstHitting(), LeftToRight(4),
    LeastEntropy(equal_sizes(LENGTH, 4)), EntropyBounded(0.5),
)  # fmt: skip
NAMES = [type(strategy).__name__ for strategy in ALL]
each_strategy = pytest.mark.parametrize("strategy", ALL, ids=NAMES)


def draw(strategy: Strategy, seed: int = 0, batch_size: int = 512) -> Generation:
    return generate(
        hashed(3), strategy, length=LENGTH, count=COUNT, generator=generator(seed),
        batch_size=batch_size,
    )  # fmt: skip


def same(one: Generation, other: Generation) -> bool:
    return all(torch.equal(getattr(one, name), getattr(other, name)) for name in vars(one))


@each_strategy
def test_one_seed_gives_one_stream(strategy: Strategy) -> None:
    assert same(draw(strategy), draw(strategy))
    assert not torch.equal(draw(strategy).tokens, draw(strategy, seed=1).tokens)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.sampled_from(ALL), st.integers(1, COUNT + 5), st.integers(0, 2**31))
def test_the_batch_size_changes_nothing(strategy: Strategy, batch_size: int, seed: int) -> None:
    assert same(draw(strategy, seed), draw(strategy, seed, batch_size))


@each_strategy
def test_the_batch_size_changes_no_path(strategy: Strategy) -> None:
    words = NGram.random(2, 3, 2, 1.0, 0).sample(COUNT, LENGTH, generator(0))
    whole = path_log_prob(hashed(3), strategy, words, generator(1), paths=2)
    parts = path_log_prob(hashed(3), strategy, words, generator(1), paths=2, batch_size=7)
    assert torch.equal(whole, parts)


def draw_by_pieces(strategy: Strategy, piece: int) -> Tensor:
    """The broken twin: each piece of the rows runs the whole loop before the next one."""
    g = generator(0)
    made = [
        generate(hashed(3), strategy, length=LENGTH, count=piece, generator=g)
        for _ in range(COUNT // piece)
    ]
    return torch.cat([part.tokens for part in made])


def test_the_check_refuses_a_loop_over_pieces() -> None:
    assert torch.equal(draw_by_pieces(ALL[0], COUNT), draw(ALL[0]).tokens)
    assert not torch.equal(draw_by_pieces(ALL[0], 8), draw(ALL[0]).tokens)


@pytest.mark.parametrize("strategy", ALL[:-1], ids=NAMES[:-1])
def test_the_generator_moves_by_the_shape_alone(strategy: Strategy) -> None:
    """Not by what the denoiser says, nor by how many rows a step has to evaluate.

    But for EntropyBounded, which takes as many steps as the laws ask for.
    """
    states, calls = set(), set()
    for denoiser in (hashed(3), Oracle(CopyPairs(3)), hashed(5)):
        for shown in (0, 4):
            # one row stays free, so that the loop runs to its last step all the same; a step that
            # no row needs, and FixedCount allows no other rows, would end it sooner
            if shown and isinstance(strategy, Bernoulli | FixedCount | LeastEntropy):
                continue
            g, spy = generator(5), Spy(denoiser)
            prompt = torch.full((COUNT, LENGTH), denoiser.vocab_size, device=CPU)
            prompt[1:, :shown] = 0
            generate(spy, strategy, length=LENGTH, count=COUNT, generator=g, prompt=prompt)
            calls.add(sum(len(batch) for batch in spy.batches))
            states.add(bytes(g.get_state().numpy()))
    assert len(states) == 1
    assert len(calls) == 1 + isinstance(strategy, FirstHitting | LeftToRight)


@each_strategy
def test_the_global_stream_is_left_alone(strategy: Strategy) -> None:
    before = torch.random.get_rng_state()
    draw(strategy)
    words = torch.zeros((2, LENGTH), dtype=torch.int64, device=CPU)
    path_log_prob(hashed(3), strategy, words, generator(0))
    assert torch.equal(before, torch.random.get_rng_state())


def everything(strategy: Strategy) -> dict[str, object]:
    """A generation, its path probabilities and every metric, with real data on the CPU."""
    language = CopyPairs(3, device="cpu")
    oracle = Oracle(language)
    made = generate(oracle, strategy, length=LENGTH, count=COUNT, generator=generator(0))
    words = language.sample(COUNT, LENGTH, generator(1))
    paths = path_log_prob(oracle, strategy, words, generator(2), paths=3)
    law = metrics.enumerated_law(language, 4)
    mixed = law * 0.5 + 0.5 / len(law)
    return {
        "tokens": made.tokens.tolist(),
        "evaluations": made.evaluations.tolist(),
        "paths": paths.tolist(),
        "SER": metrics.sequence_error_rate(made.tokens, language),
        "generative": metrics.generative_token_error_rate(made.tokens, language).value,
        "valid": metrics.valid_generative_token_error_rate(words, language),
        "path bound": metrics.token_error_rate_path_bound(paths[0], LENGTH).value,
        "importance": metrics.token_error_rate_importance_weighted_bound(paths, LENGTH).value,
        "gap": metrics.token_error_rate_gap(paths, language.log_prob(words), LENGTH).value,
        "TER": metrics.token_error_rate(mixed, law, 4),
        "KL": metrics.kl_divergence(law, mixed),
        "TV": metrics.total_variation(law, mixed),
        "SER of law": metrics.sequence_error_rate_of_law(mixed, law),
    }


@each_strategy
def test_no_tensor_is_made_on_the_default_device(strategy: Strategy) -> None:
    """With the default device set to meta a tensor made without a device has no data."""
    expected = everything(strategy)
    with torch.device("meta"):
        assert torch.zeros(1).is_meta  # the check is on
        assert everything(strategy) == expected
