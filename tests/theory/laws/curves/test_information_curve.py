"""Information curves: against their definition, against each other, at full length."""

import importlib
import math
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import numpy as np
import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synthetic.languages import CopyPairs, Language, NGram
from synthetic.sampling.schedules import linear
from tests.generators import languages, ngrams, schedules, sizes_of
from tests.theory.laws.joint_table import JointTable
from theory.laws.curves.information_curve import (
    InformationCurve,
    chain_information_curve,
    enumerated_information_curve,
    information_curve,
)
from theory.laws.curves.reveal_weights import neighbour_weights

REPEATED = NGram([0.5, 0.5], np.eye(2))
MANY = settings(max_examples=30, deadline=None, derandomize=True)
CHAINS = ngrams(orders=(2, 2))
REVEALS = st.one_of(st.sampled_from([0.0, 1.0, 1e-12, 1 - 1e-12]), st.floats(0, 1))


@st.composite
def small(draw: st.DrawFn, longest: int = 4) -> tuple[Language, int]:
    language = draw(languages(most=2).filter(lambda one: bool(one.lengths(longest))))
    return language, draw(st.sampled_from(language.lengths(longest)))


def far_apart(one: InformationCurve, other: InformationCurve, tolerance: float = 1e-11) -> bool:
    """The check that twins must fail."""
    worst = np.abs(one.information - other.information).max()
    return bool(max(worst, abs(one.entropy - other.entropy)) > tolerance)


def kinds(chain: NGram) -> set[str]:
    table = chain.transition.numpy()
    collected = set()
    if chain.vocab_size > 1:
        collected |= {"absorbing"} if (np.diag(table) == 1).any() else set()
        collected |= {"single successor"} if ((table > 0).sum(1) == 1).all() else set()
        parity = np.add.outer(np.arange(len(table)), np.arange(len(table))) % 2
        collected |= {"periodic"} if not table[parity == 0].any() else set()
    return collected


def test_chains_by_gaps_and_by_enumeration() -> None:
    seen: Counter[str] = Counter()

    @MANY
    @given(CHAINS, st.integers(1, 6))
    def check(language: NGram, length: int) -> None:
        assume(4**length <= 4**5 or language.vocab_size < 3)
        seen.update({"all", *kinds(language)})
        chain = chain_information_curve(language, length)
        assert not far_apart(chain, enumerated_information_curve(language, length))
        assert (np.diff(chain.information) >= -1e-14).all()
        assert chain.information[0] == 0

    check()
    for kind in ("absorbing", "single successor", "periodic"):
        assert seen[kind] >= seen["all"] / 20, seen


