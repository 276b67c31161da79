"""How tight bounds are: ratios of each kind, and families that reach what can be reached."""

import importlib
import math

import pytest
import torch

from tests.theory.bounds.checking import holds
from theory.bounds import GROUPS, PLACES, THEOREMS
from theory.tightness import FAMILIES, Family, tightness, tightness_of
from theory.tightness.family import ratio
from theory.tightness.languages import NGRAMS, WORDS, at_lengths, languages, ngrams

# those whose families are looked at within a second
QUICK = {
    "confident-argmax": 1.0,
    "entropy-bounded-certificate": 1.0,
    "frechet-bound": 1.0,
    "independence-test": 1.0,
    "several-tokens": 1.0,
    "replace-random": 1.0,
    "shuffle": 1.0,
    "universal-path-bound": 0.75,
    "doubling-sizes-bound": 1.0,
    "telescoped-sizes-bound": 1.0,
    "total-correlation-sum": 1.0,
    "dual-total-correlation-sum": 1.0,
    "cardinality-growth": 1.0,
    "permutation-recursion": 1.0,
    "permutation-round-cost": 1.0,
    "permutation-rounds-quadratic": 1.0,
    "walk-scan-cost": 0.8095,
    "walk-scan-cost-sharp": 0.9969,
    "odds-ratio-step": 0.1632,
    "growth-complexity-limit": 1.0153,
    "chain-collision-law": 0.9957,
    "mixture-collision-law": 1.0005,
    "replace-index": 1.0,
    "one-hot-revised": 0.9971,
    "permutations-revised": 0.7047,
    "revised-distance": 0.9987,
    "revised-pairs-every-grid": 1.0,
    "revised-pairs-halved-noise": 0.9879,
    "revised-total-variation": 0.9375,
}


def test_every_theorem_has_a_family_and_its_words_count_right() -> None:
    assert set(FAMILIES) == set(THEOREMS)
    assert WORDS.startswith(f"{len(languages())} languages")
    assert NGRAMS.startswith(f"{len(ngrams())} n-grams")
    assert sum("seed" in name for name in ngrams()) == 10
    names = [name for name, *_ in at_lengths()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("group", GROUPS)
def test_every_group_has_its_file(group: str) -> None:
    """Bounds, tightness and proofs are in the same groups; a file speaks of its group alone."""
    families = importlib.import_module(f"theory.tightness.{group}").FAMILIES
    assert families
    assert {PLACES[theorem].split("/")[0] for theorem in families} == {group}


def test_a_rate_that_is_reached_at_every_number_of_steps() -> None:
    """The bound 2^-(N-1) of copy pairs is no artefact of one step."""
    fast = [one for one in tightness_of("revised-pairs-every-grid").points if "fast" in one.case]
    assert len(fast) == 12
    assert all(point.ratio == pytest.approx(1, abs=1e-9) for point in fast)


@pytest.mark.parametrize("theorem", QUICK)
def test_the_largest_ratio_over_the_family(theorem: str) -> None:
    measured = tightness_of(theorem)
    assert measured.ratio == pytest.approx(QUICK[theorem], abs=1e-4)
    assert not measured.violated
    names = [point.case for point in measured.points]
    assert len(set(names)) == len(names)
    if measured.kind != "asymptotic":
        for point in measured.points:
            assert holds(THEOREMS[theorem], point.exact, point.bound), point


def test_families_are_the_same_every_time() -> None:
    torch.manual_seed(1)
    first = tightness_of("several-tokens")
    torch.manual_seed(2)
    assert tightness_of("several-tokens") == first


@pytest.mark.parametrize(
    ("kind", "bound", "exact", "wanted"),
    [
        ("upper", 2.0, 1.0, 0.5),
        ("tight", 1.0, 0.0, 0.0),
        ("lower", 1.0, 2.0, 0.5),
        ("identity", 2.0, 1.0, 0.5),
        ("identity", 0.0, 1.0, math.inf),
        ("asymptotic", 1.0, 2.0, 2.0),
        ("upper", math.inf, 1.0, None),
        ("upper", 1e-9, 1e-9, None),
        ("lower", -1.0, 2.0, None),
        ("identity", 0.0, 1e-9, None),
    ],
)
def test_the_ratio_of_each_kind(
    kind: str, bound: float, exact: float, wanted: float | None
) -> None:
    assert ratio(kind, bound, exact) == wanted


def test_a_family_that_says_nothing_is_refused() -> None:
    theorem = THEOREMS["replace-random"]
    with pytest.raises(ValueError, match=r"universal-path-bound says how tight it is, in none"):
        tightness(THEOREMS["universal-path-bound"], Family("none", lambda: iter(())))
    with pytest.raises(ValueError, match="no case of replace-random"):
        tightness(theorem, Family("none", lambda: iter(())))
