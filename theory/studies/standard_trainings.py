"""Which models the standard profile trains on two cores, beside those that take a GPU."""

from dataclasses import replace

from synthetic.experiments.kinds import Budget
from theory.studies.gpu_trainings import LEARNED_ON_GPU
from theory.studies.trainings import Group

_FULL = Budget(steps=2000, batch_size=128, learning_rate=1e-2)
_FULL_AUTOREGRESSIVE = Budget(steps=600, batch_size=128, learning_rate=1e-2)
_SHORT = Budget(steps=2000, batch_size=512, learning_rate=1e-2, first_masked=0.1)
_SHORT_AUTOREGRESSIVE = Budget(steps=600, batch_size=512, learning_rate=1e-2)
_TRAINED_ON = Budget(steps=800, batch_size=128, learning_rate=5e-3)
_TRAINED_ON_AUTOREGRESSIVE = Budget(steps=200, batch_size=128, learning_rate=5e-3)
# what drawn tokens did not bring below .01 nats
_EXACT = Budget(steps=2500, batch_size=64, learning_rate=5e-3, targets="posterior")
_FURTHER = Budget(steps=7500, batch_size=64, learning_rate=1e-3, targets="posterior")
_FURTHER_AUTOREGRESSIVE = Budget(steps=200, batch_size=128, learning_rate=1e-3)


def _after_short_words(language: str, *, first: Budget, then: Budget) -> Group:
    """A sum is found with few masks among few positions, and kept from there."""
    start = Group(
        languages=(language,),
        length=12,
        diffusion=first,
        autoregressive=_SHORT_AUTOREGRESSIVE,
    )
    return Group(
        languages=(language,),
        length=64,
        diffusion=then,
        autoregressive=_TRAINED_ON_AUTOREGRESSIVE,
        start=start,
    )


def _trained_further(language: str, budget: Budget) -> Group:
    """What a GPU learned in minutes is learned further in at most an hour of two cores."""
    start = LEARNED_ON_GPU[0]
    return replace(
        start,
        languages=(language,),
        diffusion=budget,
        autoregressive=_FURTHER_AUTOREGRESSIVE,
        start=start,
        threads=2,
    )


STANDARD_GROUPS = (
    Group(
        languages=("ngram2-v8", "copy-pairs-16"),
        length=64,
        diffusion=_FULL,
        autoregressive=_FULL_AUTOREGRESSIVE,
    ),
    _trained_further("ngram3-v8", _FURTHER),
    _trained_further("hmm32-v8", replace(_FURTHER, steps=12_500)),
    Group(
        languages=("ngram4-v3",),
        length=64,
        diffusion=replace(_EXACT, steps=8000),
        autoregressive=_FULL_AUTOREGRESSIVE,
    ),
    Group(
        languages=("derivation-4",),
        length=64,
        diffusion=_EXACT,
        autoregressive=_FULL_AUTOREGRESSIVE,
    ),
    _after_short_words("addition-4", first=_SHORT, then=_TRAINED_ON),
    _after_short_words(
        "running-sum-8", first=replace(_EXACT, batch_size=256, first_masked=0.1), then=_EXACT
    ),
    *(
        Group(
            languages=("ngram2-v8",),
            length=length,
            diffusion=_FULL,
            autoregressive=_FULL_AUTOREGRESSIVE,
        )
        for length in (32, 16)
    ),
)
