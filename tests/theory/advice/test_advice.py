"""Least steps against brute search over enumerated laws, and what follows from them."""

import json
import math
from collections.abc import Callable
from functools import cache, partial
from typing import Any

import pytest
import torch
from torch import Tensor

import steplab
from synthetic.denoisers import NoisyOracle, Oracle
from synthetic.languages import HiddenMarkov, RunningSum, enumerate_sequences
from synthetic.languages.prompted import Prompted
from synthetic.models import TransformerConfig
from synthetic.noise.named import build_grid, build_noise
from synthetic.quantities import Estimate
from synthetic.sampling import Bernoulli, FixedCount
from synthetic.sampling.named import STRATEGIES, build_strategy
from tests.theory.laws.paths import erring_chain
from theory.advice.advice import advise
from theory.advice.noise_samplers import NOISE_SAMPLERS
from theory.advice.strategy_errors import Metric
from theory.laws.curves.information_curve import InformationCurve, information_curve
from theory.laws.enumeration.ancestral_law import ancestral_law
from theory.laws.enumeration.output_law import output_law
from theory.studies.noise_grids import grid_at

MODEL = TransformerConfig(
    vocab_size=8, max_length=64, width=64, depth=4, heads=4, causal=False, rotary=True
)
LENGTH = 5
SAMPLES = 500
CHAIN = erring_chain(1)
HIDDEN = HiddenMarkov.random(states=5, vocab_size=3, branching=2, temperature=1.0, seed=3)
SUMS = RunningSum(3)
NAMES = {id(CHAIN): "chain", id(HIDDEN): "hidden", id(SUMS): "sums"}


def wrong_answers(language: Prompted, words: Tensor) -> Tensor:
    """Words (B, L) whose answer follows from no word with the same prompt, by comparing lists."""
    kept = language.prompt_positions(LENGTH) | language.answer_positions(LENGTH)
    seen = {tuple(word) for word in words[language.contains(words)][:, kept].tolist()}
    return torch.tensor([tuple(word) not in seen for word in words[:, kept].tolist()])


@cache
def law_of(language: Any, reveal: str, steps: int) -> Tensor:
    """The law (V^L,) of a sampler with the exact denoiser, listed once for both metrics."""
    if reveal in NOISE_SAMPLERS:
        name, grid = NOISE_SAMPLERS[reveal]
        noise, levels = build_noise(name, language.vocab_size), grid_at(grid, LENGTH)
        return ancestral_law(
            NoisyOracle(language, noise), noise, build_grid(levels, steps), length=LENGTH
        )
    return output_law(Oracle(language), build_strategy(reveal, LENGTH, steps), length=LENGTH)


@cache
def curve_of(language: Any) -> InformationCurve:
    return information_curve(language, LENGTH)


def enumerated_error(language: Any, reveal: str, metric: Metric, steps: int) -> float:
    """The referee: no search, no simulation, no chain law.

    Where `ter` is a path bound it is that of the information curve, else that of the law.
    """
    whole_law = language is CHAIN and reveal == "bernoulli"
    if metric == "ter" and STRATEGIES[reveal].random_order and not whole_law:
        strategy = build_strategy(reveal, LENGTH, steps)
        if isinstance(strategy, Bernoulli):
            return curve_of(language).path_bound(strategy.schedule)
        sizes = strategy.sizes if isinstance(strategy, FixedCount) else (1,) * LENGTH
        return curve_of(language).path_bound_of_sizes(sizes)
    return error_of(law_of(language, reveal, steps), language, metric)


def error_of(law: Tensor, language: Any, metric: Metric) -> float:
    """An error of a law (V^L,)."""
    words = enumerate_sequences(language.vocab_size, LENGTH, law.device)
    if metric == "answer":
        return float(law[wrong_answers(language, words)].sum())
    true = language.log_prob(words)
    if metric == "ser":
        return float(law[true == -math.inf].sum())
    possible = true > -math.inf
    weighed = true[possible].exp() * (true[possible] - law[possible].log())
    return float(weighed.sum()) / LENGTH


