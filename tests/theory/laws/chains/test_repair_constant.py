"""The repair constant: enumeration of the last step, simulation, long words, refusals."""

import pytest
import torch
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, NGram, catalogue
from synthetic.metrics import enumerated_law
from synthetic.noise import Uniform
from tests.generators import ngrams
from theory.laws import repair_constant
from theory.laws.enumeration.ancestral_law import last_step_law

CHAIN = NGram([0.5, 0.3, 0.2], [[0.5, 0.5, 0], [0, 0.1, 0.9], [0.6, 0, 0.4]])


def last_step_rate(language: NGram, eta: float, length: int) -> float:
    """SER / (L eta) of one step from the true noisy law at level eta, by enumeration."""
    noise = Uniform(language.vocab_size)
    law = last_step_law(NoisyOracle(language, noise), eta, length=length)
    return float(law[enumerated_law(language, length) == 0].sum()) / (length * eta)


@settings(max_examples=40)
@given(ngrams(orders=(2, 2), most=3), st.integers(1, 4))
def test_last_step_by_enumeration(language: NGram, length: int) -> None:
    """SER = kappa L eta + O(eta^2), as eta falls by factors of ten."""
    assume(float(language.transition[language.transition > 0].min()) > 1e-4)
    kappa = repair_constant(language, length=length)
    near, nearer = (last_step_rate(language, eta, length) for eta in (1e-5, 1e-6))
    assert nearer == pytest.approx(kappa.value, abs=1e-3 * (kappa.value + 1e-3))
    extrapolated = nearer + (nearer - near) / 9
    assert extrapolated == pytest.approx(kappa.value, rel=1e-5, abs=1e-8)


def test_another_constant_is_refused() -> None:
    """Without the faults to the right, or without those to the left, it is another number."""
    right = repair_constant(CHAIN, length=4).value
    assert last_step_rate(CHAIN, 1e-6, 4) == pytest.approx(right, rel=1e-4)
    assert last_step_rate(CHAIN, 1e-6, 4) != pytest.approx(right / 2, rel=0.2)


def test_long_words_tend_to_the_limit() -> None:
    """n kappa_n is linear in n once the ends are apart: the limit from two lengths."""
    language = catalogue.load("ngram2-v8", "cpu")
    limit = repair_constant(language)
    assert limit.value == pytest.approx(0.0882, abs=5e-5)
    assert limit.error < 1e-12
    long, longer = (n * repair_constant(language, length=n).value for n in (100, 200))
    assert (longer - long) / 100 == pytest.approx(limit.value, rel=1e-9)


def test_no_zeros_no_faults() -> None:
    full = NGram([0.5, 0.5], [[0.9, 0.1], [0.3, 0.7]])
    assert repair_constant(full) == repair_constant(full, length=5)
    assert repair_constant(full).value == 0


def test_simulation_at_length() -> None:
    """One step from true noisy words; 4 standard deviations, false alarms below 1e-4."""
    language = catalogue.load("ngram2-v8", "cpu")
    noise, eta, length, count = Uniform(8), 2e-3, 32, 20_000
    generator = torch.Generator().manual_seed(11)
    noisy = noise.corrupt(language.sample(count, length, generator), eta, generator)
    drawn = torch.distributions.Categorical(logits=NoisyOracle(language, noise)(noisy, eta))
    torch.manual_seed(3)
    computed = float((~language.contains(drawn.sample())).double().mean())
    wanted = repair_constant(language, length=length).value * length * eta
    assert abs(computed - wanted) < 4 * (wanted / count) ** 0.5 + wanted**2


def test_refusals_are_one_line() -> None:
    with pytest.raises(ValueError, match="NGram of order 2"):
        repair_constant(CopyPairs(3))
    with pytest.raises(ValueError, match="give a length"):
        repair_constant(NGram([1.0, 0.0], [[0, 1], [1, 0]]))
    with pytest.raises(ValueError, match="length is an integer"):
        repair_constant(CHAIN, length=0)
