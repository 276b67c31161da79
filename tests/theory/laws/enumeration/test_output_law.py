"""The exact output law against brute force, known cases, and simulation."""

import importlib
import itertools
import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from synthetic.arguments import seeded
from synthetic.denoisers import Denoiser, Oracle, Perturbed, as_denoiser
from synthetic.denoisers.perturbed import ErrorDirection
from synthetic.languages import CopyPairs, NGram, enumerate_sequences
from synthetic.metrics import (
    enumerated_law,
    kl_divergence,
    sequence_error_rate,
    sequence_error_rate_of_law,
    total_variation,
)
from synthetic.sampling import (
    Bernoulli,
    FirstHitting,
    FixedCount,
    LeftToRight,
    Strategy,
    equal_sizes,
    generate,
    linear,
)
from synthetic.sampling.named import STRATEGIES
from synthetic.sampling.strategies.most_confident_samples import MostConfidentSamples
from synthetic.sampling.strategies.named_strategy import NamedStrategy
from tests.generators import hidden_markovs, ngrams, schedules, sizes_of
from tests.synthetic.sampling.small_cases import (
    CPU,
    Table,
    binomial_fits,
    copy_pairs_error,
    frequencies_fit,
    generator,
    index_of,
    law_by_outcomes,
    random_table,
    tabulated,
)
from tests.theory.laws.enumeration.spoiling import spoiling
from tests.theory.laws.small_strategies import Broken, Remasking
from theory.laws.enumeration.output_law import output_law

module = importlib.import_module(
    "theory.laws.enumeration.output_law"
)  # the function has the same name
EXACT = 1e-13
KINDS: tuple[ErrorDirection, ...] = ("uniform", "mode", "random")


