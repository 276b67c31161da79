"""Sizes and budgets of the profiles, and the units of work that follow from them."""

import difflib
from collections.abc import Iterator
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
from synthetic.experiments.unit import Unit, closure
from synthetic.languages import catalogue
from theory.studies.claim_sizes import PAPER_CLAIMS, QUICK_CLAIMS, STANDARD_CLAIMS, ClaimSizes
from theory.studies.data_sizes import (
    HIDDEN_MARKOV_DATA,
    PAPER_DATA,
    QUICK_DATA,
    STANDARD_DATA,
    UNIFORM_NOISE_DATA,
    DataSizes,
)
from theory.studies.formal_units import NO_FORMAL, QUICK_FORMAL, STANDARD_FORMAL, FormalSizes
from theory.studies.law_units import QUICK_LAWS, STANDARD_LAWS, LawSizes
from theory.studies.noise_units import PAPER_NOISE, QUICK_NOISE, STANDARD_NOISE, NoiseSizes
from theory.studies.standard_trainings import STANDARD_GROUPS
from theory.studies.trainings import Group, fitting_length, trainings

SWEPT = ("bernoulli", "fixed count")  # measured at every number of steps


@dataclass(frozen=True, kw_only=True)
class Profile:
    """One size of the whole experiment.

    The languages of `groups` get trained models, the `oracle_only` ones the exact denoiser alone at
    the length of the first group; a language without words of a length takes the longest below.
    Steps are 1, 2, 4, .. up to `steps_per_token` times the length, and for fixed count up to its
    own multiple: beyond one it only repeats N = L. `slow` languages, whose exact posterior takes
    long, are sampled an eighth as often. `committed` says that the rows are kept with the code, so
    that what they hold is not computed again.
    """

    name: str
    groups: tuple[Group, ...]
    oracle_only: tuple[str, ...]
    slow: tuple[str, ...] = ()
    steps_per_token: int
    fixed_count_steps_per_token: int
    oracle_samples: int
    trained_samples: int
    timed_samples: int
    architecture: Architecture
    laws: LawSizes
    noise: NoiseSizes
    claims: ClaimSizes
    data: DataSizes
    other_data: tuple[DataSizes, ...] = ()
    formal: FormalSizes = NO_FORMAL
    committed: bool = False

    @property
    def length(self) -> int:
        """L of the first group, and of languages without trained models."""
        return self.groups[0].length

    @property
    def languages(self) -> tuple[str, ...]:
        """All languages, trained ones first."""
        trained = [name for group in self.groups for name in group.languages]
        return tuple(dict.fromkeys((*trained, *self.oracle_only)))

    def length_of(self, name: str) -> int:
        """The length of a language's curves: that of the first group that trains it, or L."""
        lengths = [group.length for group in self.groups if name in group.languages]
        return fitting_length(name, (*lengths, self.length)[0])

    def steps(self, length: int, reveal: str = "bernoulli") -> tuple[int, ...]:
        """Powers of two up to a reveal's steps a token times a length, rounded up to one itself."""
        fixed = reveal == "fixed count"
        per_token = self.fixed_count_steps_per_token if fixed else self.steps_per_token
        top = per_token * 2 ** (length - 1).bit_length()
        return tuple(2**power for power in range(top.bit_length()))

    def curve(self, length: int) -> Iterator[tuple[str, int]]:
        """Each reveal and number of steps at which denoisers are measured."""
        return ((reveal, steps) for reveal in SWEPT for steps in self.steps(length, reveal))

    def samples(self, name: str, count: int) -> int:
        """How often a language is sampled where others are `count` times."""
        return count // 8 if name in self.slow else count

    def samples_of(self, training: Training) -> int:
        """How often a trained model is sampled: as its group says, or as all."""
        for group in self.groups:
            if group.samples and any(training in pair for pair in self.trainings(group)):
                return group.samples
        return self.trained_samples

    def units(self) -> tuple[Unit, ...]:
        """Every unit of the profile in order of preference: what needs no training comes first."""
        first = self.oracle_units(self.languages[0])
        oracles = [unit for name in self.languages[1:] for unit in self.oracle_units(name)]
        pairs = [pair for group in self.groups for pair in self.trainings(group)]
        models = closure(training for pair in pairs for training in pair)  # with what they start at
        measured = [unit for pair in pairs for unit in self.trained_units(*pair)]
        return (
            *first,
            *models,
            *oracles,
            *self.laws.units(),
            *self.noise.units(),
            *self.formal.units(),
            *self.formal.orders(),
            *self.formal.long_orders(),
            *measured,
            *self.data.factorial_units(),
            *self.timed_units(),
        )

    def oracle_units(self, name: str) -> tuple[Unit, ...]:
        """The language's own level and the exact denoiser at every number of steps."""
        entropy = LanguageEntropy(
            **catalogue.named(name),
            length=self.length_of(name),
        )
        return (entropy, *(unit for reveal in SWEPT for unit in self.oracle_curve(name, reveal)))

    def oracle_curve(self, name: str, reveal: str) -> tuple[OracleError, ...]:
        """The exact denoiser under one reveal at every number of steps."""
        length = self.length_of(name)
        return tuple(
            OracleError(
                **catalogue.named(name),
                length=length,
                reveal=reveal,
                steps=steps,
                samples=self.samples(name, self.oracle_samples),
            )
            for steps in self.steps(length, reveal)
        )

    def trainings(self, group: Group) -> tuple[tuple[Training, Training], ...]:
        """The masked diffusion and the autoregressive model of each language of a group."""
        return trainings(group, self.architecture)

    def trained_units(self, diffusion: Training, autoregressive: Training) -> tuple[Unit, ...]:
        """The trained models of a language at every number of steps."""
        curve = [
            TrainedError(
                training=diffusion,
                reveal=reveal,
                steps=steps,
                samples=self.samples_of(diffusion),
            )
            for reveal, steps in self.curve(diffusion.length)
        ]
        return (AutoregressiveError(training=autoregressive, samples=self.trained_samples), *curve)

    def first_trainings(self) -> tuple[tuple[Training, Training], ...]:
        """Both models of each language in the first group that has it."""
        pairs = {
            pair[0].language: pair
            for group in reversed(self.groups)
            for pair in self.trainings(group)
        }
        return tuple(pairs[name] for name in self.languages if name in pairs)

    def timed_units(self) -> tuple[Unit, ...]:
        """Measured seconds of both models of each language, where they have one architecture."""
        return tuple(
            SamplingSeconds(
                diffusion=diffusion,
                autoregressive=autoregressive,
                curve=tuple(self.curve(diffusion.length)),
                samples=self.timed_samples,
            )
            for diffusion, autoregressive in self.first_trainings()
            if diffusion.architecture == autoregressive.architecture
        )


