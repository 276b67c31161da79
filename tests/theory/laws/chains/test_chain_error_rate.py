"""Exact SER of a chain: against enumeration, high precision, simulation, and with wrong twins."""

import itertools
from collections import Counter
from collections.abc import Sequence

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from mpmath import mp, mpf

from synthetic.denoisers import Oracle
from synthetic.languages import HiddenMarkov, NGram, catalogue
from synthetic.languages.sequences import enumerate_sequences
from synthetic.languages.tables import is_primitive
from synthetic.metrics import sequence_error_rate
from synthetic.sampling import Bernoulli, cosine, generate, linear
from synthetic.sampling.schedules import conditional_reveal
from synthetic.scaled import Scaled
from tests.generators import ngrams, schedules
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.markov_chain import Powers, markov_chain, powers
from theory.laws.chains.segments import Mixing, Segments
from theory.laws.enumeration.output_law import output_law

CHAINS = ngrams(orders=(2, 2))
FAST = NGram(
    [0.2, 0.5, 0.3], [[0.5, 0.5, 0.0], [0.3, 0.3, 0.4], [0.6, 0.0, 0.4]]
)  # forgets in about 30 steps


def enumerated_error_rate(language: NGram, length: int, schedule: Sequence[float]) -> float:
    law = output_law(Oracle(language), Bernoulli(schedule), length=length)
    words = enumerate_sequences(language.vocab_size, length, "cpu")
    return float(law[~language.contains(words)].sum())


def recursed_error_rate(segments: Segments, schedule: Sequence[float]) -> float:
    """The recursion without truncation."""
    valid = segments.neighbours()
    parts = [reveal for part, reveal in zip(schedule, conditional_reveal(schedule)) if part > 0]
    for reveal in reversed(parts):
        valid = segments.before(valid, reveal, 2, segments.longest)
    return 1 - float(valid[-1, -1, -1])


seen: Counter[str] = Counter()


@settings(max_examples=40, deadline=None, derandomize=True)
@given(CHAINS, st.integers(1, 5), schedules())
def check_against_enumeration(language: NGram, length: int, schedule: tuple[float, ...]) -> None:
    rate = chain_sequence_error_rate(language, length=length, schedule=schedule)
    wanted = enumerated_error_rate(language, length, schedule)
    assert abs(rate.value - wanted) <= 1e-12
    assert rate.error <= 1e-9
    seen["all"] += 1
    seen["one step"] += len(schedule) == 1
    seen["more steps than positions"] += len(schedule) > length
    seen["errors"] += wanted > 0
    seen["not primitive"] += not is_primitive((language.transition > 0).numpy())
    seen["single successor"] += bool(((language.transition > 0).sum(1) == 1).any())


def test_the_law_is_that_of_enumeration() -> None:
    seen.clear()
    check_against_enumeration()
    shares = {name: count / seen["all"] for name, count in seen.items()}
    assert seen["all"] >= 40
    assert shares["one step"] >= 0.02
    assert shares["more steps than positions"] >= 0.1
    assert shares["errors"] >= 0.05  # dead contexts
    assert shares["not primitive"] >= 0.1
    assert shares["single successor"] >= 0.1


def test_a_wrong_reveal_probability_is_refused_by_enumeration() -> None:
    schedule = (0.5, 0.3, 0.2)
    segments = Segments(markov_chain(FAST), powers(markov_chain(FAST), 6), None)
    valid = segments.neighbours()
    for part in reversed(schedule):  # unconditional: the twin
        valid = segments.before(valid, part, 2, 6)
    wanted = enumerated_error_rate(FAST, 5, schedule)
    assert abs(1 - float(valid[-1, -1, -1]) - wanted) > 1e-3
    assert abs(recursed_error_rate(segments, schedule) - wanted) < 1e-14