@pytest.mark.parametrize("twin", ["no bridge", "Bernoulli sets"])
def test_twins_of_the_gap_formula_are_noticed(twin: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neighbours taken as independent; sets of random size in the place of sets of size m."""

    def wrong(length: int, revealed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        one, both = neighbour_weights(length, revealed)
        if twin == "no bridge":
            return one, 0 * both
        share = revealed[:, None] / (length - 1)
        gap = np.arange(length - 1)
        return share * (1 - share) ** gap, share**2 * (1 - share) ** np.maximum(gap - 1, 0)

    language = NGram.random(order=2, vocab_size=3, branching=2, temperature=1.0, seed=1)
    right = enumerated_information_curve(language, 5)
    # by its name in sys.modules: the package has a function of the same name
    module = importlib.import_module("theory.laws.curves.information_curve")
    monkeypatch.setattr(module, "neighbour_weights", wrong)
    assert far_apart(chain_information_curve(language, 5), right, 1e-3)


@MANY
@given(small())
def test_enumeration_is_the_definition(case: tuple[Language, int]) -> None:
    language, length = case
    curve = information_curve(language, length)
    table = JointTable(language, length)
    conditional = [table.conditional_by_count(count) for count in range(length)]
    assert curve.entropy - curve.information == pytest.approx(conditional, abs=1e-10)
    alone = length * conditional[0]
    everything = tuple(range(length))
    assert curve.total_correlation == pytest.approx(alone - table.entropy(everything), abs=1e-10)
    rest = length * conditional[-1]
    assert curve.dual_total_correlation == pytest.approx(
        table.entropy(everything) - rest, abs=1e-10
    )


@MANY
@given(small(), REVEALS)
def test_the_curve_and_its_coefficients(case: tuple[Language, int], reveal: float) -> None:
    language, length = case
    curve = information_curve(language, length)
    expected = JointTable(language, length).conditional_by_reveal(reveal)
    assert curve(reveal) == pytest.approx(expected, abs=1e-10)
    pair = curve(np.array([[reveal, 1.0]]))
    assert pair.shape == (1, 2)
    assert pair[0, 0] == pytest.approx(curve(reveal), abs=1e-14)
    assert pair[0, 1] == pytest.approx(curve.entropy - curve.information[-1], abs=1e-15)


def test_bernoulli_path_bound_by_brute_force() -> None:
    seen: Counter[str] = Counter()

    @MANY
    @given(small(), schedules(6))
    def check(case: tuple[Language, int], schedule: tuple[float, ...]) -> None:
        language, length = case
        seen.update(
            {"all"}
            | ({"one step"} if len(schedule) == 1 else set())
            | ({"N > L"} if len(schedule) > length else set())
        )
        curve = information_curve(language, length)
        expected = JointTable(language, length).bernoulli_path_bound(schedule)
        assert curve.path_bound(schedule) == pytest.approx(expected, abs=1e-10)

    check()
    for kind in ("one step", "N > L"):
        assert seen[kind] >= seen["all"] / 20, seen


@MANY
@given(st.data(), small())
def test_sizes_path_bound_by_brute_force(data: st.DataObject, case: tuple[Language, int]) -> None:
    language, length = case
    sizes = data.draw(sizes_of(length, 6))
    expected = JointTable(language, length).sizes_path_bound(sizes)
    computed = information_curve(language, length).path_bound_of_sizes(sizes)
    assert computed == pytest.approx(expected, abs=1e-10)


def test_twins_of_the_path_bounds_are_noticed() -> None:
    """A right Riemann sum, and sizes in reverse, are not what brute force finds."""
    language = NGram.random(order=2, vocab_size=2, branching=2, temperature=0.5, seed=5)
    curve, table = information_curve(language, 4), JointTable(language, 4)
    schedule = (0.5, 0.3, 0.2)
    ends = np.cumsum(schedule)
    right = float(np.array(schedule) @ curve(ends)) - table.entropy(range(4)) / 4
    assert abs(right - table.bernoulli_path_bound(schedule)) > 1e-3
    assert abs(curve.path_bound_of_sizes((1, 3)) - table.sizes_path_bound((3, 1))) > 1e-3
    assert abs(curve.path_bound((0.3, 0.7)) - table.bernoulli_path_bound((0.7, 0.3))) > 1e-3


@MANY
@given(CHAINS, st.integers(1, 40))
def test_total_correlations_are_integrals_of_the_growth(language: NGram, length: int) -> None:
    """TC = integral of (1 - t) h'(t), DTC that of t h'(t); h = L (f(0) - f) is a polynomial."""
    curve = chain_information_curve(language, length)
    nodes, weights = np.polynomial.legendre.leggauss(length // 2 + 1)
    time = (nodes + 1) / 2
    growth = length * curve.derivative(1, time) * weights / 2
    assert curve.total_correlation == pytest.approx(growth @ (1 - time), abs=1e-9)
    assert curve.dual_total_correlation == pytest.approx(growth @ time, abs=1e-9)
    whole = length * curve.entropy - language.entropy(length).value
    assert curve.total_correlation == pytest.approx(whole, abs=1e-9)
    assert length * curve.path_bound((1.0,)) == pytest.approx(whole, abs=1e-9)


@MANY
@given(st.data(), CHAINS, st.integers(1, 40), schedules(8))
def test_path_bounds_are_bounded(
    data: st.DataObject, language: NGram, length: int, schedule: tuple[float, ...]
) -> None:
    """At most max a_k (f(0) - f(1)), and (s_max - 1) Z_L / L: sharper than 2505.21400."""
    curve = chain_information_curve(language, length)
    most = max(schedule) * (curve(0.0) - curve(1.0))
    assert -1e-12 <= curve.path_bound(schedule) <= most + 1e-12
    sizes = data.draw(sizes_of(length, 8))
    most = (max(sizes) - 1) * curve.information[-1] / length
    assert -1e-12 <= curve.path_bound_of_sizes(sizes) <= most + 1e-12


@pytest.mark.parametrize("known", [1, 2, 100, 2048, 4000, 4095])
def test_a_symmetric_chain_at_full_length(known: int) -> None:
    """T^d has stay probability (1 + rho^d) / 2; sets are counted in integers."""
    length, rho = 4096, 0.9
    stay = (1 + rho) / 2
    language = NGram([0.5, 0.5], [[stay, 1 - stay], [1 - stay, stay]])
    curve = _symmetric(language, length)
    total, terms = math.comb(length - 1, known), []
    one = math.comb(length - 2, known - 1)  # C(L-1-d, m-1), and C(L-1-d, m-2)
    two = math.comb(length - 2, known - 2) if known > 1 else 0
    for gap in range(1, length):
        weight = Fraction(2 * one - (gap - 1) * two, total)
        flip = -math.expm1(gap * math.log(rho)) / 2
        information = math.log(2) + flip * math.log(flip) + (1 - flip) * math.log1p(-flip)
        terms.append(float(weight) * (length - gap) * information)
        rest = length - 1 - gap
        one = one * (rest - known + 1) // rest if rest else 0
        two = two * (rest - known + 2) // rest if rest else 0
    assert curve.information[known] == pytest.approx(math.fsum(terms) / length, abs=1e-12)
    assert curve.rounding < 1e-9


_kept: dict[int, InformationCurve] = {}


def _symmetric(language: NGram, length: int) -> InformationCurve:
    if length not in _kept:
        _kept[length] = chain_information_curve(language, length)
    return _kept[length]


def test_extreme_chains_at_full_length() -> None:
    """Independent tokens, one token repeated, a cycle: Z is 0, or all there is to know at once."""
    uniform, size = np.full(8, 1 / 8), 4096
    independent = chain_information_curve(NGram(uniform, np.full((8, 8), 1 / 8)), size)
    assert np.abs(independent.information).max() < 1e-12
    for transition in (np.eye(8), np.roll(np.eye(8), 1, axis=1)):
        curve = chain_information_curve(NGram(uniform, transition), size)
        assert curve.information[1:] == pytest.approx(math.log(8), abs=1e-12)
        assert curve.information[0] == 0
        assert curve(1e-3) == pytest.approx(math.log(8) * (1 - 1e-3) ** (size - 1), abs=1e-12)


def test_one_line_refusals() -> None:
    with pytest.raises(ValueError, match="use estimate_information_curve") as caught:
        information_curve(CopyPairs(16), 64)
    assert "\n" not in str(caught.value)
    with pytest.raises(ValueError, match="NGram of order 2"):
        chain_information_curve(NGram.random(3, 2, 2, 1.0, 0), 4)
    with pytest.raises(ValueError, match="length is an integer"):
        information_curve(REPEATED, 0)
    curve = information_curve(REPEATED, 4)
    for reveal in (-0.1, 1.1, math.nan):
        with pytest.raises(ValueError, match=r"lies in 0\.\.1"):
            curve(reveal)
    with pytest.raises(ValueError, match="sum to the length 4"):
        curve.path_bound_of_sizes((2, 3))
    with pytest.raises(ValueError, match="sums to 1"):
        curve.path_bound((0.5, 0.4))


@pytest.fixture
def default_is_meta() -> Iterator[None]:
    before = torch.get_default_device()
    torch.set_default_device("meta")
    yield
    torch.set_default_device(before)


def test_no_default_device_is_used(default_is_meta: None) -> None:
    for curve in (chain_information_curve(REPEATED, 4), enumerated_information_curve(REPEATED, 4)):
        assert curve.path_bound(linear(3)) > 0
