"""The kinds of units that profiles are made of."""

from pathlib import Path
from typing import Any

import pytest

from synthetic.experiments import InProcess, Store, Unit, run_units
from synthetic.experiments.kinds import (
    AutoregressiveError,
    LanguageEntropy,
    OracleError,
    SamplingSeconds,
    TrainedError,
)
from synthetic.experiments.unit import Context
from synthetic.languages import catalogue
from synthetic.models import TransformerConfig, autoregressive_flops, forward_flops
from synthetic.sampling.named import build_strategy
from tests.golden import check_golden
from tests.small_training import small_training

LENGTH = 8


def language(name: str) -> dict[str, Any]:
    return {"language": name, "language_hash": catalogue.entry(name).digest()}


def oracle(name: str, reveal: str, steps: int) -> OracleError:
    return OracleError(**language(name), length=LENGTH, reveal=reveal, steps=steps, samples=50)


def rows_of(folder: Path, *units: Unit) -> dict[tuple[str, str, str], float]:
    """Values by (denoiser, metric, estimator)."""
    store = Store(folder)
    assert run_units(units, store, InProcess()).ok
    return {
        (str(row["denoiser"]), str(row["metric"]), str(row["estimator"])): float(row["value"] or 0)
        for unit in units
        for row in store.read_input(unit).rows
    }


def test_numbers_of_exact_kinds_change_only_with_their_version() -> None:
    units = [
        LanguageEntropy(**language("dyck2-depth3"), length=LENGTH),
        oracle("ngram2-v8", "bernoulli", 4),
        oracle("hmm16-v8", "fixed count", 2),
    ]
    check_golden(Path(__file__).with_name("exact_golden.json"), units)


def test_numbers_of_trained_kinds_change_only_with_their_version() -> None:
    """Weights differ in the last digits between processors, hence the wide tolerance."""
    diffusion, autoregressive = (
        small_training("ngram2-v8", causal=False),
        small_training("ngram2-v8", causal=True),
    )
    units = [
        diffusion,
        TrainedError(training=diffusion, reveal="bernoulli", steps=4, samples=20),
        AutoregressiveError(training=autoregressive, samples=20),
    ]
    check_golden(Path(__file__).with_name("trained_golden.json"), units, relative_error=1e-3)


def test_trained_rows_cost_what_the_formula_says(tmp_path: Path) -> None:
    diffusion, autoregressive = (
        small_training("ngram2-v8", causal=False),
        small_training("ngram2-v8", causal=True),
    )
    computed = rows_of(
        tmp_path,
        TrainedError(training=diffusion, reveal="fixed count", steps=4, samples=20),
        AutoregressiveError(training=autoregressive, samples=20),
    )
    config = TransformerConfig(
        vocab_size=8, max_length=LENGTH, width=16, depth=1, heads=2, causal=False
    )
    evaluations = computed["masked-diffusion", "evaluations", "mean over samples"]
    assert evaluations == 4
    flops = computed["masked-diffusion", "flops", "formula, mean over samples"]
    assert flops == 4 * forward_flops(config, length=LENGTH)
    flops = computed["autoregressive", "flops", "exact"]
    assert flops == autoregressive_flops(config, length=LENGTH)


def test_timing_covers_every_reveal_and_step(tmp_path: Path) -> None:
    unit = SamplingSeconds(
        diffusion=small_training("ngram2-v8", causal=False),
        autoregressive=small_training("ngram2-v8", causal=True),
        curve=(("fixed count", 4), ("bernoulli", 1), ("bernoulli", 2 * LENGTH)),
        samples=3,
    )
    assert unit.timing
    store = Store(tmp_path)
    assert run_units([unit], store, InProcess()).ok
    rows = store.read_input(unit).rows
    assert [(row["reveal"], row["steps"]) for row in rows] == [
        ("fixed count", 4), ("bernoulli", 1), ("bernoulli", 2 * LENGTH), ("left to right", LENGTH),
    ]  # fmt: skip
    for row in rows:
        assert 0 < float(row["low"] or 0) <= float(row["value"] or 0) <= float(row["high"] or 0)


def test_an_unknown_reveal_is_an_error_that_names_the_known() -> None:
    with pytest.raises(ValueError, match=r"bernoulli; .*least entropy; .*, got 'magic'"):
        build_strategy("magic", 8, 2)


def test_a_language_whose_file_has_changed_is_not_measured(tmp_path: Path) -> None:
    """Nor one of the catalogue with the hash of another; the rows would carry the wrong one."""
    path = tmp_path / "words.txt"
    path.write_text("ab\nba\n")
    unit = LanguageEntropy(**language(f"finite:{path}"), length=2)
    assert rows_of(tmp_path / "before", unit)
    path.write_text("ab\nba\naa\n")
    other = LanguageEntropy(language="even-ones", language_hash=unit.language_hash, length=2)
    for stale in (unit, other):
        with pytest.raises(ValueError, match="language_hash is that of"):
            stale.run({}, Context("cpu", tmp_path, 1, lambda share: None))
