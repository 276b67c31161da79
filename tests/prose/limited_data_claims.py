"""The numbers of docs/limited_data.md that are statistics of claims, by the ledger."""

import math
from collections.abc import Callable, Sequence

from tests.prose import data
from tests.prose.page import Item, Passage
from theory.claims.data_compute import share
from theory.studies.data_sizes import STANDARD_DATA

PUBLISHED = 15  # repeats
AHEAD = "log of U_AR / U at equal least KL, against "


def of(
    claim: str,
    *names: str,
    size: int | None = None,
    scale: float = 1.0,
    ends: bool = True,
    family: str = data.FAMILY,
) -> Callable[[], list[float]]:
    """Values of statistics of a claim, with the ends of their intervals."""
    return lambda: [
        scale * number
        for name in names
        for number in sorted_ends(data.statistic(claim, name, size, family), scale)[
            : 3 if ends else 1
        ]
    ]


def hidden(claim: str, *names: str, ends: bool = True) -> Callable[[], list[float]]:
    """The same on the hidden Markov models."""
    return of(claim, *names, ends=ends, family=data.HIDDEN)


def both_sizes(claim: str, *names: str, scale: float = 1.0) -> Callable[[], list[float]]:
    """The same of each name at the smaller size and then at the larger one."""
    return lambda: [
        number
        for name in names
        for size in (data.SMALL, data.LARGE)
        for number in of(claim, name, size=size, scale=scale)()
    ]


def sorted_ends(interval: Sequence[float], scale: float) -> Sequence[float]:
    """Value and ends, where a scale below zero exchanges the ends."""
    value, low, high = interval
    return (value, low, high) if scale > 0 else (value, high, low)


def exponentials(values: Callable[[], list[float]]) -> Callable[[], list[float]]:
    """Of logarithms what they are logarithms of."""
    return lambda: [math.exp(number) for number in values()]


def _half_lives() -> list[float]:
    """R* of AR0 and AR* at the smaller size, the published one, and R* at the larger size."""
    names = [f"log of R* of {arm}, at least" for arm in (data.PLAIN, data.TUNED)]
    small, large = (
        [math.exp(data.statistic("data-half-life", name, size)[0]) for name in names]
        for size in (data.SMALL, data.LARGE)
    )
    return [*small, PUBLISHED, *large]


