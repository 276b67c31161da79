"""Families of training losses at the true conditionals."""

from theory.bounds.theorem import Family
from theory.bounds.training.any_order_loss import MaskedTraining
from theory.tightness.generated import Cases
from theory.tightness.languages import WORDS, at_lengths


def _training() -> Cases:
    for name, language, length in at_lengths():
        for time in (1e-3, 0.05, 0.3, 0.9):
            yield f"{name}, t>={time}", MaskedTraining(language, length, time)


TRAINING = Family(f"{WORDS} at L = 2, 3, 4; least times 0.001, 0.05, 0.3, 0.9", _training)

FAMILIES = {
    "any-order-loss": TRAINING,
    "inverse-time-loss": TRAINING,
    "inverse-time-bias": TRAINING,
    "forced-mask-loss": TRAINING,
    "unweighted-loss": TRAINING,
}