QUICK = Profile(
    name="quick",
    groups=(
        Group(
            languages=("ngram2-v8",),
            length=32,
            diffusion=Budget(steps=2000, batch_size=32, learning_rate=1e-2),
            autoregressive=Budget(steps=400, batch_size=64, learning_rate=1e-2),
        ),
        Group(
            languages=("ngram2-v8",),
            length=16,
            diffusion=Budget(steps=1000, batch_size=32, learning_rate=1e-2),
            autoregressive=Budget(steps=200, batch_size=64, learning_rate=1e-2),
        ),
        Group(
            languages=("running-sum-8",),
            length=8,
            diffusion=Budget(steps=500, batch_size=512, learning_rate=1e-2, first_masked=0.13),
            autoregressive=Budget(steps=150, batch_size=256, learning_rate=1e-2),
        ),
    ),
    oracle_only=("hmm32-v8", "copy-pairs-16", "dyck2-depth3"),
    steps_per_token=4,
    fixed_count_steps_per_token=1,
    oracle_samples=1000,
    trained_samples=500,
    timed_samples=32,
    architecture=Architecture(width=64, depth=4, heads=4),
    laws=QUICK_LAWS,
    noise=QUICK_NOISE,
    claims=QUICK_CLAIMS,
    data=QUICK_DATA,
    formal=QUICK_FORMAL,
)

STANDARD = Profile(
    name="standard",
    groups=STANDARD_GROUPS,
    oracle_only=("ngram4-v8", "dyck2-depth3"),
    slow=("ngram4-v8",),
    steps_per_token=4,
    fixed_count_steps_per_token=1,
    oracle_samples=2000,
    trained_samples=400,
    timed_samples=32,
    architecture=Architecture(width=64, depth=4, heads=4),
    laws=STANDARD_LAWS,
    noise=STANDARD_NOISE,
    formal=STANDARD_FORMAL,
    claims=STANDARD_CLAIMS,
    data=STANDARD_DATA,
    other_data=(HIDDEN_MARKOV_DATA, UNIFORM_NOISE_DATA),
    committed=True,
)

# the settings of 2502.09622 as far as we know them: 10^6 sequences, 20 epochs, L = 512, V = 8
_PAPER = Budget(steps=39_063, batch_size=512, learning_rate=3e-4, unique_sequences=1_000_000)
PAPER = Profile(
    name="paper",
    groups=(
        Group(
            languages=("ngram2-v8", "ngram3-v8", "ngram4-v8", "hmm32-v8"),
            length=512,
            diffusion=_PAPER,
            autoregressive=_PAPER,
        ),
    ),
    oracle_only=(),
    steps_per_token=4,
    fixed_count_steps_per_token=1,
    oracle_samples=2000,
    trained_samples=2000,
    timed_samples=256,
    architecture=Architecture(width=768, depth=12, heads=12),
    laws=STANDARD_LAWS,
    noise=PAPER_NOISE,
    claims=PAPER_CLAIMS,
    data=PAPER_DATA,
)

PROFILES = {profile.name: profile for profile in (QUICK, STANDARD, PAPER)}


def profile(name: str) -> Profile:
    """The named profile; an unknown name is an error that lists the known ones."""
    if name not in PROFILES:
        near = difflib.get_close_matches(name, PROFILES, n=1)
        hint = f", did you mean {near[0]}?" if near else ""
        raise ValueError(f"unknown profile {name!r}, allowed are {', '.join(PROFILES)}{hint}")
    return PROFILES[name]
