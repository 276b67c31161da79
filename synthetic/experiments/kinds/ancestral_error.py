"""Error rates of ancestral sampling of noisy tokens with the exact denoiser."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from synthetic.experiments.kinds.measurement import Setting, error_rows, flops_rows, setting_of
from synthetic.experiments.unit import Context, Input, Result, Row, Unit

if TYPE_CHECKING:
    from torch import Tensor

    from synthetic.denoisers import NoisyDenoiser
    from synthetic.languages import Language
    from synthetic.noise import Noise
    from synthetic.sampling import GibbsCorrector

WINDOWS_LIMIT = 1000  # V^3 above which windows of three tokens are left out


@dataclass(frozen=True, kw_only=True)
class AncestralError(Unit):
    """SER, generative TER and divergence of windows of the exact denoiser of a language under a
    noise and a grid, by the names of `synthetic.noise.named`, at one number of steps.

    `corrector` is a selection of `GibbsCorrector`, or none; it redraws `corrected` positions in one
    sweep after every step but the last.
    """

    kind = "ancestral error"
    version = 2  # intervals that hold

    language: str
    language_hash: str
    length: int
    noise: str
    grid: str
    steps: int
    samples: int
    corrector: str = "none"
    corrected: int = 1
    seed: int = 0

    @property
    def expected_seconds(self) -> float:
        """In proportion to the tokens computed."""
        sweeps = 1 if self.corrector == "none" else 2
        return 0.1 + 1.2e-6 * self.samples * self.steps * self.length * sweeps

    def run(self, inputs: Mapping[Unit, Input], context: Context) -> Result:
        """One row a metric and estimator."""
        from typing import cast

        from synthetic.denoisers import NoisyOracle
        from synthetic.device import exact_device
        from synthetic.languages import catalogue
        from synthetic.noise.named import build_grid, build_noise
        from synthetic.sampling import GibbsCorrector
        from synthetic.sampling.corrector import Selection

        language = catalogue.load(self.language, exact_device(context.device))
        noise = build_noise(self.noise, language.vocab_size)
        corrector = None
        if self.corrector != "none":
            corrector = GibbsCorrector(cast(Selection, self.corrector), self.corrected)
        setting = setting_of(
            self,
            "noisy oracle",
            reveal=sampler_name(self.noise, self.grid, self.corrector, self.corrected),
            steps=self.steps,
        )
        denoiser, grid = NoisyOracle(language, noise), build_grid(self.grid, self.steps)
        return Result(
            ancestral_rows(
                setting, denoiser, noise, grid, language, samples=self.samples, corrector=corrector
            )
        )


def ancestral_rows(
    setting: Setting,
    denoiser: NoisyDenoiser,
    noise: Noise,
    grid: Tensor,
    language: Language,
    *,
    samples: int,
    corrector: GibbsCorrector | None = None,
    flops_per_evaluation: int | None = None,
) -> list[Row]:
    """SER, generative TER, calls, divergence of windows and cost of ancestral samples."""
    import torch

    from synthetic.metrics.windows import window_divergence
    from synthetic.quantities import mean_estimate
    from synthetic.sampling import ancestral

    generation = ancestral(
        denoiser,
        noise,
        grid,
        length=setting.length,
        count=samples,
        generator=torch.Generator(device="cpu").manual_seed(setting.seed),
        corrector=corrector,
    )
    swept = 0 if corrector is None else corrector.sweeps * (setting.steps - 1)
    most = float(setting.steps + swept)
    evaluations = mean_estimate(generation.evaluations, "mean over samples", least=1.0, most=most)
    setting = replace(setting, reveals=setting.length, evaluations=evaluations.value)
    tokens = generation.tokens.to(language.device)
    rows = error_rows(setting, tokens, language)
    rows.append(setting.row("evaluations", evaluations))
    for width in (2, 3):
        if width <= setting.length and (width == 2 or language.vocab_size**3 <= WINDOWS_LIMIT):
            divergence = window_divergence(tokens, language, width)
            rows.append(setting.row("window_divergence", divergence))
    return rows + flops_rows(setting, generation.evaluations, most, flops_per_evaluation)


def sampler_name(noise: str, grid: str, corrector: str = "none", corrected: int = 1) -> str:
    """What rows and figures call ancestral sampling under a noise, along a grid."""
    swept = "" if corrector == "none" else f", {corrector} corrector of {corrected}"
    return f"{noise} noise, {grid} grid{swept}"
