"""How long exact laws of chains take on one core, by the operations of their recursions.

Fitted to measured seconds; whoever has to choose between a law and a simulation, or to say how long
a unit will take, asks here.
"""


def sequence_error_seconds(length: int, target: float) -> float:
    """Seconds of the sequence error rate near the least steps, about `length` / target, for it."""
    return 1e-7 * length / target * min(length, 140) ** 3


def token_gap_seconds(length: int, target: float, words: int) -> float:
    """Seconds of the mean over words of the token error rate gap near the least steps for it."""
    return 5e-11 * words / target * length**4
