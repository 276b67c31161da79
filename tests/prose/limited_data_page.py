"""The numbers of docs/limited_data.md, but for those of the pilot and of the tuning."""

import math
from collections.abc import Callable, Sequence

from tests.prose import data
from tests.prose.page import Item, Outside, OutsideSection, Page, Passage, Table
from theory.studies.data_sizes import PAPER_DATA, QUICK_DATA, STANDARD_DATA, DataSizes

UNTUNED = data.DIFFUSION_FRESH  # weight decay 0.1
ARMS = (data.PLAIN, data.TUNED, data.DIFFUSION, data.ENSEMBLE)
AFTER = "at 4 times the best epoch"
NOT_IN_ROWS = "a pilot or a tuning, before the rules were written; their runs are not kept"


def of(claim: str, *names: str, scale: float = 1.0, ends: bool = True) -> Callable[[], list[float]]:
    """Values of statistics of a claim, with the ends of their intervals."""
    return lambda: [
        scale * number
        for name in names
        for number in sorted_ends(data.statistic(claim, name), scale)[: 3 if ends else 1]
    ]


def sorted_ends(interval: Sequence[float], scale: float) -> Sequence[float]:
    """Value and ends, where a scale below zero exchanges the ends."""
    value, low, high = interval
    return (value, low, high) if scale > 0 else (value, high, low)


def exponentials(claim: str, *names: str, ends: bool = True) -> Callable[[], list[float]]:
    """The same of logarithms."""
    return lambda: [math.exp(number) for number in of(claim, *names, ends=ends)()]


