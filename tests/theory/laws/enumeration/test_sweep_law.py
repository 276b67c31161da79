"""Sweeps of one token: against enumerated chance, and against what no selection may move."""

import pytest

from synthetic.denoisers import NoisyOracle
from synthetic.languages import CopyPairs, NGram
from synthetic.noise import Absorbing, Uniform
from synthetic.sampling import GibbsCorrector
from theory.bounds.revision.gibbs_random_scan import Swept
from theory.laws.enumeration.sweep_law import sweep_laws

CHAIN = NGram.random(2, 3, 2, 1.0, 0, device="cpu")


@pytest.mark.parametrize("selection", ["random", "margin", "confidence"])
@pytest.mark.parametrize("language", [CHAIN, CopyPairs(2, device="cpu")], ids=["chain", "pairs"])
def test_sweeps_agree_with_enumerated_chance(language: NGram, selection: str) -> None:
    """Copy pairs have ties in every word."""
    corrector = GibbsCorrector(selection)  # type: ignore[arg-type]
    oracle = NoisyOracle(language, Uniform(language.vocab_size))
    before, after = sweep_laws(oracle, corrector, 0.3, length=2)
    swept = Swept(language, 2, 0.3, corrector)
    assert before.tolist() == pytest.approx(swept.before.tolist(), abs=1e-15)
    assert after.tolist() == pytest.approx(swept.after.tolist(), abs=1e-14)
    assert float(after.sum()) == pytest.approx(1, abs=1e-14)
    moved = float((after - before).abs().max())
    if selection == "random":
        assert moved < 1e-14
    elif language is CHAIN:
        assert moved > 1e-3  # the broken twin: a choice that looks at the words


def test_what_is_not_enumerated_is_one_line() -> None:
    oracle = NoisyOracle(CHAIN, Uniform(3))
    with pytest.raises(ValueError, match=r"^one position a sweep is enumerated, got 2$"):
        sweep_laws(oracle, GibbsCorrector("random", 2), 0.3, length=2)
    with pytest.raises(ValueError, match=r"^a Gibbs corrector needs noise under which any token"):
        sweep_laws(NoisyOracle(CHAIN, Absorbing(3)), GibbsCorrector(), 0.3, length=2)
