"""Laws of masks in random order at all steps: against the law of one strategy by its own chance."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor

from synthetic.denoisers import Denoiser, Oracle, Perturbed
from synthetic.languages import CopyPairs, Language, Permutations
from synthetic.sampling import Bernoulli, FixedCount, Strategy, equal_sizes, linear
from tests.generators import ngrams
from tests.theory.laws.enumeration.spoiling import spoiling
from theory.laws.enumeration.output_law import output_law
from theory.laws.enumeration.random_order_laws import bernoulli_laws, fixed_count_laws

EXACT = 1e-13


def denoisers() -> st.SearchStrategy[Denoiser]:
    """Exact ones and one that errs, of chains with zeros, absorbing and periodic ones too."""

    def perturbed(language: Language) -> Denoiser:
        return Perturbed(Oracle(language), 0.1 if language.vocab_size > 1 else 0.0)

    return st.one_of(ngrams((2, 3)).map(Oracle), ngrams((2, 2)).map(perturbed))


def differs(law: Tensor, denoiser: Denoiser, strategy: Strategy, length: int) -> float:
    return float((law - output_law(denoiser, strategy, length=length)).abs().max())


@given(denoisers(), st.integers(1, 4), st.integers(1, 6))
def test_bernoulli_is_the_law_of_its_strategy(denoiser: Denoiser, length: int, steps: int) -> None:
    law = bernoulli_laws(denoiser, length=length)(steps)
    assert differs(law, denoiser, Bernoulli(linear(steps)), length) < EXACT


@given(denoisers(), st.data())
def test_fixed_count_is_the_law_of_its_strategy(denoiser: Denoiser, data: st.DataObject) -> None:
    length = data.draw(st.integers(1, 4))
    steps = data.draw(st.integers(1, length))
    law = fixed_count_laws(denoiser, length=length)(steps)
    assert differs(law, denoiser, FixedCount(equal_sizes(length, steps)), length) < EXACT


def test_broken_twin_another_step_or_the_other_reveal_is_refused() -> None:
    oracle = Oracle(CopyPairs(2, device="cpu"))
    bernoulli, fixed = (laws(oracle, length=4) for laws in (bernoulli_laws, fixed_count_laws))
    assert differs(bernoulli(4), oracle, Bernoulli(linear(3)), 4) > 0.01
    assert differs(fixed(3), oracle, FixedCount(equal_sizes(4, 2)), 4) > 0.01
    assert differs(fixed(4), oracle, Bernoulli(linear(4)), 4) > 0.01


def test_sizes_that_do_not_divide_the_length_stand_in_their_order() -> None:
    """L = 5 in three steps: 1, 2, 2; permutations are right with chance 3/4 times 1/2."""
    oracle = Oracle(Permutations(5, device="cpu"))
    law = fixed_count_laws(oracle, length=5)(3)
    assert equal_sizes(5, 3) == (1, 2, 2)
    right = law[output_law(oracle, FixedCount((1,) * 5), length=5) > 0].sum()
    assert float(right) == pytest.approx(3 / 4 * 1 / 2, abs=1e-12)


def test_refusals_are_one_line() -> None:
    oracle = Oracle(CopyPairs(2, device="cpu"))
    with pytest.raises(ValueError, match=r"^exact laws of all steps at length 14 need 3\^14 .*$"):
        bernoulli_laws(oracle, length=14)
    with pytest.raises(ValueError, match=r"^fixed count takes 1 to 4 steps, got 5$"):
        fixed_count_laws(oracle, length=4)(5)


def test_many_steps_approach_one_position_a_step() -> None:
    oracle = Oracle(CopyPairs(3, device="cpu"))
    law = bernoulli_laws(oracle, length=4)(10**7)
    assert torch.allclose(law, fixed_count_laws(oracle, length=4)(4), atol=1e-6)


def test_what_a_denoiser_makes_of_its_tokens_changes_nothing() -> None:
    """Rows that are no laws are refused, and laws are those of the tokens that were given."""

    for laws in (bernoulli_laws, fixed_count_laws):
        with pytest.raises(ValueError, match="returns normalised log-probabilities"):
            laws(spoiling([0.5, 0.9]), length=2)
        law = laws(spoiling([0.25, 0.75]), length=2)(2)
        assert law.tolist() == pytest.approx([0.0625, 0.1875, 0.1875, 0.5625])
