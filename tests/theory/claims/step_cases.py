"""Cases of the claims about steps: constant, two-phase, enough of them, linear."""

import math

from synthetic.experiments.kinds import NoisyTrainedError, OracleError, TrainedError, Training
from synthetic.languages import catalogue
from tests.theory.claims.case import ERROR, GAP, Build, Case
from tests.theory.claims.rows_by_hand import (
    GRID,
    LONG,
    SHORT,
    Ends,
    Row,
    curve,
    exactly,
    growing,
    growing_curves,
    growing_formal,
    lawful,
    least,
    powered,
    row,
)
from theory.claims import (
    any_diffusion,
    constant_steps,
    error_vanishes,
    linear_steps,
    two_phase_rate,
)
from theory.studies.claim_units import ERROR_TARGET, GAP_TARGET
from theory.studies.kinds import ChainError, ClassAndSteps, NoisyLeastSteps, TwoPhaseRate
from theory.tables.evidence import NOISY_NETWORK, PATH_BOUND


def slope_of_least(metric: str, target: float, reveal: str = "bernoulli") -> Build:
    """Least steps of the exact denoiser with an exponent."""
    return lambda language, ends: growing(language, metric, target, ends, reveal=reveal)


def slope_of_law(metric: str, target: float) -> Build:
    """Least steps by an exact law with an exponent."""
    return lambda language, ends: lawful(growing(language, metric, target, ends))


def slope_of_formal(metric: str, target: float) -> Build:
    """Curves of a language of the catalogue whose crossings have an exponent."""
    return lambda language, ends: growing_formal(language, metric, target, ends)


def slope_of_curves(metric: str, target: float, reveal: str = "bernoulli") -> Build:
    """Curves of trained models whose crossings have an exponent."""
    return lambda language, ends: growing_curves(language, metric, target, ends, reveal)


def share_of_bound(language: str, ends: Ends) -> list[Row]:
    """A curve of one length that crosses at a share of log V / 0.05."""
    most = math.log(8) / GAP_TARGET
    return curve(language, GAP, GAP_TARGET, ends.through(lambda x: x * most), LONG, "bernoulli")


def two_phase(denoiser: str, learning: float = 0.0) -> Build:
    """The gap at two eps, far below its bound at the second; bound and learning error make 1."""

    def build(language: str, ends: Ends) -> list[Row]:
        columns: Row = {"denoiser": denoiser, "reveal": "two phase", "bound": 1 - learning}
        columns["estimator"] = PATH_BOUND
        rates = [
            row(TwoPhaseRate, language, GAP, gap, epsilon=epsilon, **columns)
            for epsilon, gap in ((0.5, ends), (0.25, exactly(0.01)))
        ]
        divergence = row(Training, language, "conditional_divergence", exactly(learning))
        return [*rates, divergence] if learning else rates

    return build


def steps_to_gaps(language: str, ends: Ends) -> list[Row]:
    """Least steps to two gaps, a factor of four apart."""
    order = catalogue.entry(language).parameters["order"]
    steps = powered(8, ends.through(lambda slope: slope + order))
    return [least(language, GAP, 0.2, exactly(8)), least(language, GAP, 0.05, steps)]


def law_to_gaps(language: str, ends: Ends) -> list[Row]:
    """The same by an exact law."""
    return lawful(steps_to_gaps(language, ends))


def falling(reveal: str) -> Build:
    """SER of the exact denoiser in one step, at L and at 4L."""

    def build(language: str, ends: Ends) -> list[Row]:
        last = ends.through(lambda fall: 0.4 * fall)
        shares = ((1, exactly(1.0)), (LONG, exactly(0.4)), (4 * LONG, last))
        return [
            row(OracleError, language, ERROR, share, steps=steps, reveal=reveal)
            for steps, share in shares
        ]

    return build


def falling_formal(language: str, ends: Ends) -> list[Row]:
    """SER of a language of the catalogue at L and at 4L steps, enough of it at L."""
    return [
        row(ClassAndSteps, language, ERROR, exactly(0.4), steps=LONG),
        row(ClassAndSteps, language, ERROR, ends.through(lambda x: 0.4 * x), steps=4 * LONG),
    ]


def floor(language: str, ends: Ends) -> list[Row]:
    """SER of a trained model at the most steps above what its TER gap allows, 1/2, and at fewer
    and at a shorter length."""
    columns: Row = {"reveal": "fixed count", "denoiser": "masked-diffusion"}
    last = ends.through(lambda above: 0.5 + above)
    points = ((SHORT, SHORT, exactly(0.9)), (LONG, 4, exactly(0.8)), (LONG, 4 * LONG, last))
    errors = [
        row(TrainedError, language, ERROR, share, steps=steps, length=length, **columns)
        for length, steps, share in points
    ]
    gap = exactly(math.log(2) / LONG)
    level = row(TrainedError, language, GAP, gap, steps=4 * LONG, estimator=PATH_BOUND, **columns)
    return [*errors, level]


def linear_case(denoiser: str, reveal: str, build: Build) -> Case:
    """An exponent by SER under a reveal, of which Bernoulli decides, of copy pairs."""
    statistic, rule = linear_steps.exponent(reveal), linear_steps.SLOPE
    shown = reveal != "bernoulli"
    languages = ("copy-pairs-16", "copy-pairs-4")
    return Case(linear_steps.claim, denoiser, statistic, rule, build, languages, shown=shown)


