"""How the arms that are compared on limited data look in every figure: colour and marker."""

from theory.tables.limited_data import DIFFUSION, PLAIN, TUNED, UNIFORM

ARMS = {
    PLAIN: ("C0", "o"),
    TUNED: ("C2", "^"),
    DIFFUSION: ("C1", "s"),
    UNIFORM: ("C4", "P"),
}