def brute_least_steps(error: Callable[[int], float], target: float, first: int, most: int) -> float:
    """Every N from the first on; 1e-12 for what rounds."""
    return float(next((n for n in range(first, most + 1) if error(n) <= target + 1e-12), math.inf))


def agrees(estimate: Estimate, least: float) -> bool:
    """Exact ones are equal, simulated ones hold the least in their interval."""
    return estimate.low <= least <= estimate.high


CASES: list[tuple[Any, Metric, float]] = [
    (CHAIN, "ter", 0.03),
    (CHAIN, "ser", 0.15),
    (HIDDEN, "ter", 0.03),
    (HIDDEN, "ser", 0.1),
    (SUMS, "answer", 0.2),
]


@pytest.mark.parametrize(
    ("language", "metric", "target"), CASES, ids=lambda part: NAMES.get(id(part), str(part))
)
def test_least_steps_are_those_of_brute_search(
    language: Any, metric: Metric, target: float
) -> None:
    """Seeded: the errors are 95% intervals, and the seed is one at which all hold."""
    advice = advise(language, metric, target, length=LENGTH, model=MODEL, samples=SAMPLES)
    shown = [line.strategy for line in advice.strategies]
    assert shown == [name for name in (*STRATEGIES, *NOISE_SAMPLERS) if name not in advice.unknown]
    least = {}
    for line in advice.strategies:
        most = min(line.most, 16)
        takes_steps = line.strategy in NOISE_SAMPLERS or STRATEGIES[line.strategy].takes_steps
        first = 1 if takes_steps else most
        error = partial(enumerated_error, language, line.strategy, metric)
        least[line.strategy] = brute_least_steps(error, target, first, most)
        assert agrees(line.steps, least[line.strategy]), line
        if line.exact:
            assert line.steps.low == line.steps.high
    # the twin: another strategy's least steps
    assert not all(
        agrees(line.steps, least[twin])
        for line, twin in zip(advice.strategies, (*shown[1:], shown[0]), strict=True)
    )


def test_each_target_changes_the_answer() -> None:
    """A loose TER target leaves few calls, a strict SER target all that autoregression needs."""
    few = advise(CHAIN, "ter", 0.3, length=LENGTH, model=MODEL)
    many = advise(CHAIN, "ser", 0.01, length=LENGTH, model=MODEL)
    loose, strict = (
        next(line for line in advice.strategies if line.strategy == "bernoulli")
        for advice in (few, many)
    )
    assert loose.steps.value < strict.steps.value
    assert loose.costs.calls.value < strict.costs.calls.value
    assert few.recommendation != many.recommendation
    by_calls = [
        next(one for one in advice.verdicts if one.cost == "calls") for advice in (few, many)
    ]
    assert by_calls[0].ratio.value < by_calls[1].ratio.value


def test_a_target_out_of_reach_is_said_plainly() -> None:
    advice = advise(HIDDEN, "ser", 1e-6, length=LENGTH, model=MODEL, samples=200)
    line = next(line for line in advice.strategies if line.strategy == "bisection")
    assert line.steps.value == float("inf")
    assert "out of reach" in line.remark


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ngram2-v8", "--target", "0"], "TER gap is a number of nats > 0"),
        (["ngram2-v8", "--metric", "ser", "--target", "1"], "SER is between 0 and 1"),
        (["ngram2-v8", "--metric", "answer"], "ngram2-v8 has no answers"),
    ],
)
def test_wrong_use_is_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit, match="2"):
        steplab.main(["advise", *arguments])
    said = capsys.readouterr().err
    assert message in said
    assert said.count("\n") == 1


def test_the_command_prints_one_object(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["advise", "ngram2-v8", "--length", "4", "--metric", "ser", "--target", "0.4"]
    with pytest.raises(SystemExit, match="0"):
        steplab.main([*arguments, "--no-seconds", "--json", "--samples", "50"])
    record = json.loads(capsys.readouterr().out)
    assert record["recommendation"].startswith("For SER <= 0.4 at length 4, prefer ")
