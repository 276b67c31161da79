"""The collision constant: direct sums, chains by hand, and the exact recursion at finite length."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from synthetic.languages import CopyPairs, NGram, catalogue
from synthetic.languages.tables import stationary_law
from synthetic.sampling import linear
from tests.generators import SEEDS
from theory.laws.chains.chain_error_rate import chain_sequence_error_rate
from theory.laws.chains.collision import CollisionCurve, collision_constant, collision_curve

GOLDEN = np.array([[0.5, 0.5], [1.0, 0.0]])
THREE = np.array([[0.1, 0.9, 0.0], [0.0, 0.5, 0.5], [0.6, 0.0, 0.4]])
LONGEST = 16


@st.composite
def primitive_chains(draw: st.DrawFn, most: int = 4) -> np.ndarray:
    """Transition matrices with a positive power: a cycle, and from none to all other steps."""
    generator = np.random.default_rng(draw(SEEDS))
    size = draw(st.sampled_from([size for size in (3, 4, 2, 1) if size <= most]))
    kept = generator.random((size, size)) < draw(st.sampled_from([0.2, 0.5, 0.0, 1.0]))
    kept |= np.roll(np.eye(size, dtype=bool), 1, axis=1)
    kept[0, 0] = True
    rows = (generator.random((size, size)) + 0.05) * kept
    return rows / rows.sum(1, keepdims=True)


def chain(transition: np.ndarray) -> NGram:
    size = len(transition)
    return NGram(np.full(size, 1 / size), transition)


def de_bruijn(symbols: int) -> np.ndarray:
    """Pairs (p, q) followed by (q, r), r uniform: two steps forget everything."""
    rows = np.zeros((symbols**2, symbols**2))
    for p, q, r in itertools.product(range(symbols), repeat=3):
        rows[symbols * p + q, symbols * q + r] = 1 / symbols
    return rows


def direct_sum(transition: np.ndarray, longest: int, *, weigh: bool = True) -> tuple[float, float]:
    """The triple sum up to s = `longest`, term by term, and a bound of the rest: 2/S a gap."""
    power = [np.linalg.matrix_power(transition, n) for n in range(longest + 1)]
    law = stationary_law(transition)
    size = len(law)
    gaps = [g for g in range(1, (size - 1) ** 2 + 2) if (power[g] == 0).any()]
    total = 0.0
    for gap in gaps:
        for a, b in itertools.product(range(1, longest), repeat=2):
            s = a + gap + b
            if s > longest:
                continue
            whole = power[s]
            scale = np.divide(1.0, whole, out=np.zeros_like(whole), where=whole > 0)
            first = np.einsum("ux,xv,uv->uvx", power[a], power[gap + b], scale)
            second = np.einsum("uy,yv,uv->uvy", power[a + gap], power[b], scale)
            hit = np.einsum("uvx,uvy,xy->uv", first, second, power[gap] == 0)
            pairs = law[:, None] * (whole if weigh else np.full_like(whole, 1 / size))
            total += 2 / ((s - 2) * (s - 1) * s) * float((pairs * hit).sum())
    return total, 2 * len(gaps) / longest


def test_positive_exactly_where_the_matrix_has_a_zero() -> None:
    zeros, far = [], []

    @settings(max_examples=30, deadline=None)
    @given(primitive_chains())
    def check(transition: np.ndarray) -> None:
        constant = collision_constant(chain(transition), tolerance=1e-9)
        zero = bool((transition == 0).any())
        assert constant.error <= 1e-9
        assert (constant.value > constant.error) == zero
        zeros.append(zero)
        far.append(bool((transition @ transition == 0).any()))

    check()
    assert 0.2 < np.mean(zeros) < 0.9
    assert np.mean(far) > 0.05  # impossible pairs at gaps above one


@settings(max_examples=30, deadline=None)
@given(primitive_chains(), st.randoms(use_true_random=False))
def test_names_of_symbols_do_not_matter(transition: np.ndarray, random: object) -> None:
    order = list(range(len(transition)))
    random.shuffle(order)  # type: ignore[attr-defined]
    one = collision_constant(chain(transition))
    other = collision_constant(chain(transition[np.ix_(order, order)]))
    assert abs(one.value - other.value) <= one.error + other.error


@settings(max_examples=30, deadline=None)
@given(primitive_chains(), st.sampled_from([0.3, 1e-2, 1e-4]))
def test_a_loose_value_brackets_a_tight_one(transition: np.ndarray, tolerance: float) -> None:
    loose = collision_constant(chain(transition), tolerance=tolerance)
    tight = collision_constant(chain(transition), tolerance=1e-10)
    assert loose.error <= tolerance
    assert tight.error <= 1e-10
    assert abs(loose.value - tight.value) <= loose.error + tight.error


@settings(max_examples=30, deadline=None)
@given(primitive_chains(most=3))
def test_the_direct_triple_sum(transition: np.ndarray) -> None:
    constant = collision_constant(chain(transition))
    total, rest = direct_sum(transition, LONGEST)
    assert total - constant.error <= constant.value <= total + rest + constant.error


def test_the_direct_sum_without_the_law_of_the_neighbours_is_rejected() -> None:
    """Broken twin: neighbours u, v uniform, not stationary and T^s apart."""
    constant = collision_constant(chain(THREE)).value
    total, rest = direct_sum(THREE, 150)
    assert total <= constant <= total + rest
    assert constant - total > 1e-3  # the sum cut off is no value to 1e-6
    total, rest = direct_sum(THREE, 150, weigh=False)
    assert not total <= constant <= total + rest


@pytest.mark.parametrize("symbols", [2, 3])
def test_pairs_of_uniform_symbols_by_hand(symbols: int) -> None:
    """Any two neighbours clash with probability 1 - 1/d whatever is revealed, and sum w = 1."""
    constant = collision_constant(chain(de_bruijn(symbols)), tolerance=1e-9)
    assert abs(constant.value - (1 - 1 / symbols)) <= constant.error


def test_chains_without_collisions() -> None:
    for transition in (np.ones((1, 1)), np.full((3, 3), 1 / 3)):
        assert collision_constant(chain(transition)).value == 0


def extrapolated(language: NGram, ratio: float, longest: int) -> float:
    """SER at L/N = `ratio`, its error of order 1/N removed by doubling the length."""
    rates = [
        chain_sequence_error_rate(
            language, length=length, schedule=linear(round(length / ratio))
        ).value
        for length in (longest // 2, longest)
    ]
    return 2 * rates[1] - rates[0]


@pytest.mark.parametrize("ratio", [0.5, 1.0, 2.0])
@pytest.mark.parametrize("transition", [GOLDEN, THREE], ids=["golden", "three"])
def test_the_exact_recursion_tends_to_the_law(transition: np.ndarray, ratio: float) -> None:
    language = chain(transition)
    rate = extrapolated(language, ratio, 64)
    constant = collision_constant(language).value
    assert rate == pytest.approx(1 - math.exp(-constant * ratio), abs=2e-4)
    # broken twins: a constant off by one part in twenty, and the first order alone
    assert rate != pytest.approx(1 - math.exp(-1.05 * constant * ratio), abs=2e-4)
    assert rate != pytest.approx(constant * ratio, abs=2e-4)


def test_the_catalogue_chain() -> None:
    language = catalogue.load("ngram2-v8")
    assert isinstance(language, NGram)
    constant = collision_constant(language)
    assert constant.value == pytest.approx(0.357397904, abs=1e-8)
    rate = extrapolated(language, 1.0, 64)
    assert -math.log1p(-rate) == pytest.approx(constant.value, abs=3e-4)


def lifted(transition: np.ndarray) -> np.ndarray:
    """The chain with a clock of period 2 beside it."""
    return np.kron(np.array([[0.0, 1.0], [1.0, 0.0]]), transition)


@settings(max_examples=30, deadline=None)
@given(primitive_chains(most=3), st.floats(0, 20))
def test_one_class_without_a_period_is_exponential(transition: np.ndarray, ratio: float) -> None:
    curve = collision_curve(chain(transition))
    constant = collision_constant(chain(transition)).value
    assert len(curve.weights) == 1
    assert curve(ratio) == pytest.approx(-math.expm1(-constant * ratio), rel=1e-12, abs=1e-15)


@settings(max_examples=30, deadline=None)
@given(primitive_chains(most=3))
def test_a_clock_changes_the_phases_and_not_the_constant(transition: np.ndarray) -> None:
    constant = collision_constant(chain(transition), tolerance=1e-9)
    curve = collision_curve(chain(lifted(transition)), tolerance=1e-9)
    assert [weight.value for weight in curve.weights] == pytest.approx([0.5, 0.5])
    for phase in curve.constants:
        assert abs(phase.value - constant.value) <= phase.error + constant.error


def test_the_two_state_clock() -> None:
    curve = collision_curve(chain(np.array([[0.0, 1.0], [1.0, 0.0]])))
    assert [constant.value for constant in curve.constants] == [0, 0]
    assert curve(1.0) == pytest.approx(1 - 2 * math.expm1(0.5) / math.expm1(1))
    assert -math.log1p(-curve(1.0)) == pytest.approx(0.281, abs=5e-4)


TWO_CLASSES = np.zeros((6, 6))  # state 0 is left behind; the second class has period 2
TWO_CLASSES[0] = [0.3, 0.2, 0.1, 0.2, 0.1, 0.1]
TWO_CLASSES[1, 1:3] = 0.5
TWO_CLASSES[2, 1] = TWO_CLASSES[3, 4] = TWO_CLASSES[5, 4] = 1.0
TWO_CLASSES[4, [3, 5]] = 0.5


@pytest.mark.parametrize("ratio", [1.0, 2.0])
@pytest.mark.parametrize(
    ("initial", "transition"),
    [
        ([1, 0, 0, 0, 0, 0], TWO_CLASSES),
        ([0, 0.25, 0, 0.5, 0, 0.25], TWO_CLASSES),
        ([0.2, 0.2, 0.1, 0.2, 0.2, 0.1], lifted(THREE)),
    ],
    ids=["transient start", "unequal phases", "clock"],
)
def test_the_mixture_form(initial: list[float], transition: np.ndarray, ratio: float) -> None:
    language = NGram(initial, transition)
    curve = collision_curve(language)
    rate = extrapolated(language, ratio, 64)
    assert rate == pytest.approx(curve(ratio), abs=8e-4)
    # broken twin: one exponential with the mean constant
    mean = sum(w.value * c.value for w, c in zip(curve.weights, curve.constants))
    assert rate != pytest.approx(-math.expm1(-mean * ratio), abs=8e-3)


def test_the_curve_takes_arrays_and_all_ratios() -> None:
    curve = collision_curve(NGram([1, 0, 0, 0, 0, 0], TWO_CLASSES))
    ratios = np.array([[0.0, 1e-6, 1e-3], [1.0, 40.0, 5000.0]])
    rates = curve(ratios)
    assert rates.shape == ratios.shape
    assert rates.flatten().tolist() == [curve(float(ratio)) for ratio in ratios.flatten()]
    assert rates[0, 0] == 0
    assert rates[1, 2] == pytest.approx(1)
    assert (np.diff(rates.flatten()) >= 0).all()
    # the slope at 0: constants, and half of the chance that two tokens disagree
    slope = sum(
        w.value * (c.value + (1 - w.value) / 2) for w, c in zip(curve.weights, curve.constants)
    )
    assert rates[0, 1] / 1e-6 == pytest.approx(slope, rel=1e-5)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="NGram of order 2, got a language of order 3"):
        collision_constant(NGram(np.full((2, 2), 0.25), np.full((2, 2, 2), 0.5)))
    with pytest.raises(ValueError, match="NGram of order 2"):
        collision_curve(CopyPairs(2))
    for tolerance in (0, -1e-6, math.nan, math.inf, "1e-6"):
        with pytest.raises(ValueError, match=r"tolerance is a (finite )?number"):
            collision_constant(chain(GOLDEN), tolerance=tolerance)  # type: ignore[arg-type]
        with pytest.raises(ValueError, match=r"tolerance is a (finite )?number"):
            collision_curve(chain(GOLDEN), tolerance=tolerance)  # type: ignore[arg-type]
    for transition in (lifted(GOLDEN), TWO_CLASSES, np.eye(2)):
        with pytest.raises(ValueError, match="use collision_curve"):
            collision_constant(chain(transition))
    with pytest.raises(ValueError, match=r"float64 certifies .* raise tolerance"):
        collision_constant(chain(GOLDEN), tolerance=1e-15)
    slow = np.array([[1 - 1e-6, 1e-6, 0], [0, 1 - 1e-6, 1e-6], [1e-6, 0, 1 - 1e-6]])
    with pytest.raises(ValueError, match="mixes too slowly"):
        collision_constant(chain(slow))
    rare = np.array([[0.5, 0.5, 0.0], [0.5, 0.5, 1e-250], [1.0, 0.0, 0.0]])
    with pytest.raises(ValueError, match="stationary probability"):
        collision_constant(chain(rare))
    for ratio in (-1.0, math.nan, math.inf):
        with pytest.raises(ValueError, match="the ratio L/N is finite and >= 0"):
            collision_curve(chain(GOLDEN))(ratio)
    assert isinstance(collision_curve(chain(GOLDEN)), CollisionCurve)
