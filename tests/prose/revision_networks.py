"""The numbers of docs/revisable_tokens.md, section 9: trained networks."""

from collections.abc import Sequence

from tests.prose.page import Item, Passage, Table
from tests.prose.revision import (
    CHAIN,
    COPY_PAIRS,
    PAIRS,
    SUMS,
    exact_error,
    masked_network_error,
    network_error,
    noisy_divergence,
    share_of_masks,
)
from tests.prose.rows import interval, number, statistic
from theory.studies.noise_units import STANDARD_NOISE
from theory.studies.profiles import STANDARD

BRACKETS, TRIGRAM = "dyck2-depth3", "ngram3-v8"
CALLS = (4, 8, 12, 16, 24, 32, 64)
FEW_CALLS = (4, 8, 16, 32, 64)
GROUPS = {
    "chain": CHAIN,
    "copy pairs": COPY_PAIRS,
    "running sums": SUMS,
    "hidden states": "hmm32-v8",
    "brackets": BRACKETS,
    "3-gram": TRIGRAM,
}
HEADER = "| calls | 4 | 8 | 12 | 16 | 24 | 32 | 64 |\n|---|---|---|---|---|---|---|---|\n"
FEWER = "| calls | 4 | 8 | 16 | 32 | 64 |\n|---|---|---|---|---|---|\n"
EXPONENT = "growth exponent of least N with L, SER <= 0.5, uniform noise, "


def _error(language: str, length: int, what: str, calls: int) -> float:
    """SER in so many calls by what the line of a table is called."""
    name, _, grid = what.partition(", ")
    if "mask" in name:
        return masked_network_error(language, length, calls)
    last = what.rpartition(", ")[2].partition(" ")[0]
    grid = last if last in ("cosine", "geometric") else "geometric"
    if name == "exact denoiser":
        return exact_error(language, length, grid, calls)[0]
    told = "not told" not in what
    return network_error(language, length, grid, calls, low="low noise" in what, told=told)


def _short_chain(labels: tuple[str, ...], column: int) -> Sequence[float]:
    return (_error(CHAIN, 32, labels[0], CALLS[column]),)


def _long(labels: tuple[str, ...], column: int) -> Sequence[float]:
    return (_error(GROUPS[labels[0]], 64, labels[1], CALLS[column]),)


def _equal_words(labels: tuple[str, ...], column: int) -> Sequence[float]:
    return (_error(GROUPS[labels[0]], 32, labels[1], CALLS[column]),)


def _untold() -> list[float]:
    """SER of the network that is not told the level, low noise last, in 12 calls by grid; at 32
    calls that of masks and of this one by grid."""
    few, many = (
        [
            network_error(CHAIN, 32, grid, calls, low=True, told=False)
            for grid in ("cosine", "geometric")
        ]
        for calls in (12, 32)
    )
    return [*few, masked_network_error(CHAIN, 32, 32), *many]


def _masked_words() -> list[float]:
    """Words that the masked models of the same budget saw, which is that of both trainings."""
    network = next(one for one in STANDARD_NOISE.networks if one.language == BRACKETS)
    assert network.masked_budget is not None
    seen = network.masked_budget.steps * network.masked_budget.batch_size
    assert seen == sum(_words()[1:])
    return [seen]


def _learned() -> list[float]:
    """Divergence of brackets and of the 3-gram: of noise at level .18, and mean one of masks."""
    noise = [
        noisy_divergence(one, 32, 0.18, low=low)
        for one, low in ((BRACKETS, True), (TRIGRAM, False))
    ]
    masks = [
        number("training", metric="conditional_divergence", language=one, length=32)
        for one in (BRACKETS, TRIGRAM)
    ]
    return [noise[0], masks[0], masks[1], noise[1]]


def _few_calls(labels: tuple[str, ...], column: int) -> Sequence[float]:
    return (_error(GROUPS[labels[0]], 64, labels[1], FEW_CALLS[column]),)


def _sums() -> list[float]:
    """Divergence at level .18; SER of the network and of masks, which go on to L calls."""
    return [
        noisy_divergence(SUMS, 64, 0.18, low=False),
        *(network_error(SUMS, 64, "geometric", calls, low=True) for calls in (16, 32)),
        *(masked_network_error(SUMS, 64, calls) for calls in (16, 32, 64)),
    ]


def _sum_words() -> list[float]:
    """Words and their lengths: of the network and of the masked model, first ones first."""
    network = next(one for one in STANDARD_NOISE.networks if one.language == SUMS)
    group = next(one for one in STANDARD.groups if SUMS in one.languages)
    assert network.start is not None
    assert group.start is not None
    stages = (
        (network.start.budget, network.start.length),
        (network.budget, network.length),
        (network.low_noise_budget, None),
        (group.start.diffusion, group.start.length),
        (group.diffusion, group.length),
    )
    numbers = [(budget.steps * budget.batch_size, length) for budget, length in stages]
    return [one for pair in numbers for one in pair if one is not None]


def _words() -> list[float]:
    """Words that the masked model saw, and the network at all levels and at low ones."""
    network = STANDARD_NOISE.networks[0]
    group = next(one for one in STANDARD.groups if CHAIN in one.languages and one.length == 32)
    budgets = (group.diffusion, network.budget, network.low_noise_budget)
    return [budget.steps * budget.batch_size for budget in budgets]


