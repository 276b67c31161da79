"""The growth complexity P: closed forms, another quadrature, and certificates that hold."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from synthetic.languages import AutomatonLanguage, NGram, WeightedAutomaton
from theory.laws.curves.information_curve import InformationCurve, information_curve

REPEATED = NGram([0.5, 0.5], np.eye(2))
# the bits of even sum: states (sum so far, symbol) in the order 00, 01, 10, 11
SYMBOL = torch.tensor([[1, 0], [0, 1]] * 2, dtype=torch.float64, device="cpu")
PARITY = AutomatonLanguage(
    WeightedAutomaton(
        initial=torch.tensor([0.5, 0, 0, 0.5], dtype=torch.float64, device="cpu"),
        transition=torch.tensor(
            [[0.5, 0, 0, 0.5], [0, 0.5, 0.5, 0]] * 2, dtype=torch.float64, device="cpu"
        )[[0, 0, 1, 1]],
        emission=SYMBOL,
        final=torch.tensor([1, 1, 0, 0], dtype=torch.float64, device="cpu"),
    )
)


@pytest.mark.parametrize("length", [2, 3, 8])
def test_repeated_bit_and_parity(length: int) -> None:
    """q = r^2 (1-r)^2 h' = d (d-1) log 2 r^2 (1-r)^d, and (1-r)^2 r^d: 2608.13520."""
    repeated = information_curve(REPEATED, length)
    reveal = np.linspace(0, 1, 11)
    factor = length * (length - 1) * math.log(2)
    growth = length * repeated.derivative(1, reveal)
    assert growth == pytest.approx(factor * (1 - reveal) ** (length - 2), abs=1e-10)
    parity = information_curve(PARITY, length)
    mirror = length * parity.derivative(1, reveal)
    assert mirror == pytest.approx(factor * reveal ** (length - 2), abs=1e-10)
    expected = 4 * (length - 1) / length * math.log(2)
    nodes, weights = np.polynomial.legendre.leggauss(length)
    time = (nodes + 1) / 2
    for curve in (repeated, parity):
        computed = curve.unmasking_growth_complexity()
        assert abs(computed.value - expected) <= computed.error
        assert computed.error < 1e-4
        assert abs(computed.value - 2 * expected) > computed.error  # a broken twin
        whole = length * curve.derivative(1, time) * time * (1 - time) @ weights / 2
        assert whole == pytest.approx((length - 1) / (length + 1) * math.log(2), abs=1e-10)


@settings(max_examples=30, deadline=None, derandomize=True)
@given(arrays(np.float64, st.integers(2, 30), elements=st.floats(0, 1)))
def test_growth_complexity_against_quadrature(steps: np.ndarray) -> None:
    """Gauss in arcsin sqrt(r), where the integrand is smooth, on curves of any shape."""
    information = np.concatenate(([0.0], np.where(steps > 0.1, steps, 0.0).cumsum()))
    curve = InformationCurve(40.0, information, 0.0)
    nodes, weights = np.polynomial.legendre.leggauss(400)
    angle = (nodes + 1) * np.pi / 4
    reveal = np.sin(angle) ** 2
    root = np.sqrt(curve.length * curve.derivative(1, reveal))
    integral = float(root * np.sin(2 * angle) @ weights * np.pi / 4)
    computed = curve.unmasking_growth_complexity()
    assert abs(computed.value - integral**2) <= computed.error + 1e-8
    assert computed.error <= 1e-4 * computed.value + 1e-9
    if computed.value > 0:
        assert abs(computed.value - 1.01 * integral**2) > computed.error  # a broken twin


def test_uncertain_information_widens_the_certificate() -> None:
    exact = InformationCurve(1.0, np.array([0.0, 0.5, 0.75]), 0.0)
    rough = InformationCurve(1.0, np.array([0.0, 0.5, 0.75]), 1e-6)
    assert rough.unmasking_growth_complexity().error > 1e-3
    assert exact.unmasking_growth_complexity().error < 1e-4
    assert InformationCurve(1.0, np.zeros(1), 0.0).unmasking_growth_complexity().error == 0
