"""What the registry says of each strategy holds; a new one is tested by its line there."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache

import pytest
import torch
from torch import Tensor

from synthetic.denoisers import Oracle
from synthetic.languages import CopyPairs, NGram
from synthetic.metrics import enumerated_law
from synthetic.sampling import Generation, generate
from synthetic.sampling.chance import Chance, outcomes
from synthetic.sampling.generate import run
from synthetic.sampling.named import FILES, STRATEGIES, build_strategy, named
from synthetic.sampling.path import has_path_probability, path_log_prob
from synthetic.sampling.strategies.named_strategy import NamedStrategy
from synthetic.sampling.strategies.strategy import CountedCalls
from tests.synthetic.sampling.small_cases import (
    CPU,
    all_masked,
    frequencies_fit,
    generator,
    index_of,
    law_by_outcomes,
    path_outcomes,
    random_table,
    tabulated,
)

each = pytest.mark.parametrize("strategy", STRATEGIES.values(), ids=list(STRATEGIES))
LENGTH = 3
TABLE = random_table(2, LENGTH, seed=4)
CHAIN = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=1)


@cache
def enumerated(strategy: NamedStrategy, steps: int) -> tuple[Tensor, float, int]:
    """The exact law on a table of unrelated conditional laws, where every choice counts, the mean
    number of calls, and the last step that reveals something."""
    built = strategy.build(LENGTH, steps)

    def rule(chance: Chance) -> Generation:
        return run(TABLE, built, all_masked(TABLE, LENGTH), chance)

    exact, calls, last = torch.zeros(2**LENGTH, dtype=torch.float64, device=CPU), 0.0, 0
    for probability, made in outcomes(rule):
        exact[index_of(made.tokens, 2)] += probability
        calls += probability * int(made.evaluations)
        last = max(last, int(made.reveal_step.max()))
    return exact, calls, last


def law(strategy: NamedStrategy, steps: int) -> Tensor:
    return enumerated(strategy, steps)[0]


def differ(one: Tensor, other: Tensor) -> bool:
    return float((one - other).abs().max()) > 1e-9


@each
def test_names_are_those_of_rows(strategy: NamedStrategy) -> None:
    """Lower case without hyphens and colons, so that either may stand on a command line."""
    assert strategy.name == strategy.name.lower()
    assert not set("-:;") & set(strategy.name)
    assert named(strategy.name.replace(" ", "-")) is strategy
    assert build_strategy(strategy.name, 4, 2) == strategy.build(4, 2)


def test_a_file_is_named_once() -> None:
    assert len(set(FILES)) == len(FILES) <= len(STRATEGIES)


@each
@pytest.mark.parametrize("steps", [1, 2])
def test_samples_have_the_enumerated_law(strategy: NamedStrategy, steps: int) -> None:
    """Exact binomial tests for each sequence, false alarm 1e-6; another law is refused."""
    built = strategy.build(LENGTH, steps)
    made = generate(TABLE, built, length=LENGTH, count=4000, generator=generator(steps))
    exact = law(strategy, steps)
    assert float(exact.sum()) == pytest.approx(1, abs=1e-12)
    assert frequencies_fit(made.tokens, 2, exact, 1e-6)
    assert not frequencies_fit(made.tokens, 2, exact.flip(0), 1e-6)


def counted(strategy: NamedStrategy, steps: int) -> bool:
    """Whether the strategy reveals in no more steps than there are, and counts its calls."""
    built = strategy.build(LENGTH, steps)
    _, calls, last = enumerated(strategy, steps)
    most = steps
    if not strategy.takes_steps:
        assert strategy.most_steps is not None
        most = strategy.most_steps(LENGTH)
    expected = built.expected_evaluations(LENGTH) if isinstance(built, CountedCalls) else calls
    return abs(calls - expected) < 1e-12 and last <= most


@each
@pytest.mark.parametrize("steps", [1, 2, 4])
def test_steps_and_expected_calls_are_those_of_enumeration(
    strategy: NamedStrategy, steps: int
) -> None:
    assert counted(strategy, steps)


def most_steps_hold(strategy: NamedStrategy) -> bool:
    """Nothing changes from the most steps on, something just before; without, at each step."""
    if strategy.most_steps is None:
        return differ(law(strategy, 3), law(strategy, 4))
    most = strategy.most_steps(LENGTH)
    same = not differ(law(strategy, most), law(strategy, most + 1))
    if not strategy.takes_steps:
        return same and not differ(law(strategy, 1), law(strategy, most))
    return same and differ(law(strategy, most - 1), law(strategy, most))


@each
def test_more_than_the_most_steps_change_nothing(strategy: NamedStrategy) -> None:
    assert most_steps_hold(strategy)


def one_by_one_holds(strategy: NamedStrategy) -> bool:
    """Whether its law at the most steps is the language, where it says so, on two languages."""
    most = 50 if strategy.most_steps is None else strategy.most_steps(LENGTH)
    laws = [
        (law_by_outcomes(tabulated(Oracle(q), LENGTH), strategy.build(LENGTH, most), LENGTH), q)
        for q in (CHAIN, CopyPairs(2))
    ]
    is_language = not any(differ(sampled, enumerated_law(q, LENGTH)) for sampled, q in laws)
    return is_language if strategy.one_by_one else True


@each
def test_one_position_a_step_of_the_oracle_is_the_language(strategy: NamedStrategy) -> None:
    if strategy.most_steps is not None:  # else the enumeration of so many steps is large
        assert one_by_one_holds(strategy)


def paths_hold(strategy: NamedStrategy) -> bool:
    """Whether some word has several reveal paths exactly where the order is random."""
    built = strategy.build(LENGTH, 2)
    if not has_path_probability(built):
        return True
    words: Sequence[Sequence[int]] = [(0, 0, 0), (0, 1, 0), (1, 0, 1)]
    counts = [len(path_outcomes(TABLE, built, torch.tensor(word, device=CPU))) for word in words]
    return (max(counts) > 1) == strategy.random_order


@each
def test_random_orders_have_several_paths(strategy: NamedStrategy) -> None:
    assert paths_hold(strategy)


def test_false_entries_are_refused() -> None:
    """The broken twins: each statement of an entry changed."""
    fixed, bisection, hitting = (
        STRATEGIES[name] for name in ("fixed count", "bisection", "first hitting")
    )
    assert not most_steps_hold(replace(fixed, most_steps=lambda length: length + 1))
    assert not most_steps_hold(replace(fixed, most_steps=lambda length: length - 1))
    assert not most_steps_hold(replace(fixed, most_steps=None))
    assert not most_steps_hold(replace(fixed, takes_steps=False))
    assert not counted(replace(hitting, takes_steps=True), 1)
    assert not one_by_one_holds(replace(named("entropy bounded:9"), one_by_one=True))
    assert not one_by_one_holds(
        replace(fixed, one_by_one=True, most_steps=lambda length: length - 1)
    )
    samples = STRATEGIES["most confident samples"]
    assert not one_by_one_holds(replace(samples, one_by_one=True))
    assert not paths_hold(replace(bisection, random_order=True))
    assert not paths_hold(replace(fixed, random_order=False))


@each
def test_a_strategy_without_path_probabilities_says_so(strategy: NamedStrategy) -> None:
    built, words = strategy.build(LENGTH, 2), torch.zeros((2, LENGTH), dtype=torch.int64)
    if has_path_probability(built):
        assert path_log_prob(TABLE, built, words, generator(0)).shape == (1, 2)
    else:
        with pytest.raises(ValueError, match="chooses, then samples, and never remasks"):
            path_log_prob(TABLE, built, words, generator(0))


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("magic", "a strategy is one of bernoulli; .*, got 'magic'$"),
        ("bisektion", "did you mean 'bisection'"),
        ("bisection:3", "'bisection' takes no parameter, got 'bisection:3'"),
        ("entropy bounded:many", "'entropy bounded' is a number, got 'entropy bounded:many'"),
        ("entropy-bounded:-1", "gamma is a number >= 0, in nats, got -1"),
        ("", "got ''"),
    ],
)
def test_wrong_names_are_one_line(name: str, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        named(name)
    assert "\n" not in str(error.value)


@each
def test_no_strategy_takes_no_steps(strategy: NamedStrategy) -> None:
    for length, steps in ((4, 0), (0, 4), (4, True)):
        with pytest.raises(ValueError, match="is an integer >= 1, got"):
            build_strategy(strategy.name, length, steps)


def test_a_parameter_stands_after_a_colon() -> None:
    wide, narrow = (build_strategy(f"entropy bounded:{gamma}", 4, 1) for gamma in ("9", "0"))
    assert differ(law_by_outcomes(TABLE, wide, LENGTH), law_by_outcomes(TABLE, narrow, LENGTH))
    assert named("entropy-bounded:0.1").build(4, 1) == named("entropy bounded").build(4, 1)