def _size() -> list[float]:
    architecture = STANDARD_NOISE.networks[0].architecture
    return [architecture.width, architecture.depth]


def pairs(language: str, length: int, calls: int, *, low: bool) -> float:
    """Divergence of pairs of tokens of a trained network along the geometric grid, in nats."""
    return network_error(language, length, "geometric", calls, PAIRS, low=low)


def _faulty_words() -> list[float]:
    """One training word in how many has a fault at level .001: L = 32, V = 8."""
    return [1 / (1 - (1 - 0.001 * 7 / 8) ** 32)]


def _short_forgets() -> list[float]:
    return [
        *(noisy_divergence(CHAIN, 32, 0.56, low=low) for low in (True, False)),
        *(pairs(CHAIN, 32, 64, low=low) for low in (True, False)),
        *(pairs(CHAIN, 32, 16, low=low) for low in (True, False)),
    ]


def _long_forgets() -> list[float]:
    return [
        *(noisy_divergence(COPY_PAIRS, 64, 0.56, low=low) for low in (True, False)),
        *(pairs(one, 64, 64, low=low) for one in (CHAIN, COPY_PAIRS) for low in (True, False)),
    ]


def _exponents() -> list[float]:
    claim = "linear-steps-for-any-diffusion"
    names = [f"{EXPONENT}{grid} grid" for grid in ("geometric", "cosine")]
    return [end for name in names for end in interval(statistic(claim, name, CHAIN, "trained"))]


SECTION: tuple[Item, ...] = (
    Passage("$L = 32$, width {}, depth {}. The masked", _size),
    Passage(
        "The masked model saw {} words; the network of uniform noise {} at all levels, and then {} "
        "more at levels log-uniform below .1.",
        _words,
    ),
    Table(
        f"{HEADER}| masks",
        _short_chain,
    ),
    Passage(
        "better than the geometric one, {} for {} in 12, and it stays below masks of as many calls "
        "at 8 and 16, but not at 32, where they have {} and it has {} and {}.",
        _untold,
    ),
    Passage(
        "({} nats at level .001, {} at .18), but",
        lambda: [noisy_divergence(CHAIN, 32, level, low=False) for level in (0.001, 0.18)],
    ),
    Passage("at .001 one training word in {} has a fault.", _faulty_words),
    Passage(
        "most of the floor away: {} nats at level .001,",
        lambda: [noisy_divergence(CHAIN, 32, 0.001, low=True)],
    ),
    Passage("{} [{}, {}] of their calls for SER .1.", lambda: share_of_masks(f"{CHAIN}, L = 32")),
    Passage(
        "It forgets high noise ({} nats at level .56, before {}): SER forgives that, frequencies "
        "of pairs hardly (divergence {} nats at 64 calls of the geometric grid, before {}; at 16 "
        "calls {}, before {}).",
        _short_forgets,
    ),
    Table(
        f"{HEADER}| chain",
        _long,
        grouped=True,
    ),
    Passage(
        "a trained network takes {} [{}, {}] and {} [{}, {}] of the calls of masks for SER .1",
        lambda: [*share_of_masks(f"{CHAIN}, L = 64"), *share_of_masks(COPY_PAIRS)],
    ),
    Passage(
        "levels, grow with exponent {} [{}, {}] on the geometric grid and {} [{}, {}] on the "
        "cosine one",
        _exponents,
    ),
    Passage(
        "(on copy pairs {} nats at level .56, before {}), and with many calls frequencies of pairs "
        "are further off than after the first, at 64 of the geometric grid {} nats for {} and {} "
        "for {}.",
        _long_forgets,
    ),
    Passage(
        "the masked models saw {} words, the networks of uniform noise {} and {} more.", _words
    ),
    Passage("beside them a masked model of the same size that saw {} words,", _masked_words),
    Table(f"{HEADER}| brackets", _equal_words, grouped=True),
    Passage(
        "do what {} do with masks, {} and {}, and",
        lambda: [
            32,
            network_error(BRACKETS, 32, "geometric", 12, low=True),
            masked_network_error(BRACKETS, 32, 32),
        ],
    ),
    Passage(
        "floor near {} is that", lambda: [network_error(BRACKETS, 32, "geometric", 64, low=True)]
    ),
    Passage(
        "of learning, {} nats at level .18, where masks have {} on average. The 3-gram is learned "
        "by neither: {} nats for masks, {} at level .18,",
        _learned,
    ),
    Table(f"{FEWER}| running", _few_calls, grouped=True),
    Passage(
        "At level .18 the network is at {} nats. In 16 calls it has {} and in 32 calls {}, where "
        "masks have {} and {}, and {} in as many calls as there are tokens",
        _sums,
    ),
    Passage(
        "The network saw {} words of {} tokens, {} of {} and {} more at low noise, the masked "
        "model {} of {} tokens and {} of {}.",
        _sum_words,
    ),
    Table(f"{FEWER}| hidden", _few_calls, grouped=True),
    Passage(
        "after its first training this network is at {} nats at level .18,",
        lambda: [noisy_divergence("hmm32-v8", 64, 0.18, low=False)],
    ),
)
