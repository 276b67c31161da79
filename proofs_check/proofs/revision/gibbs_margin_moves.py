"""Flows along the edges of a square: two of the four words lose mass and receive none."""

import sympy

from proofs_check.certificates import Symbolic, terms
from proofs_check.proof import Proof, Step
from proofs_check.proofs.stated import as_stated
from theory.bounds import THEOREMS

THEOREM = THEOREMS["gibbs-margin-moves"]
A, B, C, D = sympy.symbols("a b c d", positive=True)
AFTER = {
    "00": (A + B) * A / (A + B) + C * A / (A + C),
    "01": terms((A + B) * B / (A + B), D * B / (B + D)),
    "10": C * C / (A + C),
    "11": D * D / (B + D),
}


def _behind(other: sympy.Expr) -> Symbolic:
    """The odds of 00 against its neighbour 10 less those against 01: of the sign of b - c."""
    return Symbolic(terms(A / C, -A / other), A * (B - C) / (B * C))


proof = Proof(
    theorem=THEOREM.id,
    hypotheses={
        "margin": "the token redrawn has the least odds of its own symbol against the other one",
        "order": "a = p(00) > b = p(01) > c = p(10) > d = p(11)",
    },
    steps=(
        Step(
            name="chosen",
            premises=("margin", "order"),
            conclusion=(
                "the odds of a word along an edge are its chance over that of the neighbour, least "
                "towards the likelier one: 00 chooses the edge to 01 as b > c, 01 and 10 that to "
                "00 as a > d, 11 that to 01 as b > c"
            ),
            certificate=_behind(B),
            change="against 11",
            twin=_behind(D),
        ),
        Step(
            name="loses",
            premises=("chosen",),
            conclusion=(
                "10 sends all but c^2/(a + c) to 00 and receives nothing: it loses a c/(a + c); 11 "
                "likewise loses b d/(b + d)"
            ),
            certificate=Symbolic(
                terms(C - AFTER["10"], D - AFTER["11"]), A * C / (A + C) + B * D / (B + D)
            ),
            change="11 loses nothing",
            twin=Symbolic(C - AFTER["10"], A * C / (A + C) + B * D / (B + D)),
        ),
        Step(
            name="gains",
            premises=("chosen",),
            conclusion="00 and 01 redraw the edge between them and gain that much together",
            certificate=Symbolic(
                terms(AFTER["00"], AFTER["01"], -A - B), A * C / (A + C) + B * D / (B + D)
            ),
            change="01 left out",
            twin=Symbolic(terms(AFTER["00"], -A), A * C / (A + C) + B * D / (B + D)),
        ),
        Step(
            name="variation",
            premises=("loses", "gains"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                as_stated(THEOREM, A, B, C, D), terms(C - AFTER["10"], D - AFTER["11"])
            ),
            change="a and b exchanged",
            twin=Symbolic(as_stated(THEOREM, B, A, C, D), terms(C - AFTER["10"], D - AFTER["11"])),
        ),
    ),
)
