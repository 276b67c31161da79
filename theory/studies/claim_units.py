"""Units of work that several claims share."""

from collections.abc import Sequence

from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from theory.studies.claim_sizes import GrowthSizes
from theory.studies.kinds import LeastSteps, SampledLeastSteps
from theory.studies.kinds.sampled_least_steps import StepMetric
from theory.studies.profiles import Profile
from theory.studies.trainings import fitting_length

GAP_TARGET = 0.05  # nats per token
ERROR_TARGET = 0.5
LOW_ERROR_TARGET = 0.1


def growth_units(
    sizes: Sequence[GrowthSizes], reveal: str, metric: StepMetric, target: float
) -> list[Unit]:
    """Least steps to a target for every language and length of some studies."""
    return [
        sampled_least_steps(name, length, reveal, metric, target, study.samples)
        for study in sizes
        for name in study.languages
        for length in study.lengths
    ]


def low_error_units(profile: Profile) -> list[Unit]:
    """Least steps to SER 0.1 of the growth languages, at the longest of their lengths that is not
    above that of the profile: the steps are several times the length."""
    return [
        sampled_least_steps(
            name,
            max(length for length in study.lengths if length <= profile.length),
            "bernoulli",
            "sequence_error_rate",
            LOW_ERROR_TARGET,
            study.samples // 2,
        )
        for study in profile.claims.growth
        for name in study.languages
    ]


def sampled_least_steps(
    name: str, length: int, reveal: str, metric: StepMetric, target: float, samples: int
) -> SampledLeastSteps:
    """Least steps of a catalogue language at the longest length up to `length`."""
    return SampledLeastSteps(
        **catalogue.named(name),
        length=fitting_length(name, length),
        reveal=reveal,
        metric=metric,
        target=target,
        samples=samples,
    )


def law_units(profile: Profile) -> list[Unit]:
    """Least steps of the chain by its exact law."""
    return [unit for unit in profile.laws.units() if isinstance(unit, LeastSteps)]


def all_trained_units(profile: Profile) -> list[Unit]:
    """Error curves of every trained model of the profile."""
    return [
        unit
        for group in profile.groups
        for pair in profile.trainings(group)
        for unit in profile.trained_units(*pair)
    ]


def oracle_curves(profile: Profile) -> list[Unit]:
    """Error curves of the exact denoiser on every language of the profile."""
    return [unit for name in profile.languages for unit in profile.oracle_units(name)]
