"""Sizes and budgets of the profiles, and the units of work that follow from them."""

import difflib
from dataclasses import dataclass

from synthetic.experiments.kinds import (
    Architecture,
    AutoregressiveError,
    Budget,
    LanguageEntropy,
    OracleError,
    SamplingSeconds,
    TrainedError,
    Training,
)
from synthetic.experiments.kinds.reveal import REVEALS
from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.law_units import QUICK_LAWS, STANDARD_LAWS, LawSizes


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One size of the whole experiment; every language at one length.

    `trained` languages get a masked diffusion and an autoregressive model, the `oracle_only` ones
    the exact denoiser alone. Steps are 1, 2, 4, .. up to `steps_per_token` times the length.
    """

    name: str
    trained: tuple[str, ...]
    oracle_only: tuple[str, ...]
    length: int
    steps_per_token: int
    oracle_samples: int
    trained_samples: int
    timed_samples: int
    architecture: Architecture
    diffusion: Budget
    autoregressive: Budget
    laws: LawSizes

    @property
    def steps(self) -> tuple[int, ...]:
        """Powers of two up to `steps_per_token` times the length."""
        top = self.steps_per_token * self.length
        return tuple(2**power for power in range(top.bit_length()) if 2**power <= top)

    def units(self) -> tuple[Unit, ...]:
        """Every unit of the profile in order of preference: what needs no training comes first."""
        first = self.oracle_units(self.trained[0])
        trainings = [training for name in self.trained for training in self._trainings(name)]
        oracles = [
            unit
            for name in (*self.trained[1:], *self.oracle_only)
            for unit in self.oracle_units(name)
        ]
        measured = [unit for name in self.trained for unit in self._trained_units(name)]
        timed = [unit for name in self.trained for unit in self._timed_units(name)]
        return (*first, *trainings, *oracles, *self.laws.units(), *measured, *timed)

    def oracle_units(self, name: str) -> tuple[Unit, ...]:
        """The language's own level and the exact denoiser at every number of steps."""
        digest = catalogue.entry(name).digest()
        entropy = LanguageEntropy(language=name, language_hash=digest, length=self.length)
        curve = [
            OracleError(
                language=name,
                language_hash=digest,
                length=self.length,
                reveal=reveal,
                steps=steps,
                samples=self.oracle_samples,
            )
            for reveal in REVEALS
            for steps in self.steps
        ]
        return (entropy, *curve)

    def _trainings(self, name: str) -> tuple[Training, Training]:
        """The masked diffusion and the autoregressive model of a language."""
        digest = catalogue.entry(name).digest()
        diffusion, autoregressive = (
            Training(
                language=name,
                language_hash=digest,
                length=self.length,
                causal=causal,
                architecture=self.architecture,
                budget=budget,
            )
            for causal, budget in ((False, self.diffusion), (True, self.autoregressive))
        )
        return diffusion, autoregressive

    def _trained_units(self, name: str) -> tuple[Unit, ...]:
        """The trained models of a language at every number of steps."""
        diffusion, autoregressive = self._trainings(name)
        curve = [
            TrainedError(
                training=diffusion, reveal=reveal, steps=steps, samples=self.trained_samples
            )
            for reveal in REVEALS
            for steps in self.steps
        ]
        return (AutoregressiveError(training=autoregressive, samples=self.trained_samples), *curve)

    def _timed_units(self, name: str) -> tuple[Unit, ...]:
        """Measured seconds of the same models."""
        diffusion, autoregressive = self._trainings(name)
        return (
            SamplingSeconds(training=diffusion, steps=self.steps, samples=self.timed_samples),
            SamplingSeconds(training=autoregressive, steps=(), samples=self.timed_samples),
        )


QUICK = Profile(
    name="quick",
    trained=("ngram2-v8", "hmm32-v8"),
    oracle_only=("copy-pairs-16", "dyck2-depth3"),
    length=32,
    steps_per_token=4,
    oracle_samples=2000,
    trained_samples=1000,
    timed_samples=64,
    architecture=Architecture(width=64, depth=4, heads=4),
    diffusion=Budget(steps=1300, batch_size=256, learning_rate=1e-2),
    autoregressive=Budget(steps=400, batch_size=256, learning_rate=1e-2),
    laws=QUICK_LAWS,
)

STANDARD = Profile(
    name="standard",
    trained=("ngram2-v8", "ngram3-v8", "hmm32-v8", "copy-pairs-16"),
    oracle_only=("dyck2-depth3", "running-sum-8"),
    length=64,
    steps_per_token=4,
    oracle_samples=4000,
    trained_samples=2000,
    timed_samples=256,
    architecture=Architecture(width=64, depth=4, heads=4),
    diffusion=Budget(steps=2500, batch_size=256, learning_rate=1e-2),
    autoregressive=Budget(steps=800, batch_size=256, learning_rate=1e-2),
    laws=STANDARD_LAWS,
)

# the settings of 2502.09622 as far as we know them: 10^6 sequences, 20 epochs, L = 512, V = 8
PAPER = Profile(
    name="paper",
    trained=("ngram2-v8", "ngram3-v8", "ngram4-v8", "hmm32-v8"),
    oracle_only=(),
    length=512,
    steps_per_token=4,
    oracle_samples=2000,
    trained_samples=2000,
    timed_samples=2000,
    architecture=Architecture(width=768, depth=12, heads=12),
    diffusion=Budget(steps=39_063, batch_size=512, learning_rate=3e-4, unique_sequences=1_000_000),
    autoregressive=Budget(
        steps=39_063, batch_size=512, learning_rate=3e-4, unique_sequences=1_000_000
    ),
    laws=STANDARD_LAWS,
)

PROFILES = {profile.name: profile for profile in (QUICK, STANDARD, PAPER)}


def profile(name: str) -> Profile:
    """The named profile; an unknown name is an error that lists the known ones."""
    if name not in PROFILES:
        near = difflib.get_close_matches(name, PROFILES, n=1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown profile {name!r}, allowed are {', '.join(PROFILES)}{hint}")
    return PROFILES[name]
