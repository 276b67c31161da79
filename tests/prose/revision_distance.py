"""The numbers of docs/revisable_tokens.md, section 8: least steps to a total variation."""

from collections.abc import Sequence

from tests.prose.page import Item, Passage, Table
from tests.prose.rows import chosen
from theory.studies.distance_units import STANDARD_DISTANCES, TARGET
from theory.studies.kinds.least_steps_to_distance import distance_metric
from theory.tables.noise_rows import masked_calls

TV, SER = "total_variation", "sequence_error_rate"
SAMPLERS = (
    "bernoulli",
    "fixed count",
    "uniform noise, linear grid",
    "uniform noise, cosine grid",
    "uniform noise, geometric grid",
    "hybrid noise, geometric grid",
)
MASKS, FIXED, LINEAR, COSINE, GEOMETRIC, _ = SAMPLERS
ZEROS, FULL, TWO_SYMBOLS, WALKS, PAIRS, PARITY, PERMUTATIONS = (
    study.title for study in STANDARD_DISTANCES
)
LANGUAGES = {study.title: study.language for study in STANDARD_DISTANCES}
ALIKE = (PAIRS, PARITY, PERMUTATIONS)  # all right words have one probability under every sampler


def least(title: str, sampler: str, distance: str = TV) -> list[float]:
    """Least N at each length, short words first."""
    wanted = {"language": LANGUAGES[title], "reveal": sampler, "target": TARGET}
    rows = chosen("least steps to distance", metric=distance_metric(distance), **wanted)
    return [float(value) for value in rows.sort_values("length")["value"]]


def _least(labels: tuple[str, ...], column: int) -> Sequence[float]:
    title, _, named = labels[0].rpartition(", $L$ = ")
    title = title.partition(", $V")[0]
    lengths = _lengths(title)
    assert named == (f"{lengths[0]} to {lengths[-1]}" if len(lengths) > 4 else _listed(lengths))
    by = [{"TV": TV, "SER": SER}[one] for one in labels[1].split(" and ")]
    values = [least(title, SAMPLERS[column], one) for one in by]
    assert all(one == values[0] for one in values), f"{title}: {by} differ"
    return values[0]


def _lengths(title: str) -> tuple[int, ...]:
    """The lengths of a language."""
    return next(study.lengths for study in STANDARD_DISTANCES if study.title == title)


def _listed(lengths: Sequence[int]) -> str:
    return ", ".join(map(str, lengths))


def _alike() -> list[float]:
    """Copy pairs and parity from the shortest to the longest words: masks, then the grid."""
    return [
        one
        for title in (PAIRS, PARITY)
        for sampler in (MASKS, GEOMETRIC)
        for one in (least(title, sampler)[0], least(title, sampler)[-1])
    ]


def _full() -> list[float]:
    """Steps to SER at every length and sampler; then TV at the greatest length."""
    one = {
        value
        for title in (FULL, TWO_SYMBOLS)
        for sampler in SAMPLERS
        for value in least(title, sampler, SER)
    }
    assert len(one) == 1
    return [*one, least(FULL, MASKS)[-1], least(FULL, GEOMETRIC)[-1]]


def _zeros() -> list[float]:
    return [
        least(ZEROS, GEOMETRIC, SER)[-1],
        least(ZEROS, GEOMETRIC)[-1],
        least(ZEROS, MASKS)[-1],
        least(ZEROS, COSINE)[-1],
    ]


def _calls() -> list[float]:
    numbers = []
    for title in (ZEROS, PAIRS):
        steps = least(title, MASKS)[-1]
        numbers += [masked_calls(_lengths(title)[-1], steps), steps]
    return numbers


def _spans() -> list[float]:
    """The fewest and the most lengths, and how far they reach."""
    lengths = [study.lengths for study in STANDARD_DISTANCES]
    reach = [one[-1] / one[0] for one in lengths]
    return [min(map(len, lengths)), max(map(len, lengths)), min(reach), max(reach)]


def _open() -> list[float]:
    """The ends of the one interval of all."""
    rows = chosen("least steps to distance", language=LANGUAGES[PAIRS], reveal=FIXED, length=6)
    wide = rows[rows["low"] < rows["high"]]
    assert set(wide["metric"]) == {distance_metric(TV), distance_metric(SER)}
    everywhere = chosen("least steps to distance")
    assert len(everywhere[everywhere["low"] < everywhere["high"]]) == len(wide)
    return [wide["low"].iloc[0], wide["high"].iloc[0]]


SECTION: tuple[Item, ...] = (
    Passage("Least $N$ for a total variation of {}, and", lambda: [TARGET]),
    Table("| language | by | masks in random order |", _least, labels=2),
    Passage(
        "In {} steps of fixed count copy pairs at $L = 6$ are at the target exactly, which "
        "rounding could decide either way: {} stands there.",
        _open,
    ),
    Passage(
        "from $L = 4$ to 10 masks go from {} to {} steps on copy pairs and the geometric grid from "
        "{} to {}, on parity from {} to {} and from {} to {}. Walks",
        _alike,
    ),
    Passage(
        "SER is 0 in {} step with any sampler, and TV takes masks {} steps at $L = 7$ and the "
        "geometric grid {}.",
        _full,
    ),
    Passage(
        "the geometric grid has SER .1 in {} steps at $L = 7$ and TV {} in {}, where masks take {} "
        "and the cosine grid {}",
        lambda: [_zeros()[0], TARGET, *_zeros()[1:]],
    ),
    Passage("{} to {} lengths, the longest {} to {} times the shortest,", _spans),
    Passage(
        "{} calls in {} steps on the chain with zeros at $L = 7$, {} in {} on copy pairs at "
        "$L = 10$",
        _calls,
    ),
)
