"""The error of samplers that revise tokens, exact denoiser, by simulation: one call a step."""

from collections.abc import Callable
from functools import cache

from synthetic.arguments import seeded
from synthetic.denoisers import NoisyOracle
from synthetic.experiments.kinds.ancestral_error import sampler_name
from synthetic.languages import Language
from synthetic.languages.prompted import Prompted
from synthetic.metrics import answer_error_rate, sequence_error_rate
from synthetic.noise.named import build_grid, build_noise
from synthetic.quantities import Estimate
from synthetic.sampling import ancestral
from theory.advice.strategy_errors import Metric, StrategyError
from theory.studies.noise_grids import grid_at

NOISE_SAMPLERS = {
    sampler_name(noise, grid): (noise, grid)
    for noise, grid in (
        ("uniform", "geometric"),
        ("uniform", "log-odds"),
        ("uniform", "cosine"),
        ("uniform", "linear"),
        ("hybrid", "geometric"),
    )
}

STARTS: dict[str, Callable[[int], int]] = {
    "geometric": lambda length: 4,
    "log-odds": lambda length: 5,
    "cosine": lambda length: round(length**0.5),
    "linear": lambda length: (length + 1) // 2,
}
GRID_ADVICE = (
    "Grids, where tokens are revised: even log-odds down to 0.01/L are the rule of thumb, good by "
    "validity and by frequencies; geometric makes fewer invalid sequences and worse frequencies, "
    "and the linear grid wastes its steps. The rule fails on needles, where a rare class far from "
    "the common one is lost in few steps, and is behind cosine where nothing is impossible: look "
    "at frequencies, sequence error does not see them."
)


def noise_error(
    language: Language, name: str, metric: Metric, *, length: int, samples: int, seed: int
) -> StrategyError | None:
    """SER or answer error of a sampler of `NOISE_SAMPLERS` from `samples` sequences.

    Geometric and log-odds grids end at level 0.01 / L. L steps are the most looked at: masks
    revealed one at a time make no error in as many calls. None for the TER gap: no path
    probabilities bound it.
    """
    if metric == "ter":
        return None
    noise_name, grid = NOISE_SAMPLERS[name]
    noise = build_noise(noise_name, language.vocab_size)

    def error(steps: int) -> Estimate:
        generation = ancestral(
            NoisyOracle(language, noise),
            noise,
            build_grid(grid_at(grid, length), steps),
            length=length,
            count=samples,
            generator=seeded(seed),
        )
        if metric == "answer" and isinstance(language, Prompted):
            return answer_error_rate(generation.tokens, language)
        return sequence_error_rate(generation.tokens, language)

    start = STARTS[grid](length)
    return StrategyError(cache(error), length, "simulation", False, samples, start=start)
