"""Entropy of a law given as an array."""

import math

import numpy as np
from numpy.typing import NDArray


def entropy(law: NDArray[np.float64]) -> float:
    """H in nats of a law of any shape; its numbers are non-negative and sum to one."""
    positive = law[law > 0]
    return math.fsum(-positive * np.log(positive))
