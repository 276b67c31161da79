"""Rows of a measurement: every error rate of one denoiser under one strategy."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Protocol

from synthetic.experiments.unit import Row
from synthetic.quantities import Estimate

if TYPE_CHECKING:
    from torch import Tensor

    from synthetic.denoisers import Denoiser
    from synthetic.languages import Language
    from synthetic.sampling import Strategy

IMPORTANCE_PATHS = 4
IMPORTANCE_SHARE = 8  # words of the importance-weighted bound: one in so many


@dataclass(frozen=True, kw_only=True)
class Setting:
    """The columns that say what was measured; counts of a sequence on average."""

    language: str
    language_hash: str
    denoiser: str
    reveal: str
    steps: int
    length: int
    seed: int
    reveals: int = 0
    evaluations: float = 0.0

    def row(self, metric: str, estimate: Estimate) -> Row:
        """One row: a metric with its estimator, interval, standard error and sample count."""
        return asdict(self) | {
            "metric": metric,
            "estimator": estimate.estimator,
            "value": estimate.value,
            "low": estimate.low,
            "high": estimate.high,
            "standard_error": estimate.standard_error,
            "samples": estimate.samples,
        }


class OfLanguage(Protocol):
    """A unit of one language at one length."""

    @property
    def language(self) -> str: ...
    @property
    def language_hash(self) -> str: ...
    @property
    def length(self) -> int: ...
    @property
    def seed(self) -> int: ...


def setting_of(
    unit: OfLanguage,
    denoiser: str,
    *,
    reveal: str = "none",
    steps: int = 0,
    seed: int | None = None,
    reveals: int = 0,
) -> Setting:
    """The columns of what a unit measures of a denoiser; by default with the seed of the unit."""
    check_language_hash(unit.language, unit.language_hash)
    return Setting(
        language=unit.language,
        language_hash=unit.language_hash,
        denoiser=denoiser,
        reveal=reveal,
        steps=steps,
        length=unit.length,
        seed=unit.seed if seed is None else seed,
        reveals=reveals,
    )


def check_language_hash(name: str, digest: str) -> None:
    """A one-line error where a unit has a name of the catalogue or a specification and the hash of
    another language, such as that of a file before it was changed."""
    from synthetic.languages import catalogue

    if name not in catalogue.names() and ":" not in name:
        return
    true = catalogue.named(name)["language_hash"]
    if true != digest:
        raise ValueError(
            f"language_hash is that of {name}, {true}, got {digest!r}: use **catalogue.named(name)"
        )


def exact(value: float, error: float = 0.0) -> Estimate:
    """A computed number in the columns of an estimate: its interval is its proved error."""
    return Estimate(value, value - error, value + error, 1, "exact", 0.0)


def measure_denoiser(
    setting: Setting,
    denoiser: Denoiser,
    strategy: Strategy,
    language: Language,
    *,
    samples: int,
    flops_per_evaluation: float | None,
) -> list[Row]:
    """SER, TER by its estimators, and cost, of `samples` generated and as many true sequences.

    A strategy without path probabilities, such as one that samples before it chooses, has no rows
    of the path bounds.
    """
    import torch

    from synthetic.metrics import (
        token_error_rate_gap,
        token_error_rate_importance_weighted_bound,
        token_error_rate_path_bound,
    )
    from synthetic.quantities import mean_estimate
    from synthetic.sampling import generate
    from synthetic.sampling.path import has_path_probability, path_log_prob

    length = setting.length
    generator = torch.Generator(device="cpu").manual_seed(setting.seed)
    generation = generate(denoiser, strategy, length=length, count=samples, generator=generator)
    most = float(setting.steps)  # calls of a strategy, and at least one
    evaluations = mean_estimate(generation.evaluations, "mean over samples", least=1.0, most=most)
    setting = replace(setting, reveals=length, evaluations=evaluations.value)
    rows = [*error_rows(setting, generation.tokens, language)]
    if has_path_probability(strategy):
        words = language.sample(samples, length, generator)
        true = language.log_prob(words)
        one = path_log_prob(denoiser, strategy, words, generator).to(true.device)
        few = max(1, samples // IMPORTANCE_SHARE)
        several = path_log_prob(
            denoiser, strategy, words[:few], generator, paths=IMPORTANCE_PATHS
        ).to(true.device)
        path_bound = token_error_rate_path_bound(one[0], length, language_log_prob=true)
        weighted = token_error_rate_importance_weighted_bound(several, length)
        rows += [
            setting.row("token_error_rate", path_bound),
            setting.row("token_error_rate_gap", token_error_rate_gap(one, true, length)),
            setting.row("token_error_rate", weighted),
            setting.row("token_error_rate_gap", token_error_rate_gap(several, true[:few], length)),
        ]
    rows.append(setting.row("evaluations", evaluations))
    return rows + flops_rows(setting, generation.evaluations, most, flops_per_evaluation)


def flops_rows(
    setting: Setting, evaluations: Tensor, most: float, flops_per_evaluation: float | None
) -> list[Row]:
    """FLOPs of one sample, from its calls (B,), which are at least one and at most `most`.

    No row for a denoiser whose FLOPs are not counted.
    """
    from synthetic.quantities import mean_estimate

    if flops_per_evaluation is None:
        return []
    flops = mean_estimate(
        evaluations * flops_per_evaluation,
        "formula, mean over samples",
        least=flops_per_evaluation,
        most=most * flops_per_evaluation,
    )
    return [setting.row("flops", flops)]


def error_rows(setting: Setting, tokens: Tensor, language: Language) -> list[Row]:
    """SER and generative TER of generated sequences (B, L)."""
    from synthetic.metrics import (
        generative_token_error_rate,
        sequence_error_rate,
        valid_generative_token_error_rate,
    )

    rows = [
        setting.row("sequence_error_rate", sequence_error_rate(tokens, language)),
        setting.row("token_error_rate", generative_token_error_rate(tokens, language)),
    ]
    valid = valid_generative_token_error_rate(tokens, language)
    return [*rows, setting.row("token_error_rate", valid)] if valid is not None else rows
