"""Which model is cheaper at a target error: diffusion or autoregression, by every cost.

For each strategy of masked diffusion and each noise and grid that revise tokens the least steps
that reach the target, and what they cost; beside them the L calls of an autoregressive model of the
same size with a key-value cache. All are taken to have exact conditionals: autoregression then
generates the language itself and meets every target, and diffusion errs only because a step draws
its tokens independently.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import replace

from synthetic.arguments import check_length, check_number, checked, seeded, short
from synthetic.denoisers import Oracle
from synthetic.experiments.kinds.measurement import exact
from synthetic.languages import Language
from synthetic.models import TransformerConfig
from synthetic.models.flops import forward_flops
from synthetic.quantities import Estimate
from synthetic.sampling import Strategy, generate
from synthetic.sampling.named import STRATEGIES
from synthetic.sampling.strategies.named_strategy import NamedStrategy
from synthetic.sampling.strategies.strategy import CountedCalls
from theory.advice.answer import (
    ERRORS,
    Advice,
    CostName,
    Costs,
    Preference,
    Recommendation,
    StrategyAdvice,
)
from theory.advice.call_seconds import CallSeconds
from theory.advice.noise_samplers import NOISE_SAMPLERS, noise_error
from theory.advice.strategy_errors import Metric, StrategyError, strategy_error
from theory.laws.cost import Autoregressive, cost, sampled_evaluations

LENGTH = 32  # unless given
ASSUMPTION = (
    "Learning error is not included: both models are taken to have exact conditionals, and what "
    "trained ones get wrong comes on top."
)


def check_target(metric: Metric, target: float) -> float:
    """The target as given, or a one-line error."""
    if metric not in ERRORS:
        raise ValueError(f"metric is one of {', '.join(ERRORS)}, got {short(metric)}")
    target = check_number("target", target)
    if not (0 < target < math.inf if metric == "ter" else 0 < target < 1):
        allowed = "a number of nats > 0" if metric == "ter" else "between 0 and 1"
        raise ValueError(f"a target {ERRORS[metric]} is {allowed}, got {target}")
    return float(target)


@checked
def advise(
    language: Language,
    metric: Metric,
    target: float,
    *,
    length: int = LENGTH,
    model: TransformerConfig | None = None,
    timing: CallSeconds | None = None,
    samples: int = 1000,
    seed: int = 0,
    progress: Callable[[int, int, str], None] | None = None,
) -> Advice:
    """The least steps of every strategy, their costs over those of autoregression, and verdicts.

    Targets: of the TER gap log TER(p) - log TER(q) in nats per token, > 0; of the sequence error
    rate and of the error of the answer, the whole sequence being generated, between 0 and 1. Errors
    come from `strategy_error`, exact or of `samples` sequences. Both models are of width 64 with 4
    blocks of 4 heads unless one is given. Seconds are calls times measured seconds of a call, where
    a timing is given. A verdict takes the strategy of the least cost; it
    is undecided where the interval of its ratio reaches below and above one. `progress` is told how
    many strategies are done, how many there are, and which is next.
    """
    target = check_target(metric, target)
    length = check_length(length)
    model = _small_model(language.vocab_size, length) if model is None else model
    tell = progress or (lambda done, every, following: None)
    every = len(STRATEGIES) + len(NOISE_SAMPLERS)
    strategies = []
    unknown = []
    for place, strategy in enumerate(STRATEGIES.values()):
        tell(place, every, strategy.name)
        error = strategy_error(
            language, strategy, metric, length=length, target=target, samples=samples, seed=seed
        )
        if error is None:
            unknown.append(strategy.name)
            continue

        def calls(steps: float, strategy: NamedStrategy = strategy) -> Estimate:
            if math.isinf(steps):
                return exact(math.inf)
            built = strategy.build(length, int(steps))
            return _calls(language, built, length, samples, seed)

        final = strategy.most_steps is not None
        strategies.append(
            _strategy_advice(strategy.name, error, calls, target, length, model, timing, final)
        )
    for place, name in enumerate(NOISE_SAMPLERS, len(STRATEGIES)):
        tell(place, every, name)
        error = noise_error(language, name, metric, length=length, samples=samples, seed=seed)
        if error is None:
            unknown.append(name)
        else:
            strategies.append(
                _strategy_advice(name, error, exact, target, length, model, timing, False)
            )
    autoregressive = cost(model, length=length, strategy=Autoregressive())
    autoregression = Costs(
        exact(autoregressive.evaluations),
        exact(autoregressive.flops),
        None if timing is None else timing.autoregression,
    )
    verdicts = [
        _verdict(name, reference, strategies, length, timing)
        for name, reference in autoregression.named().items()
    ]
    return Advice(
        metric,
        target,
        length,
        model,
        timing,
        tuple(strategies),
        tuple(unknown),
        autoregression,
        tuple(verdicts),
    )


def _small_model(vocab_size: int, length: int) -> TransformerConfig:
    return TransformerConfig(
        vocab_size=vocab_size,
        max_length=length,
        width=64,
        depth=4,
        heads=4,
        causal=False,
        rotary=True,
    )


def _calls(
    language: Language, strategy: Strategy, length: int, samples: int, seed: int
) -> Estimate:
    """Calls of a sequence: by formula, or in the mean over samples where they depend on tokens."""
    if isinstance(strategy, CountedCalls):
        return exact(strategy.expected_evaluations(length))
    generator = seeded(seed)
    generation = generate(
        Oracle(language), strategy, length=length, count=samples, generator=generator
    )
    return sampled_evaluations(strategy, generation)


def _strategy_advice(
    name: str,
    error: StrategyError,
    calls_after: Callable[[float], Estimate],
    target: float,
    length: int,
    model: TransformerConfig,
    timing: CallSeconds | None,
    final: bool,
) -> StrategyAdvice:
    steps = error.least_steps(target, guess=length)

    least, low, high = (calls_after(end) for end in (steps.value, steps.low, steps.high))
    known = f"expected at the {steps.estimator}"
    calls = Estimate(least.value, low.low, high.high, steps.samples, known)
    one_call = float(forward_flops(model, length=length))
    flops = Estimate(
        calls.value * one_call, calls.low * one_call, calls.high * one_call, steps.samples, known
    )
    seconds = None
    if timing is not None:
        one = timing.diffusion
        ends = calls.value * one.value, calls.low * one.low, calls.high * one.high
        seconds = Estimate(*ends, one.samples, f"calls times {one.estimator}")
    last = error.error(error.most) if math.isinf(steps.value) else None
    return StrategyAdvice(
        name,
        steps,
        error.estimator,
        error.exact,
        Costs(calls, flops, seconds),
        error.most,
        last,
        final,
    )


def _verdict(
    name: CostName,
    reference: Estimate,
    strategies: Sequence[StrategyAdvice],
    length: int,
    timing: CallSeconds | None,
) -> Preference:
    """By the cheapest strategy; one that is certainly cheaper comes before one that may be.

    Diffusion costs no more than its strategy of the least upper end.
    """

    def ratio(line: StrategyAdvice) -> Estimate:
        cost = line.costs.named()[name]
        ends = cost.value / reference.value, cost.low / reference.high, cost.high / reference.low
        return Estimate(*ends, cost.samples, f"{name} over autoregression")

    ratios = {line.strategy: ratio(line) for line in strategies}
    certain = [strategy for strategy, ratio in ratios.items() if ratio.high < 1]
    best = min(certain or ratios, key=lambda strategy: ratios[strategy].value)
    cost = ratios[best]
    most = max(cost.value, min(other.high for other in ratios.values()))
    cost = replace(cost, high=min(cost.high, most))
    (line,) = [line for line in strategies if line.strategy == best]
    if math.isinf(cost.value):
        return Preference(name, "autoregression", best, cost, "no strategy reaches the target")
    reason = _reason(name, line, reference, length, timing)
    if cost.high < 1:
        choice: Recommendation = "noisy diffusion" if best in NOISE_SAMPLERS else "masked diffusion"
        return Preference(name, choice, best, cost, reason)
    if cost.low >= 1:
        return Preference(name, "autoregression", best, cost, f"even {reason}")
    doubt = f"{reason}, but the ratio may lie anywhere in {cost.low:.3g}..{cost.high:.3g}"
    return Preference(name, "undecided", best, cost, doubt)


def _reason(
    name: CostName,
    line: StrategyAdvice,
    reference: Estimate,
    length: int,
    timing: CallSeconds | None,
) -> str:
    """What the best strategy costs and why, beside autoregression."""
    calls = line.costs.calls.value
    times = line.costs.named()[name].value / reference.value
    ratio = f"{times:.3g} times the {name}"
    if name == "calls":
        return f"{line.strategy} needs {calls:.4g} calls, autoregression {length} ({ratio})"
    if name == "FLOPs" or timing is None:
        per_call = times / calls * length
        return (
            f"{line.strategy} needs {ratio}: each of its {calls:.4g} calls computes all {length} "
            f"positions, at the cost of {per_call:.3g} cached calls of one"
        )
    one, all_cached = timing.diffusion.value * 1e3, timing.autoregression.value * 1e3
    return (
        f"{line.strategy} takes {ratio}: {calls:.4g} calls of {one:.3g} ms a sequence against "
        f"{all_cached:.3g} ms for all {length} cached ones, in batches of {timing.batch_size}"
    )