def forty_digits(language: NGram, length: int, schedule: Sequence[float]) -> mpf:
    """SER by the recursion over segments in 40-digit arithmetic, written as plainly as can be."""
    size = language.vocab_size
    tokens, ends = range(size), range(size + 1)
    step = [[mpf(float(p)) for p in row] for row in [*language.transition, language.initial]]
    power = {1: [[*row, mpf(1)] for row in step]}
    for d in range(2, length + 2):
        power[d] = [
            [sum((step[u][x] * power[d - 1][x][v] for x in tokens), mpf(0)) for v in ends]
            for u in ends
        ]
    parts = [mpf(part) for part in schedule if part > 0]
    valid = {1: [[mpf(power[1][u][v] > 0) for v in ends] for u in ends]}
    for k in reversed(range(len(parts))):
        reveal = parts[k] / sum(parts[k:])
        stay = 1 - reveal if k + 1 < len(parts) else mpf(0)
        go = {d: [[stay ** (d - 1) * f for f in row] for row in valid[d]] for d in valid}
        for d in range(2, length + 2):
            go.setdefault(d, [[mpf(0)] * (size + 1) for _ in ends])
        earlier = {1: valid[1]}
        for d in range(2, length + 2):
            earlier[d] = [[mpf(0)] * (size + 1) for _ in ends]
            for u, v in itertools.product(ends, ends):
                if power[d][u][v] == 0:
                    continue
                ways: list[list[mpf]] = []
                for j in range(1, d):
                    law = [power[j][u][x] * power[d - j][x][v] / power[d][u][v] for x in tokens]
                    ways.append(
                        [
                            reveal
                            * law[x]
                            * (
                                go[j][u][x]
                                + sum(
                                    (ways[i - 1][y] * go[j - i][y][x])
                                    for i in range(1, j)
                                    for y in tokens
                                )
                            )
                            for x in tokens
                        ]
                    )
                earlier[d][u][v] = go[d][u][v] + sum(
                    ways[i - 1][y] * go[d - i][y][v] for i in range(1, d) for y in tokens
                )
        valid = earlier
    return 1 - valid[length + 1][size][size]


@pytest.mark.parametrize("schedule", [(1.0,), (0.5, 0.3, 0.2), linear(9)], ids=["1", "3", "9"])
def test_the_error_covers_the_distance_to_forty_digits(schedule: tuple[float, ...]) -> None:
    # rows that sum to one without rounding, so that both read the same language
    language = NGram([0.25, 0.75, 0.0], [[0.5, 0.5, 0.0], [0.25, 0.25, 0.5], [0.0, 0.125, 0.875]])
    with mp.workdps(40):
        wanted = forty_digits(language, 6, schedule)
        for tolerance in (1e-15, 1e-9, 1e-3, 0.1):
            rate = chain_sequence_error_rate(
                language, length=6, schedule=schedule, tolerance=tolerance
            )
            assert abs(mpf(rate.value) - wanted) <= rate.error
        assert rate.error > 1e-4 or len(schedule) == 1  # something was dropped
        # the twin: a certificate that forgets what was dropped
        rounding = chain_sequence_error_rate(
            language, length=6, schedule=schedule, tolerance=1e-300
        )
        if rate.value != rounding.value:
            assert abs(mpf(rate.value) - wanted) > rounding.error


@pytest.mark.parametrize("steps", [2, 5, 60])
def test_cutting_where_the_chain_has_mixed_changes_no_more_than_is_proved(steps: int) -> None:
    length = 40
    chain = markov_chain(FAST)
    table = powers(chain, length + 1)
    whole = recursed_error_rate(Segments(chain, table, None), linear(steps))
    matrix = chain.transition
    for memory in (3, 8, 15):
        power = torch.linalg.matrix_power(matrix, memory)
        deviation = float((power.amax(0) / power.amin(0)).max()) - 1
        segments = Segments(chain, table, Mixing(memory, deviation))
        assert segments.longest_whole == 2 * memory + 1
        cut = recursed_error_rate(segments, linear(steps))
        assert abs(cut - whole) <= segments.forgotten + 1e-13
    assert abs(cut - whole) < 1e-6
    # the twin: cutting before the chain has forgotten, with a bound that says it has
    early = recursed_error_rate(Segments(chain, table, Mixing(1, 0.0)), linear(steps))
    assert abs(early - whole) > 1e-6


@settings(max_examples=30, deadline=None, derandomize=True)
@given(
    CHAINS.filter(lambda chain: is_primitive((chain.transition > 0).numpy())),
    st.integers(20, 40),
    schedules(),
    st.sampled_from([1e-3, 1e-6, 1e-9]),
)
def test_truncated_and_cut_values_agree_with_whole_ones(
    language: NGram, length: int, schedule: tuple[float, ...], tolerance: float
) -> None:
    chain = markov_chain(language)
    wanted = recursed_error_rate(Segments(chain, powers(chain, length + 1), None), schedule)
    rate = chain_sequence_error_rate(
        language, length=length, schedule=schedule, tolerance=tolerance
    )
    assert rate.error <= 1.1 * tolerance + 1e-11
    assert abs(rate.value - wanted) <= rate.error + 1e-12


@pytest.mark.parametrize("schedule", [linear(16), cosine(48), (0.25, 0.75)], ids=["16", "48", "2"])
def test_simulation_agrees_at_a_middle_length(schedule: tuple[float, ...]) -> None:
    """Five standard errors: a false alarm in 1.7 million runs of each case."""
    language = catalogue.load("ngram2-v8")
    generation = generate(
        Oracle(language),
        Bernoulli(schedule),
        length=24,
        count=4000,
        generator=torch.Generator("cpu").manual_seed(7),
    )
    measured = sequence_error_rate(generation.tokens, language)
    exact = chain_sequence_error_rate(language, length=24, schedule=schedule).value
    assert abs(measured.value - exact) <= 5 * (exact * (1 - exact) / 4000) ** 0.5
    # the twin: the law of another schedule
    other = chain_sequence_error_rate(language, length=24, schedule=linear(9)).value
    assert abs(measured.value - other) > 5 * (exact * (1 - exact) / 4000) ** 0.5


