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
STANDARD_GROUPS = (
    Group(
        languages=("ngram2-v8", "copy-pairs-16"),
        length=64,
        diffusion=_FULL,
        autoregressive=_FULL_AUTOREGRESSIVE,
    ),
    *LEARNED_ON_GPU,
    Group(
        languages=("derivation-4",),
        length=64,
        diffusion=_EXACT,
        autoregressive=_FULL_AUTOREGRESSIVE,
    ),
    # a sum is found with few masks among few positions, and kept from there
    Group(
        languages=("addition-4",),
        length=64,
        diffusion=_TRAINED_ON,
        autoregressive=_TRAINED_ON_AUTOREGRESSIVE,
        start=Group(
            languages=("addition-4",),
            length=12,
            diffusion=_SHORT,
            autoregressive=_SHORT_AUTOREGRESSIVE,
        ),
    ),
    Group(
        languages=("running-sum-8",),
        length=64,
        diffusion=_EXACT,
        autoregressive=_TRAINED_ON_AUTOREGRESSIVE,
        start=Group(
            languages=("running-sum-8",),
            length=12,
            diffusion=replace(_EXACT, batch_size=256, first_masked=0.1),
            autoregressive=_SHORT_AUTOREGRESSIVE,
        ),
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