def _arms(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """Weight decay and dropout, where an arm has them of its own."""
    name = labels[0].partition(",")[0]
    fits = {arm.name: arm for arm in STANDARD_DATA.arms}
    if name not in fits or column == 2:
        return ()
    setting = (fits[name].weight_decay, fits[name].dropout)[column]
    return (setting,) if setting else ()


SIZES: dict[str, DataSizes] = {"quick": QUICK_DATA, "standard": STANDARD_DATA, "paper": PAPER_DATA}


def _sizes(labels: tuple[str, ...], column: int) -> Sequence[float] | None:
    sizes = SIZES[labels[0]]
    tokens = sorted({sizes.length * count for count in sizes.unique_sequences})
    of_paper = labels[0] == "paper"
    columns: tuple[Sequence[float] | None, ...] = (
        (len(sizes.languages),),
        (tokens[0] / 1e3, tokens[-1] / 1e6) if of_paper else (tokens[0], tokens[-1])[: len(tokens)],
        None if of_paper else (data.PARAMETERS / 1000,),
        (),
        (len(sizes.seeds),),
        (sizes.updates,),
        _needs(labels[0]),
    )
    return columns[column]


def _needs(profile: str) -> Sequence[float] | None:
    """Hours and minutes of the standard profile."""
    if profile != "standard":
        return None
    hours, seconds = divmod(sum(data.seconds()), 3600)
    return hours, seconds / 60


def _least(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """Least KL and its epoch by arm; the last epoch, and KL there; on new data KL alone."""
    if not labels[0].replace(",", "").isdigit():
        return _on_new_data(labels[0], column)
    tokens = int(labels[0].replace(",", ""))
    if column < 4:
        return data.least(ARMS[column], tokens)
    if column == 4:
        return (float(data.curve(data.PLAIN, tokens).index[-1]),)
    return (data.last(ARMS[column - 5], tokens),)


def _on_new_data(label: str, column: int) -> Sequence[float]:
    if label.startswith("new sequences"):
        return (data.new(ARMS[column], 4096),)
    return (
        data.new(UNTUNED, {"the same, weight decay .1": 4096, "and twice as many": 8192}[label]),
    )


def _crossed(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """KL of an arm of the factorial, AR0 being the causal one of one order."""
    attention, _, column_of = labels[0].rpartition(", ")
    kind, _, masked = attention.partition(", ")
    orders = ("1", "2", "4", "16", "all")[column]
    arm = f"{kind}, {orders} order{'' if orders == '1' else 's'}{', ' * bool(masked)}{masked}"
    return (data.crossed(data.PLAIN if arm == "causal, 1 order" else arm, column_of),)


BULLETS: tuple[Item, ...] = (
    Passage(
        "At the last epoch diffusion is {} nats below AR0 [{}, {}].",
        of("data-crossover", "KL of diffusion less that of AR0 at the last epoch", scale=-1),
    ),
    Passage(
        "diffusion stays {} nats above it [{}, {}],",
        of("data-crossover", "least KL of diffusion less that of AR*"),
    ),
    Passage(
        "three times the data but {} times [{}, {}]; beside AR0 at its best {} [{}, {}].",
        exponentials(
            "data-potential",
            "log of U_AR / U at equal least KL, against AR*",
            "log of U_AR / U at equal least KL, against AR0",
        ),
    ),
    Passage(
        "it falls, by {} [{}, {}] for AR0.",
        of("data-accuracy-after-overfitting", "multiple-choice accuracy of AR0 at 4", scale=-1),
    ),
    Passage(
        "widens all the same, by {} nats [{}, {}],",
        of("data-option-gap", "gap between right and wrong endings of AR0"),
    ),
    Passage(
        "(area under the curve {} [{}, {}])",
        of("data-option-gap", "area under the curve of right against wrong endings of AR0"),
    ),
    Passage(
        "grow in proportion to it: exponent {} [{}, {}].",
        of("data-memorisation-time", "exponent of the updates to memorise in U, AR0, at least"),
    ),
    Passage(
        "with new sequences it is at {} after {} updates. With a tenth of it the same model is at "
        "{}, and at {} after {} ({}, {} and {} on the three draws), below the .01 that was asked",
        lambda: [
            data.new(data.DIFFUSION, 4096),
            STANDARD_DATA.updates,
            data.new(UNTUNED, 4096),
            data.new(UNTUNED, 8192),
            2 * STANDARD_DATA.updates,
            *data.new_by_draw(UNTUNED, 8192),
        ],
    ),
)

CLAIMS: tuple[Item, ...] = (
    Passage(
        "a causal model of all orders recovers {} [{}, {}] of the gap",
        of("data-any-order", "share of the gap of AR0 to diffusion"),
    ),
    Passage(
        "supported for data: exponents {} [{}, {}] and {} [{}, {}]; one size",
        of(
            "data-crossover-timing",
            "exponent of the crossing epoch in U, against AR0",
            "exponent of the crossing epoch in U, against AR*",
        ),
    ),
    Passage(
        "| `data-potential` | refuted: {} and {} times |",
        exponentials(
            "data-potential",
            "log of U_AR / U at equal least KL, against AR0",
            "log of U_AR / U at equal least KL, against AR*",
            ends=False,
        ),
    ),
    Passage(
        "| `data-memorisation-time` | supported: exponent {} |",
        of(
            "data-memorisation-time",
            "exponent of the updates to memorise in U, AR0, at least",
            ends=False,
        ),
    ),
    Passage(
        "the KL of diffusion rises by {} [{}, {}], its accuracy changes by {} [{}, {}] |",
        of(
            "data-no-saturation",
            "change of the KL of diffusion over the last doubling",
            "change of multiple-choice accuracy of diffusion over the last doubling",
        ),
    ),
    Passage(
        "for AR in *fewer* epochs, exponent {} [{}, {}]; for diffusion {} [{}, {}], most of",
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
        "one temperature takes back {} [{}, {}] of the rise of AR0, {} [{}, {}] of that of AR* |",
        of(
            "data-overconfidence",
            "share of the rise of KL that one refitted temperature takes back, AR0",
            "share of the rise of KL that one refitted temperature takes back, AR*",
        ),
    ),
    Passage(
        "at the last epoch AR* recovers {} [{}, {}] of the gap |",
        of("data-noise-in-inputs", "share of the gap of AR0 to diffusion"),
    ),
    Passage(
        "R* of AR is {} and {}, that of",
        exponentials(
            "data-half-life", "log of R* of AR0, at least", "log of R* of AR*, at least", ends=False
        ),
    ),
    Passage(
        "that of diffusion {} [{}, {}] and {} [{}, {}] times as long |",
        exponentials(
            "data-half-life",
            "log of R* of diffusion over R* of AR0",
            "log of R* of diffusion over R* of AR*",
        ),
    ),
    Passage(
        "{} sizes of data: exponent {} [{}, {}] |",
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
)

page = Page(
    "docs/limited_data.md",
    (
        Table("| arm | weight decay |", _arms),
        Table("| profile | languages |", _sizes),
        Passage(
            "No unit of the standard profile took more than {} minutes",
            lambda: [max(data.seconds()) / 60],
        ),
        Table("| U, tokens | AR0 |", _least),
        *BULLETS,
        Table("| orders | 1 |", _crossed),
        Passage(
            "trained on all of them keeps {} [{}, {}] of what",
            of("data-any-order", "share of the gap of AR0 to diffusion"),
        ),
        Passage(
            "attention with one order keeps {} [{}, {}],",
            lambda: data.recovered_by("bidirectional, 1 order"),
        ),
        *CLAIMS,
    ),
    outside=(
        OutsideSection("## Choosing the ground", NOT_IN_ROWS),
        OutsideSection("## Tuning", NOT_IN_ROWS),
        OutsideSection("## Many small models at once", "seconds by a benchmark"),
        Outside(
            "AR0 is at its best, {} annealed, at epoch {}, and at {} at epoch {}; diffusion passes "
            "it near epoch {} and is at {} at epoch {}, when it has not yet reached what AR had at "
            "epoch {}. The accuracy of AR0 in multiple choice falls from {} at epoch {} to {} at "
            "epoch {} while the gap in log-probability between right and wrong endings grows from "
            "{} to {} nats: there the gap widens by overconfidence alone. Its training set has "
            "probability {} more",
            "the quick profile, whose rows are not among those of the standard one",
        ),
        Outside("| critical compute U^{} |", "published"),
        Outside("| overfitting comes later with more data, U^{} |", "published"),
    ),
    least=170,
)
