"""Bounds that hold for every language: the universal path bound, SER from KL."""

import pytest

from synthetic.languages import NGram
from synthetic.sampling import Bernoulli, linear
from tests.theory.bounds.checking import check_expression, check_on_cases, check_tight
from tests.theory.bounds.generated import bernoulli_cases, fixed_count_cases
from theory.bounds import THEOREMS
from theory.bounds.cases import Generated

UNIVERSAL = THEOREMS["universal-path-bound"]
ERROR = THEOREMS["error-from-divergence"]


def test_the_universal_path_bound() -> None:
    check_on_cases(UNIVERSAL, bernoulli_cases(), lambda largest, drop: largest * drop / 2)
    check_expression(UNIVERSAL, {"largest": [0.0, 0.5, 1.0], "drop": [0.0, 0.25, 2.0]})
    with pytest.raises(ValueError, match=r"largest \(max_k a_k\) is a number in 0\.\.1, got"):
        UNIVERSAL.bound(largest=1.5, drop=1.0)


def test_error_from_divergence() -> None:
    check_on_cases(ERROR, bernoulli_cases(), lambda divergence: divergence / 2)
    check_on_cases(ERROR, fixed_count_cases(), lambda divergence: 0.0)
    check_expression(ERROR, {"divergence": [0.0, 0.125, 3.0]})
    # a repeated fair bit in one step: p given the support is q
    bits = NGram([0.5, 0.5], [[1.0, 0.0], [0.0, 1.0]])
    check_tight(ERROR, Generated(bits, 4, Bernoulli(linear(1))))
    with pytest.raises(TypeError, match="error-from-divergence takes divergence, got"):
        ERROR.bound(kl=0.5)
