"""Least entropy and entropy-bounded reveal against a referee that walks word by word."""

import math
from dataclasses import dataclass
from typing import Any

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Oracle, as_denoiser
from synthetic.languages import CopyPairs, NGram
from synthetic.metrics import sequence_error_rate
from synthetic.sampling import EntropyBounded, LeastEntropy, Strategy, generate
from synthetic.sampling.contract import check_strategy
from synthetic.sampling.path import path_log_prob
from tests.generators import sizes_of
from tests.synthetic.sampling.entropy_referee import law_word_by_word
from tests.synthetic.sampling.generation_cases import hashed
from tests.synthetic.sampling.small_cases import (
    CPU,
    generator,
    index_of,
    law_by_outcomes,
    random_table,
)

MANY = settings(max_examples=30, deadline=None, derandomize=True)
GAMMAS = st.sampled_from((0.0, 0.05, 0.2, 0.5, 1.0, 5.0))


@MANY
@given(st.data(), st.integers(1, 3), st.integers(1, 3), st.integers(0, 2**31))
def test_the_law_is_that_of_the_definition(
    data: st.DataObject, vocab_size: int, length: int, seed: int
) -> None:
    """In a table of unrelated laws no two orders agree."""
    table = random_table(vocab_size, length, seed, zeros=0.2)
    sizes: st.SearchStrategy[Strategy] = sizes_of(length, 4).map(LeastEntropy)
    strategy = data.draw(st.one_of(sizes, GAMMAS.map(EntropyBounded)))
    law = law_by_outcomes(table, strategy, length)
    assert float((law - law_word_by_word(table, strategy)).abs().max()) < 1e-12


@dataclass(frozen=True)
class MostEntropy(LeastEntropy):
    """A broken twin: the least certain positions first, the last of them where they tie."""

    def take(self, entropies: Tensor, step: int) -> Tensor:
        left = entropies.isfinite().sum(dim=1)
        return left - super().take(entropies, step)

    def act(self, *arguments: Any) -> Any:
        action = super().act(*arguments)
        state, tokens, log_probs, _, chance, _ = arguments
        rest = (tokens == state.mask) & ~action.reveal
        return action._replace(reveal=rest, values=chance.symbols(log_probs, rest))


@dataclass(frozen=True)
class Threshold(EntropyBounded):
    """A broken twin: every position whose own entropy is within gamma, at least one."""

    def take(self, entropies: Tensor, step: int) -> Tensor:
        return (entropies <= self.gamma).sum(dim=1).clamp(min=1)


def test_other_rules_are_refused() -> None:
    table = random_table(3, 3, 1)
    for broken, sound in (
        (MostEntropy((1, 1, 1)), LeastEntropy((1, 1, 1))),
        (Threshold(0.8), EntropyBounded(0.8)),
        (LeastEntropy((1, 2)), LeastEntropy((2, 1))),
        (EntropyBounded(0.0), EntropyBounded(0.8)),
    ):
        law = law_by_outcomes(table, broken, 3)
        assert float(law.sum()) == pytest.approx(1)
        assert float((law - law_word_by_word(table, sound)).abs().max()) > 1e-3


def fixed_laws(*laws: tuple[float, ...]) -> Any:
    """A denoiser whose prediction at each position is always the same."""
    log_probs = torch.tensor(laws, dtype=torch.float64, device=CPU).log()
    return as_denoiser(lambda tokens: log_probs.expand(len(tokens), -1, -1), len(laws[0]))


def steps_of(strategy: Strategy, denoiser: Any, length: int) -> list[int]:
    made = generate(denoiser, strategy, length=length, count=1, generator=generator(0))
    steps: list[int] = made.reveal_step[0].tolist()
    return steps


def test_the_most_certain_first_and_ties_to_the_lowest_index() -> None:
    denoiser = fixed_laws((0.5, 0.5), (0.9, 0.1), (0.5, 0.5), (1.0, 0.0), (0.1, 0.9))
    assert steps_of(LeastEntropy((1,) * 5), denoiser, 5) == [4, 2, 5, 1, 3]
    assert steps_of(LeastEntropy((2, 0, 2, 1)), denoiser, 5) == [3, 1, 4, 1, 3]
    small = -0.9 * math.log(0.9) - 0.1 * math.log(0.1)
    # the largest of a step is free: gamma counts the others
    assert steps_of(EntropyBounded(0.0), denoiser, 5) == [3, 1, 4, 1, 2]
    assert steps_of(EntropyBounded(small * 1.01), denoiser, 5) == [2, 1, 3, 1, 1]
    assert steps_of(EntropyBounded(small * 2.01), denoiser, 5) == [1, 1, 2, 1, 1]
    assert steps_of(EntropyBounded(small * 1.99), denoiser, 5) == [2, 1, 3, 1, 1]
    assert steps_of(EntropyBounded(5), denoiser, 5) == [1] * 5


def test_rounding_breaks_no_tie() -> None:
    """Uniform laws whose last bits differ tie; laws that differ by more than rounding do not."""
    noise = torch.tensor([3e-13, -2e-13, 1e-13, -4e-13], dtype=torch.float64, device=CPU)
    laws = [(0.25 + float(shift), 0.25, 0.25 - float(shift), 0.25) for shift in noise]
    shares = [tuple(share / sum(law) for share in law) for law in laws]
    assert steps_of(LeastEntropy((1,) * 4), fixed_laws(*shares), 4) == [1, 2, 3, 4]
    clear = [(0.25 + shift, 0.25, 0.25 - shift, 0.25) for shift in (0.0, 0.02, 0.01, 0.03)]
    assert steps_of(LeastEntropy((1,) * 4), fixed_laws(*clear), 4) == [4, 2, 3, 1]


