"""The numbers of docs/revisable_tokens.md, section 13: grids of noise levels."""

import math
from collections.abc import Sequence
from functools import cache

import torch

from synthetic.denoisers import NoisyOracle
from synthetic.languages import Finite
from synthetic.metrics import enumerated_law, kl_divergence
from synthetic.noise import Uniform
from synthetic.noise.named import build_grid
from tests.prose.page import Item, Passage, Table
from tests.prose.revision import CHAIN, ERROR, PAIRS, exact_error
from tests.prose.rows import chosen, number
from theory.laws import ancestral_law
from theory.laws.enumeration.counted_bits_noise import counted_bits_noise_law
from theory.studies.noise_grids import PLAIN_GRIDS, grid_at

STEPS = (4, 8, 16)
WITH_ENDS = {("8", 3), ("16", 3)}
ZEROS = "ngram:order=2,vocab=3,branching=2,seed=0"
LANGUAGES = {
    "chain with zeros": ZEROS,
    "the same": "ngram:order=2,vocab=3,branching=3,seed=0",
    "parity": "even-ones",
    "copy pairs": "regex:(aa|bb|cc)*",
    "balanced words": "balanced-2",
    "four runs (`tomita-7`)": "tomita-7",
}
TWO_DIGITS_FROM = 150  # ratios are printed to units below, to two digits from there on


def _long_words(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """SER, and the divergence of pairs of tokens in 1e-4 nats."""
    steps, grid = int(labels[0].strip("$")), PLAIN_GRIDS[column]
    rate, pairs = (exact_error(CHAIN, 64, grid, steps, what) for what in (ERROR, PAIRS))
    ends = rate if (str(steps), column) in WITH_ENDS else rate[:1]
    return [*ends, 1e4 * pairs[0]]


@cache
def _divergence(language: str, grid: str, steps: int, metric: str = "divergence") -> float:
    reveal = f"uniform noise, {grid} grid"
    wanted = {"language": language, "reveal": reveal, "steps": steps}
    return number("best grid", metric=f"grid_{metric}", **wanted)


def _small_languages(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """KL of the best grid, or of a plain one over that, in 4, 8 and 16 steps."""
    language = LANGUAGES[labels[0].partition(", ")[0]]
    best = [_divergence(language, "best by divergence", steps) for steps in STEPS]
    if column == 0:
        return best
    plain = [_divergence(language, PLAIN_GRIDS[column - 1], steps) for steps in STEPS]
    return [_printed(above / below) for above, below in zip(plain, best, strict=True)]


def _printed(ratio: float) -> float:
    return float(f"{ratio:.1e}") if ratio >= TWO_DIGITS_FROM else ratio


def _log_odds() -> list[float]:
    """First level of the best grid and its last one but that of the repair, at N = 8 and 16."""
    rows = chosen("best grid", language=ZEROS, metric="grid_log_odds")
    rows = rows[rows["reveal"] == "uniform noise, best by divergence grid"]
    ends = []
    for steps in (8, 16):
        levels = rows[rows["steps"] == steps].sort_values("target")["value"].to_list()
        ends += [levels[0], levels[-2]]
    return ends


def _last_repair() -> list[float]:
    """The exponent of ten of the last level of the best grid of 8 steps."""
    rows = chosen("best grid", language=ZEROS, metric="grid_log_odds", steps=8)
    rows = rows[rows["reveal"] == "uniform noise, best by divergence grid"]
    return [math.log10(1 / (1 + math.exp(-rows["value"].min())))]


def _best_by_errors() -> list[float]:
    """SER in 1e-5 and KL of the grid that is best by SER, N = 8."""
    grid = "best by sequence_error_rate"
    rate, divergence = (_divergence(ZEROS, grid, 8, what) for what in (ERROR, "divergence"))
    return [1e5 * rate, divergence]


@cache
def _needle(grid: str, steps: int) -> tuple[float, float]:
    """KL of words 0^64 and 1^64 of .9 and .1, and what is left of the second."""
    words = torch.tensor([[0] * 64, [1] * 64], device="cpu")
    language = Finite(words, torch.tensor([0.9, 0.1], dtype=torch.float64, device="cpu"))
    levels = build_grid(grid_at(grid, 64), steps)
    law = counted_bits_noise_law(language, levels, length=64)
    divergence = 0.9 * math.log(0.9 / law[0]) + 0.1 * math.log(0.1 / law[-1])
    return divergence, float(law[-1])


def _needles(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    """At 8 steps; at 16 and 32 not, for the seconds that they take: the law is the same."""
    steps = int(labels[0])
    return _needle(PLAIN_GRIDS[column], steps) if steps == 8 else None


@cache
def _nearly_deterministic() -> list[float]:
    """KL in 4, 8 and 16 steps of one word of .9 among 256 of 8 bits; four grids."""
    chances = torch.full((256,), 0.1 / 255, dtype=torch.float64, device="cpu")
    chances[0] = 0.9
    words = [[int(bit) for bit in f"{word:08b}"] for word in range(256)]
    language, noise = Finite(words, chances), Uniform(2)
    truth, oracle = enumerated_law(language, 8), NoisyOracle(language, noise)
    values = []
    for name in ("cosine", "log-odds", "linear", "geometric"):
        for steps in STEPS:
            law = ancestral_law(oracle, noise, build_grid(grid_at(name, 8), steps), length=8)
            values.append(float(kl_divergence(truth, law)))
    return values


SECTION: tuple[Item, ...] = (
    Table(
        "| $N$ | linear | cosine | geometric | log-odds |\n|---|---|---|---|---|\n| 8 | .93",
        _long_words,
    ),
    Table("| language | best KL | linear |", _small_languages),
    Passage(
        "they take narrow log-odds, {} to ${}$ at $N = 8$ and {} to ${}$ at 16, evenly in the",
        _log_odds,
    ),
    Passage("one more level far down: at $10^{{}}$ for one last repair.", _last_repair),
    Passage(
        "best grid of the chain as well (${} \\cdot 10^{-5}$ at $N = 8$), with KL {}: all words",
        _best_by_errors,
    ),
    Table(
        "| $N$ | linear | cosine | geometric | log-odds |\n|---|---|---|---|---|\n| 8 | .024",
        _needles,
    ),
    Passage(
        "4, 8, 16 steps: cosine {}, {}, {}; log-odds {}, {}, {}; linear {}, {}, {}; geometric {}, "
        "{}, {}. Steps",
        _nearly_deterministic,
    ),
)