CLAIMS: tuple[Item, ...] = (
    Passage(
        "a causal model of all orders recovers {} [{}, {}] of the gap",
        of("data-any-order", "share of the gap of AR0 to diffusion"),
    ),
    Passage(
        "earlier with larger models, exponents {} [{}, {}] beside AR0 and {} [{}, {}] beside AR*, "
        "and with more data open beside both, {} [{}, {}] and {} [{}, {}] |",
        of(
            "data-crossover-timing",
            *(
                f"exponent of the crossing epoch in {size}, against {arm}"
                for size in ("N", "U")
                for arm in (data.PLAIN, data.TUNED)
            ),
        ),
    ),
    Passage(
        "*earlier* with more data, beside AR0 {} [{}, {}] and beside AR* {} [{}, {}]; on the "
        "chains",
        hidden(
            "data-crossover-timing",
            "exponent of the crossing epoch in U, against AR0",
            "exponent of the crossing epoch in U, against AR*",
        ),
    ),
    Passage(
        "| `data-potential` | refuted: {} and {} times;",
        exponentials(of("data-potential", f"{AHEAD}AR0", f"{AHEAD}AR*", ends=False)),
    ),
    Passage(
        "times; HMM {} and {} |",
        exponentials(hidden("data-potential", f"{AHEAD}AR0", f"{AHEAD}AR*", ends=False)),
    ),
    Passage(
        "for AR0; HMM {} [{}, {}]; too few",
        hidden("data-memorisation-time", "exponent of the updates to memorise in U, AR0, at least"),
    ),
    Passage(
        "; HMM {} [{}, {}] and {} [{}, {}] | | overfitting comes",
        hidden(
            "data-no-saturation",
            "change of the KL of diffusion over the last doubling",
            "change of multiple-choice accuracy of diffusion over the last doubling",
        ),
    ),
    Passage(
        "of that of AR*; HMM {} [{}, {}] and {} [{}, {}] |",
        hidden(
            "data-overconfidence",
            "share of the rise of KL that one refitted temperature takes back, AR0",
            "share of the rise of KL that one refitted temperature takes back, AR*",
        ),
    ),
    Passage(
        "of the gap; HMM {} [{}, {}] |",
        hidden("data-noise-in-inputs", "share of the gap of AR0 to diffusion"),
    ),
    Passage(
        "R* of diffusion is {} [{}, {}] times as long; on the chains",
        exponentials(hidden("data-half-life", "log of R* of diffusion over R* of AR*")),
    ),
    Passage(
        "; HMM {} [{}, {}] | | 4 epochs of AR",
        hidden(
            "data-critical-compute",
            "exponent of the compute of the crossing in U, against AR0, at least",
        ),
    ),
    Passage(
        "16 are not; HMM {} [{}, {}] |",
        hidden("data-repeats", "KL of masked diffusion after 128 epochs"),
    ),
    Passage(
        "| `data-memorisation-time` | inconclusive: exponent {} [{}, {}] for AR0;",
        of("data-memorisation-time", "exponent of the updates to memorise in U, AR0, at least"),
    ),
    Passage(
        "the KL of diffusion rises by {} [{}, {}], its accuracy changes by {} [{}, {}];",
        of(
            "data-no-saturation",
            "change of the KL of diffusion over the last doubling",
            "change of multiple-choice accuracy of diffusion over the last doubling",
        ),
    ),
    Passage(
        "being the last; HMM of AR0 {} [{}, {}], of diffusion {} [{}, {}], later",
        hidden(
            "data-overfitting-epoch",
            "exponent of the epoch of least KL in U, AR0",
            "exponent of the epoch of least KL in U, masked diffusion, at least",
        ),
    ),
    Passage(
        "for AR in *fewer* epochs, exponent of AR* {} [{}, {}]; for diffusion {} [{}, {}], most of",
        of(
            "data-overfitting-epoch",
            "exponent of the epoch of least KL in U, AR*",
            "exponent of the epoch of least KL in U, masked diffusion, at least",
        ),
    ),
    Passage(
        "both are overconfident, by {} and {}; one temperature",
        of(
            "data-overconfidence",
            "largest probability less that of the symbol in the language, AR0",
            "largest probability less that of the symbol in the language, AR*",
            ends=False,
        ),
    ),
    Passage(
        "one temperature takes back {} [{}, {}] of the rise of AR0, {} [{}, {}] of that of AR*;",
        of(
            "data-overconfidence",
            "share of the rise of KL that one refitted temperature takes back, AR0",
            "share of the rise of KL that one refitted temperature takes back, AR*",
        ),
    ),
    Passage(
        "looped make up {} [{}, {}] of the gap of AR0, {} [{}, {}] of that of AR* |",
        of("data-compute", share(data.PLAIN), share(data.TUNED)),
    ),
    Passage(
        "at the last epoch AR* recovers {} [{}, {}] of the gap;",
        of("data-noise-in-inputs", "share of the gap of AR0 to diffusion"),
    ),
    Passage(
        "R* of AR is {} and {}, that of",
        exponentials(
            of(
                "data-half-life",
                "log of R* of AR0, at least",
                "log of R* of AR*, at least",
                ends=False,
            )
        ),
    ),
    Passage(
        "that of diffusion {} [{}, {}] and {} [{}, {}] times as long |",
        exponentials(
            of(
                "data-half-life",
                "log of R* of diffusion over R* of AR0",
                "log of R* of diffusion over R* of AR*",
            )
        ),
    ),
    Passage(
        "{} sizes of data: exponent {} [{}, {}];",
        lambda: [
            len(STANDARD_DATA.unique_sequences),
            *of(
                "data-critical-compute",
                "exponent of the compute of the crossing in U, against AR0, at least",
            )(),
        ],
    ),
    Passage(
        "refuted for diffusion, {} [{}, {}] worse at 128;",
        of("data-repeats", "KL of masked diffusion after 128 epochs"),
    ),
    Passage(
        "4 epochs of AR are as good ({}, {}), 16 are not",
        of("data-repeats", "KL of AR0 after 4 epochs", "KL of AR* after 4 epochs", ends=False),
    ),
    Passage(
        "a half-life of {} and {} repeats, near the published {}; larger models wear their data "
        "out sooner, {} and {}.",
        _half_lives,
    ),
)
