"""The numbers of docs/limited_data.md, but for those of the pilot and of the tuning."""

from collections.abc import Callable, Sequence

from tests.prose import data
from tests.prose.limited_data_claims import AHEAD, CLAIMS, both_sizes, exponentials, of
from tests.prose.limited_data_hidden import HIDDEN, OUTSIDE
from tests.prose.page import Item, Outside, OutsideSection, Page, Passage, Table
from theory.claims.data_compute import LARGER, MARGIN, PART, share
from theory.studies.data_sizes import (
    PAPER_DATA,
    QUICK_DATA,
    STANDARD_DATA,
    UNIFORM_NOISE_DATA,
    DataSizes,
)

UNTUNED = data.DIFFUSION_FRESH  # weight decay 0.1
ARMS = (data.PLAIN, data.TUNED, data.DIFFUSION, data.ENSEMBLE)
NOISE = (data.UNIFORM, data.DIFFUSION)
NOT_IN_ROWS = "a pilot or a tuning, before the rules were written; their runs are not kept"


def _arms(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """Weight decay and dropout, where an arm has them of its own."""
    name = labels[0].partition(",")[0]
    arms = (*STANDARD_DATA.arms, *UNIFORM_NOISE_DATA.arms)
    fits = {arm.name: arm for arm in arms}
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
        None if of_paper else (data.SMALL / 1000, data.LARGE / 1000)[: len(sizes.architectures)],
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
    compared = (*data.seconds(data.SMALL), *data.seconds(data.LARGE))
    hours, seconds = divmod(sum(compared), 3600)
    return hours, seconds / 60


def _least(
    size: int, family: str = data.FAMILY
) -> Callable[[tuple[str, ...], int], Sequence[float]]:
    """Least KL and its epoch by arm; the last epoch, and KL there; on new data KL alone."""

    def numbers(labels: tuple[str, ...], column: int) -> Sequence[float]:
        if not labels[0].replace(",", "").isdigit():
            return _on_new_data(labels[0], column, size, family)
        tokens = int(labels[0].replace(",", ""))
        if column < 4:
            return data.least(ARMS[column], tokens, size, family)
        if column == 4:
            return (float(data.curve(data.PLAIN, tokens, size, family=family).index[-1]),)
        return (data.last(ARMS[column - 5], tokens, size, family),)

    return numbers


def _on_new_data(label: str, column: int, size: int, family: str) -> Sequence[float]:
    if label.startswith("new sequences"):
        return (data.new(ARMS[column], 4096, size, family),)
    updates = {"the same, weight decay .1": 4096, "and twice as many": 8192}[label]
    return (data.new(UNTUNED, updates, size, family),)


def _noise(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """Least KL of both kinds of noise and its epoch; the last epoch, and their KL there."""
    if not labels[0].replace(",", "").isdigit():
        return (data.new(NOISE[column], 4096, data.SMALL),)
    tokens = int(labels[0].replace(",", ""))
    if column < 2:
        return data.least(NOISE[column], tokens, data.SMALL)
    if column == 2:
        return (float(data.curve(data.UNIFORM, tokens, data.SMALL).index[-1]),)
    return (data.last(NOISE[column - 3], tokens, data.SMALL),)


def _noise_apart() -> Sequence[float]:
    """The largest difference of their least KL; KL after 8 epochs of 4,096 tokens."""
    least = [
        [data.least(arm, tokens, data.SMALL)[0] for arm in NOISE]
        for tokens in (512, 1024, 2048, 4096, 8192)
    ]
    after = [float(data.curve(arm, 4096, data.SMALL)[8]) for arm in NOISE]
    return (max(abs(uniform - masks) for uniform, masks in least), *after)


def _crossed(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """KL of an arm of the factorial, AR0 being the causal one of one order."""
    attention, _, column_of = labels[0].rpartition(", ")
    kind, _, masked = attention.partition(", ")
    orders = ("1", "2", "4", "16", "all")[column]
    arm = f"{kind}, {orders} order{'' if orders == '1' else 's'}{', ' * bool(masked)}{masked}"
    return (data.crossed(data.PLAIN if arm == "causal, 1 order" else arm, column_of),)


DENSER = (
    *((arm + kind, size) for arm in (data.PLAIN, data.TUNED) for kind, size in data.DENSER),
    (data.DIFFUSION, data.SMALL),
)


def _denser(labels: tuple[str, ...], column: int) -> Sequence[float]:
    """KL of each autoregressive arm, looped and larger, and of diffusion."""
    arm, size = DENSER[column]
    return (data.crossed(arm, labels[0].partition(",")[0], size),)


BULLETS: tuple[Item, ...] = (
    Passage(
        "At the last epoch diffusion is {} nats below AR0 [{}, {}], and {} [{}, {}] with the",
        both_sizes(
            "data-crossover", "KL of diffusion less that of AR0 at the last epoch", scale=-1
        ),
    ),
    Passage(
        "diffusion stays {} nats above it [{}, {}]. At 100 thousand they are level, {} [{}, {}]:",
        both_sizes("data-crossover", "least KL of diffusion less that of AR*"),
    ),
    Passage(
        "diffusion is ahead by {} at 2,048 tokens",
        lambda: [
            data.least(data.TUNED, 2048, data.LARGE)[0]
            - data.least(data.DIFFUSION, 2048, data.LARGE)[0]
        ],
    ),
    Passage(
        "comes earlier with larger models, exponent {} [{}, {}].",
        of("data-crossover-timing", "exponent of the crossing epoch in N, against AR*"),
    ),
    Passage(
        "{} times [{}, {}] that of AR* at the smaller size, {} [{}, {}] at the larger; beside AR0 "
        "at its best {} [{}, {}] and {} [{}, {}].",
        exponentials(both_sizes("data-potential", f"{AHEAD}AR*", f"{AHEAD}AR0")),
    ),
    Passage(
        "it falls, by {} [{}, {}] for AR0.",
        of(
            "data-accuracy-after-overfitting",
            "multiple-choice accuracy of AR0 at 4",
            scale=-1,
            size=data.SMALL,
        ),
    ),
    Passage(
        "widens all the same, by {} nats [{}, {}],",
        of("data-option-gap", "gap between right and wrong endings of AR0", size=data.SMALL),
    ),
    Passage(
        "(area under the curve {} [{}, {}])",
        of(
            "data-option-gap",
            "area under the curve of right against wrong endings of AR0",
            size=data.SMALL,
        ),
    ),
    Passage(
        "grow in proportion to it: exponent {} [{}, {}].",
        of(
            "data-memorisation-time",
            "exponent of the updates to memorise in U, AR0, at least",
            size=data.SMALL,
        ),
    ),
    Passage(
        "with new sequences it is at {} after {} updates. With a tenth of it the same model is at "
        "{}, and at {} after {} ({}, {} and {} on the three draws), below the .01 that was asked",
        lambda: [
            data.new(data.DIFFUSION, 4096, data.SMALL),
            STANDARD_DATA.updates,
            data.new(UNTUNED, 4096, data.SMALL),
            data.new(UNTUNED, 8192, data.SMALL),
            2 * STANDARD_DATA.updates,
            *data.new_by_draw(UNTUNED, 8192, data.SMALL),
        ],
    ),
    Table("| U, tokens, noise | uniform", _noise),
    Passage(
        "of both is within {} nats at every size",
        lambda: _noise_apart()[:1],
    ),
    Passage(
        "at {} after 8 epochs of 4,096 tokens where masks have {},",
        lambda: _noise_apart()[1:],
    ),
    Table("| orders | 1 |", _crossed),
    Passage(
        "trained on all of them keeps {} [{}, {}] of what",
        of("data-any-order", "share of the gap of AR0 to diffusion"),
    ),
    Passage(
        "attention with one order keeps {} [{}, {}],",
        lambda: data.recovered_by("bidirectional, 1 order"),
    ),
    Passage(
        "masked input alone {} [{}, {}].",
        lambda: data.recovered_by("causal, 1 order, masked input"),
    ),
    Table("| 2,048 tokens | AR0 |", _denser),
    Passage(
        "make up {} [{}, {}] of the gap of AR0 and {} [{}, {}] of that of AR*;",
        of("data-compute", share(data.PLAIN), share(data.TUNED)),
    ),
    Passage(
        "larger ones {} [{}, {}] and {} [{}, {}]:",
        of("data-compute", share(data.PLAIN, LARGER), share(data.TUNED, LARGER)),
    ),
    Passage(
        "ends above the {} that would refute by itself, and far below the {} that would support;",
        lambda: [PART.refuted, PART.supported],
    ),
    Passage(
        "ahead of AR0 by more than {} in {} of {} models, of AR* in {} model,",
        lambda: [
            MARGIN,
            *data.ahead_at_best(data.PLAIN, MARGIN),
            data.ahead_at_best(data.TUNED, MARGIN)[0],
        ],
    ),
)

page = Page(
    "docs/limited_data.md",
    (
        Table("| arm | weight decay |", _arms),
        Table("| profile | languages |", _sizes),
        Passage(
            "No unit of the standard profile took more than {} minutes",
            lambda: [max(data.seconds(None)) / 60],
        ),
        Table("| U, tokens | AR0 |", _least(data.SMALL)),
        Table("| U, tokens, larger | AR0 |", _least(data.LARGE)),
        Table("| U, tokens, hidden Markov | AR0 |", _least(data.SMALL, data.HIDDEN)),
        *BULLETS,
        *HIDDEN,
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
        *OUTSIDE,
        Outside("| critical compute U^{} |", "published"),
        Outside("| overfitting comes later with more data, U^{} |", "published"),
    ),
    least=310,
)