def error(strategy: Strategy, symbols: int, length: int, count: int = 2000) -> float:
    pairs = CopyPairs(symbols)
    made = generate(Oracle(pairs), strategy, length=length, count=count, generator=generator(0))
    return sequence_error_rate(made.tokens, pairs).value


@pytest.mark.parametrize("length", [2, 4, 10, 32])
def test_copy_pairs_take_half_a_step_a_token(length: int) -> None:
    """One undetermined position a step, its partner in the next; no sizes are faster."""
    half = length // 2
    sizes = (1, *(2,) * (half - 1), 1)
    assert error(LeastEntropy(sizes), 16, length, 200) == 0
    expected = [1 + i // 2 + i % 2 for i in range(length)]
    assert steps_of(LeastEntropy(sizes), Oracle(CopyPairs(16)), length) == expected
    assert steps_of(EntropyBounded(0.1), Oracle(CopyPairs(16)), length) == expected
    assert error(EntropyBounded(0.1), 16, length, 200) == 0


def test_copy_pairs_in_two_halves_err_as_often_as_in_one_step() -> None:
    """All tie, so that the first half goes first: pair by pair.

    The share of right sequences is 2^-(pairs that share a step). False-alarm rate: 1e-7 each,
    Hoeffding's bound on 20,000 samples.
    """
    reach = math.sqrt(math.log(2e7) / (2 * 20_000))
    for length, sizes, together in ((8, (4, 4), 4), (8, (8,), 4), (6, (3, 3), 2), (6, (1, 5), 2)):
        rate = error(LeastEntropy(sizes), 2, length, 20_000)
        assert abs(rate - (1 - 2.0**-together)) < reach
    for length in (4, 6):
        free = [
            sizes for sizes in compositions(length) if error(LeastEntropy(sizes), 2, length) == 0
        ]
        assert min(map(len, free)) == length // 2 + 1


def compositions(total: int) -> list[tuple[int, ...]]:
    """All vectors of positive sizes that sum to a total."""
    if total == 0:
        return [()]
    return [(first, *rest) for first in range(1, total + 1) for rest in compositions(total - first)]


@pytest.mark.parametrize(
    "strategy", [LeastEntropy((2, 1)), EntropyBounded(0.4)], ids=["LeastEntropy", "EntropyBounded"]
)
def test_paths_are_the_law(strategy: Strategy) -> None:
    """Nothing is random but the symbols: a word has one path, and its probability is the law's."""
    table = random_table(2, 3, 5)
    words = torch.cartesian_prod(*[torch.arange(2, device=CPU)] * 3)
    paths = path_log_prob(table, strategy, words, generator(0))[0].exp()
    law = law_by_outcomes(table, strategy, 3)
    torch.testing.assert_close(paths, law[index_of(words, 2)], rtol=0, atol=1e-12)


def test_prompts_of_different_need() -> None:
    prompt = torch.tensor([[3, 0, 3, 1], [0, 1, 2, 0], [3, 3, 3, 3]], device=CPU)
    made = generate(
        hashed(3), EntropyBounded(0.3), length=4, count=3, generator=generator(0), prompt=prompt
    )
    assert int(made.evaluations[1]) == 0
    assert bool((made.evaluations <= (prompt == 3).sum(1)).all())
    assert bool(((made.reveal_step > 0) == (prompt == 3)).all())


def test_declared_attributes() -> None:
    for strategy in (LeastEntropy((1, 2)), EntropyBounded(1)):
        assert check_strategy(strategy) is strategy
        assert strategy.draw_order == "choose_then_sample"
        assert (strategy.remasks, strategy.probes, strategy.value_dependent) == (False, False, True)
    listed = LeastEntropy([1, 2])  # type: ignore[arg-type]
    assert listed == LeastEntropy((1, 2)) != LeastEntropy((2, 1))
    assert hash(EntropyBounded(0.5)) == hash(EntropyBounded(0.5))


@pytest.mark.parametrize("gamma", [-0.1, math.nan, math.inf, True, "1", None])
def test_gamma_is_a_finite_number(gamma: Any) -> None:
    with pytest.raises(ValueError, match=r"gamma is a number.*, got") as caught:
        EntropyBounded(gamma)
    assert "\n" not in str(caught.value)


def test_sizes_are_checked() -> None:
    with pytest.raises(ValueError, match="sizes have at least one step, got none"):
        LeastEntropy(())
    with pytest.raises(ValueError, match="a sum of 3 and a row with 4"):
        generate(hashed(3), LeastEntropy((1, 2)), length=4, count=2, generator=generator(0))


def test_no_tensor_is_made_on_the_default_device() -> None:
    language = NGram.random(2, 3, 2, 1.0, 0)
    strategies: tuple[Strategy, ...] = (LeastEntropy((2, 0, 3)), EntropyBounded(0.5))
    for strategy in strategies:

        def tokens(strategy: Strategy = strategy) -> Any:
            made = generate(Oracle(language), strategy, length=5, count=7, generator=generator(0))
            return made.tokens.tolist()

        expected = tokens()
        with torch.device("meta"):
            assert tokens() == expected
