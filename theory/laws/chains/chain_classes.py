"""Where a Markov chain ends up: its closed classes, their phases, and how likely each is.

A token of a closed class of period d tells the class and, with its position, the phase: the cyclic
index of the token minus its position, modulo d. Both are the same at every later position, so that
all tokens of a word must agree on them.
"""

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from synthetic.languages.tables import cyclic_indices
from synthetic.quantities import UNIT_ROUNDOFF, CertifiedValue

LARGEST_ERROR = 1e-6
TOO_SLOW = (
    "the chain leaves its transient states too slowly for float64: use chain_sequence_error_rate"
)


class ClosedClass(NamedTuple):
    """A closed communicating class: its states (n,), its period and their cyclic indices (n,).

    A step leads from cyclic index j to (j + 1) mod period.
    """

    states: NDArray[np.int64]
    period: int
    cycle: NDArray[np.int64]


class Phase(NamedTuple):
    """A phase 0..period-1 of a class, and the probability that the chain ends up in both."""

    closed: ClosedClass
    phase: int
    weight: CertifiedValue


def closed_classes(support: NDArray[np.bool_]) -> list[ClosedClass]:
    """The closed communicating classes of a transition matrix's support (V, V), by least state."""
    reach = support | np.eye(len(support), dtype=bool)
    for _ in range(max(1, math.ceil(math.log2(len(support))))):
        reach = np.asarray(reach.astype(np.float32) @ reach.astype(np.float32) > 0)
    mutual = reach & reach.T
    closed = np.asarray((reach <= mutual).all(axis=1))
    classes = []
    for state in range(len(support)):
        states = np.flatnonzero(mutual[state])
        if closed[state] and states[0] == state:
            period, cycle = cyclic_indices(support[np.ix_(states, states)])
            classes.append(ClosedClass(states, period, cycle))
    return classes


def phases(initial: NDArray[np.float64], transition: NDArray[np.float64]) -> list[Phase]:
    """The classes and phases that the chain (V,), (V, V) can end up in, with their probabilities.

    A phase whose probability is below its rounding error is left out.
    """
    all_phases = []
    for closed in closed_classes(transition > 0):
        ends, error = _phase_laws(transition, closed)
        for phase in range(closed.period):
            weight = float(initial @ ends[:, phase])
            rounding = error + 4 * len(initial) * UNIT_ROUNDOFF * weight
            if weight > rounding:
                all_phases.append(Phase(closed, phase, CertifiedValue(weight, rounding)))
    return all_phases


def _phase_laws(
    transition: NDArray[np.float64], closed: ClosedClass
) -> tuple[NDArray[np.float64], float]:
    """P(the chain that starts at u ends in the class in phase psi), (V, period), and its error.

    Phases count from the starting position: f_u(psi) = sum_z T(u, z) f_z((psi + 1) mod d), and
    f_u(psi) = 1 at psi = the cyclic index of u inside the class. On the other states this is
    (I - Q) f = b. Where h >= 0 has (I - Q) h >= 1/2 everywhere, (I - Q)^-1 1 <= 2 h as its entries
    are non-negative, so that f is within 2 max(h) times the largest residual.
    """
    size, period = len(transition), closed.period
    ends = np.zeros((size, period))
    ends[closed.states, closed.cycle] = 1.0
    leaving = np.ones(size, dtype=bool)
    for each in closed_classes(transition > 0):
        leaving[each.states] = False
    transient = np.flatnonzero(leaving)
    if not len(transient):
        return ends, 0.0
    inner = transition[np.ix_(transient, transient)]
    shift = np.roll(np.eye(period), 1, axis=1)  # psi -> psi + 1
    system = np.eye(len(transient) * period) - np.kron(inner, shift)
    entering = np.roll(transition[transient] @ ends, -1, axis=1)
    try:
        solution = np.linalg.solve(system, entering.ravel())
        time = np.linalg.solve(np.eye(len(transient)) - inner, np.ones(len(transient)))
    except np.linalg.LinAlgError:
        raise ValueError(TOO_SLOW) from None
    rounding = 4 * (size + 2) * UNIT_ROUNDOFF  # of a residual, whose terms are at most about one
    residual = float(np.abs(system @ solution - entering.ravel()).max()) + rounding
    error = 2 * float(time.max()) * residual
    certified = (time >= 0).all() and (time - inner @ time >= 0.5 + rounding * time.max()).all()
    if not (certified and error <= LARGEST_ERROR):
        raise ValueError(TOO_SLOW)
    ends[transient] = solution.reshape(len(transient), period)
    return ends, error