def confident(count: int, length: int, random_ties: bool) -> MostConfidentSamples:
    """`count` positions a step."""
    return MostConfidentSamples(equal_sizes(length, -(-length // count)), random_ties)


def paths(strategy: Strategy, length: int) -> tuple[Tensor, Tensor]:
    """Every assignment of reveal steps to positions (A, L) with its probability (A,)."""
    if isinstance(strategy, Bernoulli):
        schedule = strategy.schedule
        assigned = list(itertools.product(range(len(schedule)), repeat=length))
        weights = [math.prod(schedule[step] for step in path) for path in assigned]
    elif isinstance(strategy, LeftToRight):
        assigned, weights = [tuple(i // strategy.block for i in range(length))], [1.0]
    else:
        sizes = strategy.sizes if isinstance(strategy, FixedCount) else (1,) * length
        steps = [step for step, size in enumerate(sizes) for _ in range(size)]
        counted = Counter(itertools.permutations(steps))
        assigned = list(counted)
        weights = [count / math.factorial(length) for count in counted.values()]
    return torch.tensor(assigned, device=CPU), torch.tensor(
        weights, dtype=torch.float64, device=CPU
    )


def brute_force(table: Table, strategy: Strategy) -> Tensor:
    """The law (V^L,): over all assignments, the product of predictions given earlier steps."""
    steps, law = paths(strategy, table.length)
    words = enumerate_sequences(table.vocab_size, table.length)
    law = law.unsqueeze(1).repeat(1, len(words))
    for position in range(table.length):
        earlier = (steps < steps[:, [position]]).unsqueeze(1)  # (A, 1, L)
        contexts = torch.where(earlier, words, table.vocab_size)
        code = index_of(contexts.flatten(0, 1), table.vocab_size + 1).view(law.shape)
        law = law * table.log_probs[code, position, words[:, position]].exp()
    return law.sum(0)


@dataclass(frozen=True)
class Case:
    denoiser: Denoiser
    strategy: Strategy
    twin: Strategy
    length: int
    steps: int
    dead: bool


def steps_of(strategy: Strategy, length: int) -> int:
    return strategy.steps(torch.zeros((1, length), dtype=torch.int64, device=CPU))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Denoisers with and without a language; dead contexts, one step, more steps than positions."""
    length = draw(st.sampled_from((4, 3, 2, 4, 3, 1)))
    strategies: st.SearchStrategy[Strategy] = st.one_of(
        schedules(5).map(Bernoulli),
        st.integers(1, 6).map(lambda steps: Bernoulli(linear(steps))),
        sizes_of(length, 5).map(FixedCount),
        st.just(FirstHitting()),
        st.integers(1, 5).map(LeftToRight),
    )
    strategy, twin = draw(strategies), draw(strategies)
    seed = draw(st.integers(0, 10**6))
    if draw(st.integers(0, 3)) == 0:
        table = random_table(draw(st.integers(1, 3)), length, seed, zeros=0.3)
        return Case(table, strategy, twin, length, steps_of(strategy, length), dead=False)
    several = st.one_of(ngrams(most=3), hidden_markovs(most=3))
    language = draw(several.filter(lambda language: language.vocab_size > 1))
    denoiser: Denoiser = Oracle(language)
    if draw(st.booleans()):
        kind: ErrorDirection = draw(st.sampled_from(KINDS))
        denoiser = Perturbed(Oracle(language), 0.2, kind, seed)
    contexts = enumerate_sequences(language.vocab_size + 1, length)
    dead = bool((language.log_evidence(contexts) == -math.inf).any())
    return Case(denoiser, strategy, twin, length, steps_of(strategy, length), dead)


def test_law_equals_the_brute_force() -> None:
    """The twin is the law of another strategy; it is refused unless it is the same law."""
    seen: Counter[str] = Counter()

    @settings(max_examples=100, deadline=None, derandomize=True, database=None)
    @given(cases())
    def check(case: Case) -> None:
        table = tabulated(case.denoiser, case.length)
        law = output_law(case.denoiser, case.strategy, length=case.length)
        assert law.dtype == torch.float64
        assert law.shape == (case.denoiser.vocab_size**case.length,)
        expected = brute_force(table, case.strategy)
        assert torch.equal(law == 0, expected == 0)
        assert float((law - expected).abs().max()) < EXACT
        assert abs(math.fsum(law.tolist()) - 1) < 1e-12
        other = brute_force(table, case.twin)
        seen["all"] += 1
        seen["twin refused"] += bool((law - other).abs().max() > 1e-6)
        seen["one step"] += case.steps == 1
        seen["more steps than positions"] += case.steps > case.length
        seen["dead contexts"] += case.dead
        seen["impossible sequences"] += bool((law == 0).any())

    check()
    assert seen["all"] >= 80
    for special in ("twin refused", "one step", "more steps than positions", "dead contexts",
                    "impossible sequences"):  # fmt: skip
        assert seen[special] >= 0.15 * seen["all"], (special, seen)


def independent(*law: float) -> Denoiser:
    """The exact denoiser of independent symbols of one law."""

    def rows(tokens: Tensor) -> Tensor:
        log_probs = torch.tensor(law, dtype=torch.float64, device=tokens.device).log()
        return log_probs.expand(*tokens.shape, -1)

    return as_denoiser(rows, len(law))


@pytest.mark.parametrize(
    ("count", "random_ties", "divergence", "variation"),
    [(1, False, 0.841, 0.250), (1, True, 0.301, 0.234), (4, False, 0.0, 0.0), (4, True, 0.0, 0.0)],
)
def test_sample_then_choose_errs_at_one_token_a_step(
    count: int, random_ties: bool, divergence: float, variation: float
) -> None:
    """Four i.i.d. Bernoulli(0.1) bits: the bias of keeping what looks sure, by kind of ties."""
    denoiser = independent(0.9, 0.1)
    exact = output_law(denoiser, LeftToRight(4), length=4)
    law = output_law(denoiser, confident(count, 4, random_ties), length=4)
    assert kl_divergence(exact, law) == pytest.approx(divergence, abs=5e-4)
    assert total_variation(exact, law) == pytest.approx(variation, abs=5e-4)


NAMED = st.sampled_from([*STRATEGIES.values()])
REMASKING = st.sampled_from([Remasking(1), Remasking(2)])


@settings(max_examples=30, deadline=None, derandomize=True)
@given(st.one_of(NAMED, REMASKING), st.integers(1, 2), st.integers(1, 3), st.integers(0, 10**6))
def test_every_strategy_follows_the_same_rule(
    chosen: NamedStrategy | Strategy, length: int, steps: int, seed: int
) -> None:
    """Named ones, with memory, probes and remasking, against `outcomes`, which replays whole runs
    and merges nothing."""
    strategy = chosen.build(length, steps) if isinstance(chosen, NamedStrategy) else chosen
    table = random_table(2, length, seed)
    law = output_law(table, strategy, length=length)
    expected = law_by_outcomes(table, strategy, length)
    assert float((law - expected).abs().max()) < EXACT


def test_pairs_are_not_merged_across_memories(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin looks at tokens alone and forgets what the strategy remembers."""
    table, strategy = random_table(2, 3, 4), Remasking(3)
    drawn = generate(table, strategy, length=3, count=20000, generator=generator(3)).tokens
    assert frequencies_fit(drawn, 2, output_law(table, strategy, length=3), 1e-6)
    monkeypatch.setattr(module, "_bit_columns", lambda memory: ())
    assert not frequencies_fit(drawn, 2, output_law(table, strategy, length=3), 1e-6)


@pytest.mark.parametrize("most", [1, 7, 100], ids=str)
def test_pieces_change_nothing(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    table = random_table(2, 3, 5)
    strategies: tuple[Strategy, ...] = (
        Bernoulli((0.5, 0.3, 0.2)), Remasking(3), confident(1, 3, True)
    )  # fmt: skip
    whole = [output_law(table, strategy, length=3) for strategy in strategies]
    monkeypatch.setattr(module, "OUTCOMES_AT_ONCE", most)
    for law, strategy in zip(whole, strategies, strict=True):
        pieces = output_law(table, strategy, length=3)
        assert float((law - pieces).abs().max()) < EXACT


@pytest.mark.parametrize(
    ("strategy", "twin"),
    [
        (Bernoulli((0.5, 0.3, 0.2)), Bernoulli((0.2, 0.3, 0.5))),
        (FixedCount((3, 1, 1)), FixedCount((1, 1, 3))),
        (Remasking(3), Remasking(2)),
        (confident(1, 5, True), confident(3, 5, True)),
    ],
    ids=["Bernoulli", "FixedCount", "Remasking", "MostConfidentSamples"],
)
def test_draws_follow_the_law(strategy: Strategy, twin: Strategy) -> None:
    """False alarm 1e-6 over all sequences (exact binomial tests); the twin's law is refused."""
    language = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=6)
    denoiser = Perturbed(Oracle(language), 0.3, "random")
    drawn = generate(denoiser, strategy, length=5, count=20000, generator=generator(7)).tokens
    assert frequencies_fit(drawn, 3, output_law(denoiser, strategy, length=5), 1e-6)
    assert not frequencies_fit(drawn, 3, output_law(denoiser, twin, length=5), 1e-6)


@pytest.mark.parametrize("schedule", [linear(1), linear(4), linear(9), (0.5, 0.3, 0.2)], ids=len)
def test_sequence_error_rate_is_the_mass_outside(schedule: Sequence[float]) -> None:
    """Of copy pairs, by its closed form and by draws: false alarm 1e-6 (exact binomial)."""
    pairs, samples = CopyPairs(3), 5000
    law = output_law(Oracle(pairs), Bernoulli(schedule), length=6)
    rate = sequence_error_rate_of_law(law, enumerated_law(pairs, 6))
    assert rate == pytest.approx(copy_pairs_error(3, 6, schedule), abs=1e-12)
    drawn = generate(
        Oracle(pairs), Bernoulli(schedule), length=6, count=samples, generator=generator(8)
    )
    wrong = round(sequence_error_rate(drawn.tokens, pairs).value * samples)
    assert binomial_fits(wrong, samples, rate, 1e-6)
    assert not binomial_fits(wrong, samples, rate * 0.8, 1e-6)


def test_a_denoiser_that_changes_its_tokens_in_place_is_refused_where_its_rows_are_no_laws() -> (
    None
):
    strategy = FixedCount((1, 1))

    for wrong in (
        lambda: output_law(spoiling([0.5, 0.9]), strategy, length=2),
        lambda: generate(spoiling([0.5, 0.9]), strategy, count=1, length=2, generator=seeded(0)),
    ):
        with pytest.raises(ValueError, match="returns normalised log-probabilities"):
            wrong()
    law = output_law(spoiling([0.25, 0.75]), strategy, length=2)
    assert law.tolist() == pytest.approx([0.0625, 0.1875, 0.1875, 0.5625])


def test_one_token_a_step_with_the_exact_denoiser_is_the_language() -> None:
    language = NGram.random(order=3, vocab_size=3, branching=2, temperature=1.0, seed=9)
    expected = enumerated_law(language, 6)
    strategies: tuple[Strategy, ...] = (
        FirstHitting(), LeftToRight(), FixedCount(equal_sizes(6, 6))
    )  # fmt: skip
    for strategy in strategies:
        law = output_law(Oracle(language), strategy, length=6)
        assert torch.equal(law == 0, expected == 0)
        assert float((law - expected).abs().max()) < EXACT


@pytest.mark.parametrize(
    ("clause", "error", "message"),
    [
        ("overwrites", ValueError, "gave a symbol to a position that is revealed already"),
        ("symbol", ValueError, "something else than a symbol 0..1"),
        ("hides masked", ValueError, "hid the prompt or a position that is masked already"),
        ("undeclared", ValueError, "without declaring remasks"),
        ("unfinished", ValueError, "left a position masked after its last step"),
        ("memory", TypeError, "memory is a NamedTuple of tensors, got {}"),
        ("memory shape", ValueError, r"one row for each of the \d+ sequences.*got shape \(99,\)"),
    ],
    ids=lambda value: value if isinstance(value, str) and " " not in value else None,
)
def test_broken_contracts_are_refused(clause: str, error: type, message: str) -> None:
    with pytest.raises(error, match=message):
        output_law(random_table(2, 2, 0), Broken(3, clause), length=2)


def test_invalid_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    table = random_table(2, 2, 0)
    with pytest.raises(ValueError, match=r"3\^11 partial sequences.*chain law.*sample with gen"):
        output_law(Oracle(CopyPairs(2)), Bernoulli(linear(2)), length=11)
    with pytest.raises(ValueError, match="length is an integer >= 1, got 0"):
        output_law(table, Bernoulli(linear(2)), length=0)
    with pytest.raises(ValueError, match="sizes sum to the free positions"):
        output_law(table, FixedCount((3,)), length=2)
    with pytest.raises(TypeError, match="a strategy such as"):
        output_law(table, "Bernoulli", length=2)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="wrap a function with as_denoiser"):
        output_law(lambda tokens: tokens, FirstHitting(), length=2)  # type: ignore[arg-type]
    unnormalised = as_denoiser(lambda tokens: table(tokens) - 1, 2)
    with pytest.raises(ValueError, match="normalised"):
        output_law(unnormalised, FirstHitting(), length=2)
    monkeypatch.setattr(module, "PAIR_LIMIT", 5)
    with pytest.raises(ValueError, match="at most 5 pairs of a partial sequence and a memory"):
        output_law(table, Bernoulli(linear(2)), length=2)


def test_each_partial_sequence_is_evaluated_once() -> None:
    calls: list[Tensor] = []

    def recorded(tokens: Tensor) -> Tensor:
        calls.append(tokens)
        return random_table(2, 3, 0)(tokens)

    output_law(as_denoiser(recorded, 2), Bernoulli(linear(4)), length=3)
    codes = index_of(torch.cat(calls), 3).tolist()
    assert len(codes) == len(set(codes)) == 3**3 - 2**3


def test_no_tensor_is_made_on_the_default_device() -> None:
    table = random_table(2, 3, 1)
    strategies: tuple[Strategy, ...] = (
        Bernoulli(linear(3)), FixedCount((2, 1)), confident(1, 3, True)
    )  # fmt: skip
    for strategy in strategies:
        expected = output_law(table, strategy, length=3)
        with torch.device("meta"):
            assert torch.equal(output_law(table, strategy, length=3), expected)