def test_more_symbols_and_memory_than_a_group_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = chain_sequence_error_rate(FAST, length=20, schedule=linear(7))
    monkeypatch.setattr("theory.laws.chains.segments.GROUP_NUMBERS", 500)
    monkeypatch.setattr("theory.laws.chains.segments.CUT_ROWS", 3)
    rate = chain_sequence_error_rate(FAST, length=20, schedule=linear(7))
    assert rate.value == pytest.approx(wanted.value, abs=1e-14)


def test_probabilities_far_below_underflow() -> None:
    """A transient state whose long stays have probabilities below 1e-308."""
    language = NGram([0.5, 0.5], [[1e-30, 1 - 1e-30], [0.0, 1.0]])
    rate = chain_sequence_error_rate(language, length=30, schedule=linear(2))
    # by hand: a first reveal of several positions draws each from its own marginal, and only the
    # first position can be 0 (to 1e-30): never invalid unless a later one is 0 where none may be
    assert rate.value <= 1e-27
    table = powers(markov_chain(language), 31)
    assert int(table.numbers.exponent[30, 0, 0]) < -2000
    assert float(table.numbers.mantissa[30, 0, 0]) > 0


def test_a_language_with_full_support_has_no_errors() -> None:
    language = NGram([0.5, 0.5], [[0.9, 0.1], [0.3, 0.7]])
    rate = chain_sequence_error_rate(language, length=50, schedule=linear(3))
    assert (rate.value, rate.error) == (0.0, 0.0)
    # by the recursion too, and not where the first token cannot be each symbol
    chain = markov_chain(language)
    segments = Segments(chain, powers(chain, 51), None)
    assert abs(recursed_error_rate(segments, linear(3))) <= 1e-12
    other = NGram([0.0, 1.0], [[0.9, 0.1], [0.3, 0.7]])
    assert chain_sequence_error_rate(other, length=50, schedule=linear(3)).error > 0


@pytest.mark.parametrize(
    ("language", "length", "schedule", "tolerance", "message"),
    [
        (NGram([[1.0]], [[[1.0]]]), 4, linear(2), 1e-9, "order 2, got a language of order 3"),
        (HiddenMarkov([1.0], [[1.0]], [[1.0]]), 4, linear(2), 1e-9, "output_law is exact"),
        (FAST, 0, linear(2), 1e-9, "length is an integer >= 1"),
        (FAST, 4, (0.5, 0.4), 1e-9, "sums to 1"),
        (FAST, 4, linear(2), 0.0, "tolerance is a number > 0, such as 1e-6, got 0.0"),
        (FAST, 4, linear(2), float("nan"), "tolerance is a number, got nan"),
    ],
    ids=["order", "hmm", "length", "schedule", "zero", "nan"],
)
def test_refusals(
    language: object, length: int, schedule: tuple[float, ...], tolerance: float, message: str
) -> None:
    with pytest.raises(ValueError, match=message) as caught:
        chain_sequence_error_rate(language, length=length, schedule=schedule, tolerance=tolerance)
    assert "\n" not in str(caught.value)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(CHAINS, st.integers(1, 7))
def test_powers_and_reveal_laws_are_those_of_the_chain(language: NGram, distance: int) -> None:
    chain = markov_chain(language)
    table = powers(chain, distance)
    matrix = np.linalg.matrix_power(chain.transition.numpy(), distance)
    values = table.numbers.values()[distance].numpy()
    assert values[:-1, :-1] == pytest.approx(matrix, rel=1e-14, abs=1e-300)
    possible = np.linalg.matrix_power((chain.transition > 0).numpy().astype(object), distance) > 0
    assert ((table.numbers.mantissa[distance, :-1, :-1] > 0).numpy() == possible).all()
    near = torch.arange(1, distance, device="cpu")
    law = table.reveal_law(near, torch.full_like(near, distance))
    reachable = (table.numbers.mantissa[distance] > 0).expand(len(near), -1, -1)
    assert law.sum(-1)[reachable].numpy() == pytest.approx(1.0, abs=1e-13)
    assert not law[~reachable].any()
    # the twin: transition rows and columns mixed up
    wrong = Powers(Scaled(*(part.transpose(1, 2) for part in table.numbers)), 0.0)
    if distance > 1 and chain.symbols > 1 and not np.allclose(values, values.T):
        assert not np.allclose(wrong.numbers.values()[distance], values)
