"""Claim 9: chains of reasoning steps, the analogue of the GSM8K experiment."""

from collections.abc import Sequence
from itertools import product

import pandas as pd

from synthetic.experiments.kinds import OracleReasoning, TrainedReasoning
from synthetic.experiments.unit import Unit
from synthetic.languages import catalogue
from synthetic.languages.prompted import Prompted
from synthetic.quantities import Estimate
from theory.claims.claim import Claim, DenoiserName, Phrase, Test, judged
from theory.claims.rules import AtLeast, AtMost
from theory.studies.claim_units import ERROR_TARGET, growth_units
from theory.studies.profiles import Profile
from theory.tables.evidence import (
    at_steps,
    by_language,
    estimate,
    least_steps_by_language,
    pick,
)
from theory.tables.rows import longest
from theory.tables.statistics import difference, growth_exponent

SLOPE = AtLeast(0.7, 0.4)
GAIN = AtLeast(0.1, 0.02)
RIGHT = AtMost(0.01, 0.05)
LEARNED = AtMost(0.5, 0.95)
BETTER = AtMost(0.9, 0.95)
EXPONENT = "growth exponent of least N with L, SER of the chain <= 0.5"
CHAIN_GAIN = "SER of the chain at L/4 steps less that at 4L steps"
ANSWER_GAIN = "error of the answer at L/4 steps less that at 4L steps"
FLOOR = "SER of the chain at 4L steps"
CHANCE = "error of the answer at 4L steps over that of an answer by chance"
ONE_STEP = "SER of the chain in one step, prompt given"
ANSWER_TARGET = 0.25
RANDOM_STEPS = "derivation"  # several valid chains for one prompt


def units(profile: Profile) -> Sequence[Unit]:
    """Least steps by simulation, and both errors at four numbers of steps with and without the
    prompt, exact and trained."""
    reasoning = profile.claims.reasoning
    wanted: list[Unit] = [
        *growth_units(reasoning, "bernoulli", "sequence_error_rate", ERROR_TARGET),
        *growth_units(reasoning, "bernoulli", "answer_error_rate", ANSWER_TARGET),
    ]
    names = [name for study in reasoning for name in study.languages]
    for name, prompted in product(dict.fromkeys(names), (False, True)):
        length = profile.length_of(name)
        wanted += [
            OracleReasoning(
                **catalogue.named(name),
                length=length,
                prompted=prompted,
                reveal="bernoulli",
                steps=steps,
                samples=profile.oracle_samples,
            )
            for steps in _steps(profile, length)
        ]
    for group in profile.groups:
        for diffusion, autoregressive in profile.trainings(group):
            if diffusion.language not in names:
                continue
            for prompted, steps in product((False, True), _steps(profile, diffusion.length)):
                wanted.append(
                    TrainedReasoning(
                        training=diffusion,
                        prompted=prompted,
                        reveal="bernoulli",
                        steps=steps,
                        samples=profile.trained_samples,
                    )
                )
            wanted.append(
                TrainedReasoning(
                    training=autoregressive,
                    prompted=False,
                    reveal="bernoulli",
                    steps=autoregressive.length,
                    samples=profile.trained_samples,
                )
            )
    return wanted