def ordinary(language: str, ends: Ends) -> list[Row]:
    """Least steps of a language that is not the worst case, with an exponent."""
    return growing(language, ERROR, ERROR_TARGET, ends)


def in_one_step(language: str, ends: Ends) -> list[Row]:
    """SER of a chain in one step."""
    return [row(ChainError, language, ERROR, ends, steps=1)]


def revised(sampler: str) -> Build:
    """Least steps of the exact denoiser under noise that revises tokens, with an exponent."""

    def build(language: str, ends: Ends) -> list[Row]:
        columns: Row = {"denoiser": "noisy oracle", "reveal": sampler, "target": ERROR_TARGET}
        name = f"least_steps_{ERROR}"
        points = ((SHORT, exactly(8)), (LONG, powered(8, ends)))
        # the claim lets each stand for what lies down to one below its lower end
        return [
            row(
                NoisyLeastSteps,
                language,
                name,
                one._replace(low=one.low + 1),
                length=length,
                **columns,
            )
            for length, one in points
        ]

    return build


def revised_curves(sampler: str) -> Build:
    """SER of trained networks in proportion to 1/N that crosses its target with an exponent."""

    def build(language: str, ends: Ends) -> list[Row]:
        points = ((SHORT, exactly(8)), (LONG, powered(8, ends)))
        return [
            row(
                NoisyTrainedError,
                language,
                ERROR,
                at.through(lambda crossing, n=steps: ERROR_TARGET * crossing / n),
                steps=steps,
                length=length,
                reveal=sampler,
                denoiser=NOISY_NETWORK,
            )
            for length, at in points
            for steps in GRID
        ]

    return build


def any_case(denoiser: str, sampler: str, build: Build, *, shown: bool = False) -> Case:
    """An exponent by SER under a sampler."""
    statistic = any_diffusion.exponent(sampler)
    return Case(any_diffusion.claim, denoiser, statistic, linear_steps.SLOPE, build, shown=shown)


ONE, TWO, THREE, FOUR = constant_steps, two_phase_rate, error_vanishes, linear_steps
NGRAMS = ("ngram2-v8", "ngram3-v8")
STEP_CASES = (
    Case(ONE.claim, "exact", ONE.EXPONENT, ONE.SLOPE, slope_of_law(GAP, GAP_TARGET)),
    *(
        Case(ONE.claim, denoiser, statistic, ONE.SLOPE, build, shown=True)
        for denoiser, statistic, build in (
            ("exact", ONE.BOUND_EXPONENT, slope_of_least(GAP, GAP_TARGET)),
            ("trained", ONE.BOUND_EXPONENT, slope_of_curves(GAP, GAP_TARGET)),
            ("exact", ONE.FORMAL_EXPONENT, slope_of_formal(GAP, GAP_TARGET)),
        )
    ),
    Case(ONE.claim, "trained", ONE.SHARE_OF_BOUND, ONE.SHARE, share_of_bound),
    Case(TWO.claim, "exact", TWO.SHARE_OF_BOUND, TWO.RATE, two_phase("oracle"), NGRAMS),
    Case(
        TWO.claim,
        "trained",
        TWO.SHARE_OF_BOUND,
        TWO.RATE,
        two_phase("masked-diffusion", learning=0.25),
        NGRAMS,
    ),
    *(
        Case(TWO.claim, "exact", name, TWO.TIGHT, build, ("ngram3-v8", "ngram4-v8"), shown=True)
        for name, build in (
            (TWO.TIGHTNESS, law_to_gaps),
            (TWO.BOUND_TIGHTNESS, steps_to_gaps),
        )
    ),
    Case(THREE.claim, "exact", THREE.UNIFORM, THREE.FALL, falling("bernoulli")),
    Case(THREE.claim, "exact", THREE.CONCENTRATED, THREE.FALL, falling("bernoulli, half first")),
    Case(THREE.claim, "exact", THREE.FORMAL, THREE.FALL, falling_formal),
    Case(THREE.claim, "trained", THREE.TRAINED_FLOOR, THREE.BOUNDED, floor),
    *(
        linear_case("exact", reveal, slope_of_least(ERROR, ERROR_TARGET, reveal))
        for reveal in ("bernoulli", *linear_steps.OTHER_REVEALS)
    ),
    *(
        linear_case("trained", reveal, slope_of_curves(ERROR, ERROR_TARGET, reveal))
        for reveal in ("bernoulli", "fixed count")
    ),
    Case(FOUR.claim, "exact", FOUR.exponent("bernoulli"), FOUR.SLOPE, ordinary, shown=True),
    Case(
        FOUR.claim,
        "exact",
        FOUR.FORMAL,
        FOUR.SLOPE,
        slope_of_formal(ERROR, ERROR_TARGET),
        shown=True,
    ),
    Case(FOUR.claim, "exact", FOUR.IN_ONE_STEP, FOUR.NEEDED, in_one_step, shown=True),
    any_case("exact", any_diffusion.MASKED, slope_of_least(ERROR, ERROR_TARGET), shown=True),
    *(any_case("exact", sampler, revised(sampler)) for sampler in any_diffusion.REVISED),
    *(any_case("trained", sampler, revised_curves(sampler)) for sampler in any_diffusion.REVISED),
)
