"""Cases of the claims about learning error and chains of reasoning."""

from synthetic.experiments.kinds import (
    LearningError,
    OracleError,
    OracleReasoning,
    PerturbedError,
    TrainedError,
    TrainedReasoning,
)
from synthetic.experiments.unit import Unit
from tests.theory.claims.case import ANSWER, ERROR, GAP, Build, Case
from tests.theory.claims.rows_by_hand import LONG, Ends, Row, chain, exactly, growing, row
from theory.claims import learning_error, reasoning_chains
from theory.studies.claim_units import ERROR_TARGET
from theory.tables.evidence import PATH_BOUND


def apart(kind: type[Unit], metric: str, learning: float = 0.0) -> Build:
    """A perturbed oracle's error above another denoiser's: by the learning error at 4 steps, by as
    much and the wanted distance at 16."""
    estimator = PATH_BOUND if metric == GAP else ""

    def build(language: str, ends: Ends) -> list[Row]:
        divergences = [
            row(LearningError, language, "conditional_divergence", exactly(0.1), masked=masked)
            for masked in (1, 4, LONG)
        ]
        pairs = [
            row(side, language, metric, share, steps=steps, estimator=estimator)
            for steps, distance in ((4, exactly(0.0)), (16, ends))
            for side, share in (
                (kind, exactly(0.3)),
                (PerturbedError, distance.through(lambda x: 0.3 + learning + x)),
            )
        ]
        return [*divergences, *pairs]

    return build


def slope_of_chain(metric: str, target: float) -> Build:
    """Least steps of a chain with an exponent; steps of a language that is no chain are beside."""

    def build(language: str, ends: Ends) -> list[Row]:
        other = growing("ngram2-v8", metric, target, exactly(0.0))
        return [*growing(language, metric, target, ends), *other, *chain(language, ERROR, SURE)]

    return build


def gain(metric: str, kind: type[Unit], *, prompted: bool) -> Build:
    """How much of the error of a chain more steps take away."""
    return lambda language, ends: chain(language, metric, ends, prompted=prompted, kind=kind)


def answers(language: str, ends: Ends) -> list[Row]:
    """Answers at L/4 steps, and at 4L at a part of the error of chance, of one symbol of eight."""
    columns: Row = {"denoiser": "masked-diffusion", "prompted": False}
    chance = 1 - 1 / 8
    return [
        row(TrainedReasoning, language, ANSWER, share, steps=steps, **columns)
        for steps, share in (
            (LONG // 4, exactly(2.0)),
            (4 * LONG, ends.through(lambda part: part * chance)),
        )
    ]


def one_step(kind: type[Unit]) -> Build:
    """SER of a chain in one step and in many, prompt given."""
    return lambda language, ends: [
        row(kind, language, ERROR, ends, steps=1, prompted=True),
        row(kind, language, ERROR, exactly(0.0), steps=4 * LONG, prompted=True),
    ]


EIGHT, NINE = learning_error, reasoning_chains
SURE = exactly(0.5)  # a gain that is beyond every margin
CHAINS = ("running-sum-8", "derivation-4")
DETERMINED = ("running-sum-8", "addition-4")
KINDS: tuple[tuple[str, type[Unit]], ...] = (
    ("exact", OracleReasoning),
    ("trained", TrainedReasoning),
)
MODEL_CASES = (
    Case(EIGHT.claim, "exact", EIGHT.DECOMPOSITION, EIGHT.ADDS, apart(OracleError, GAP, 0.1)),
    Case(EIGHT.claim, "trained", EIGHT.SEQUENCE, EIGHT.SHARES, apart(TrainedError, ERROR)),
    Case(EIGHT.claim, "trained", EIGHT.TOKEN, EIGHT.GAPS, apart(TrainedError, GAP)),
    Case(
        NINE.claim, "exact", NINE.EXPONENT, NINE.SLOPE, slope_of_chain(ERROR, ERROR_TARGET), CHAINS
    ),
    *(
        Case(
            NINE.claim,
            denoiser,
            statistic,
            NINE.GAIN,
            gain(metric, kind, prompted=prompted),
            CHAINS,
            suffix=", prompted" if prompted else "",
        )
        for denoiser, kind in KINDS
        for metric, statistic in ((ERROR, NINE.CHAIN_GAIN), (ANSWER, NINE.ANSWER_GAIN))
        for prompted in (False, True)
        if denoiser == "trained" or metric == ERROR
    ),
    Case(NINE.claim, "trained", NINE.CHANCE, NINE.BETTER, answers, CHAINS, shown=True),
    *(
        Case(
            NINE.claim,
            denoiser,
            NINE.ONE_STEP,
            NINE.RIGHT,
            one_step(kind),
            DETERMINED,
            suffix=", prompted",
            shown=True,
        )
        for denoiser, kind in KINDS
    ),
)