def _steps(profile: Profile, length: int) -> tuple[int, ...]:
    """One step, and about L/4, L and 4L."""
    most = profile.steps(length)[-1]
    return (1, most // 16, most // 4, most)


def tests(rows: pd.DataFrame) -> Sequence[Test]:
    """Chains with and without their prompt given decide, and the answers of trained models.

    Of the exact denoiser no answers: after an impossible context they are drawn from what is
    uniform by convention, and a posterior given the prompt alone would err less often.
    """
    judgements = []
    for language, table in least_steps_by_language(rows, "sequence_error_rate", ERROR_TARGET):
        if _is_chain(rows, language):
            slope = growth_exponent(table, "length")
            judgements += judged("exact", language, EXPONENT, slope, SLOPE)
    kinds: tuple[tuple[type[Unit], DenoiserName], ...] = (
        (OracleReasoning, "exact"),
        (TrainedReasoning, "trained"),
    )
    for kind, denoiser in kinds:
        measured = pick(rows, kind)
        measured = measured[measured["denoiser"] != "autoregressive"] if len(measured) else measured
        for language, group in by_language(measured):
            for prompted in (False, True):
                chosen = group[group["prompted"] == prompted]
                judgements += _step_tests(denoiser, language, prompted, longest(chosen))
    return judgements


def _step_tests(
    denoiser: DenoiserName, language: str, prompted: bool, measured: pd.DataFrame
) -> list[Test]:
    chain = measured[measured["metric"] == "sequence_error_rate"]
    answer = measured[measured["metric"] == "answer_error_rate"]
    name = f"{language}, prompted" if prompted else language
    judgements = []
    learned = True
    if denoiser == "trained" and len(answer):
        floor = _floor(answer, 1 / chance_error(language, int(answer["length"].iloc[0])))
        judgements = judged(denoiser, name, CHANCE, floor, BETTER, decides=False)
        learned = floor.high < 1
        judgements += judged(denoiser, name, ANSWER_GAIN, _gain(answer), GAIN, learned=learned)
    judgements += judged(denoiser, name, CHAIN_GAIN, _gain(chain), GAIN, learned=learned)
    one = at_steps(chain, 1)
    if prompted and not language.startswith(RANDOM_STEPS) and one is not None:
        judgements += judged(denoiser, name, ONE_STEP, estimate(one), RIGHT, decides=False)
    if len(chain):
        judgements += judged(denoiser, name, FLOOR, _floor(chain), LEARNED, decides=False)
    return judgements


def chance_error(language: str, length: int) -> float:
    """The error of an answer whose every symbol is drawn by chance."""
    prompted = catalogue.load(language)
    assert isinstance(prompted, Prompted)
    symbols = int(prompted.answer_positions(length).sum())
    return 1 - float(prompted.vocab_size) ** -symbols


def _gain(curve: pd.DataFrame) -> Estimate | None:
    if curve.empty:
        return None
    most = int(curve["steps"].max())
    few, many = at_steps(curve, most // 16), at_steps(curve, most)
    return None if few is None or many is None else difference(few, many, "difference of shares")


def _floor(curve: pd.DataFrame, scale: float = 1.0) -> Estimate:
    return estimate(curve.sort_values("steps").iloc[-1], scale)


def _is_chain(rows: pd.DataFrame, language: str) -> bool:
    return len(pick(rows, OracleReasoning, language=language)) > 0


claim = Claim(
    id="reasoning-chains",
    statement=(
        "On tasks of chained reasoning masked diffusion needs many steps for correct answers, "
        "which removes its advantage."
    ),
    source="arXiv 2502.09622, GSM8K experiment (recalled)",
    prediction=(
        "For chains with randomness in what is generated the least N for SER 1/2 grows like L and "
        "error falls with steps; for chains determined by the prompt the exact denoiser is right "
        "at N = 1, whatever L."
    ),
    rule=(
        f"Exponent of least N in L: {SLOPE}. Error at L/4 steps less that at 4L steps: {GAIN}. SER "
        "of chains decides, with their prompt given and without, and the error of the answer of "
        "trained models; the chain in one step given its prompt is shown "
        f"({RIGHT}). A model whose answers are no better than chance, error over that of chance "
        f"{BETTER}, has not learned its task. Version 2: chains that their prompt determines, and "
        "answers, did not decide."
    ),
    units=units,
    tests=tests,
    phrases=(
        Phrase(
            EXPONENT,
            "the steps to SER 1/2 grow in proportion to the length of the chain",
            "the steps to SER 1/2 grow more slowly than the length of the chain",
            "exponent{s} {}",
        ),
        Phrase(
            CHAIN_GAIN,
            "4L steps instead of L/4 lower the error of the chain",
            "4L steps instead of L/4 do not lower the error of the chain",
            "a fall of {}",
        ),
        Phrase(
            ANSWER_GAIN,
            "4L steps instead of L/4 lower the error of the answer",
            "4L steps instead of L/4 do not lower the error of the answer",
            "a fall of {}",
        ),
        Phrase(
            CHANCE,
            "answers are better than chance",
            "answers are no better than chance",
            "{} of its error",
        ),
        Phrase(
            ONE_STEP,
            "a chain that the prompt determines is right in one step",
            "a chain that the prompt determines is not right in one step",
            "SER {}",
        ),
    ),
    version=2,
)
