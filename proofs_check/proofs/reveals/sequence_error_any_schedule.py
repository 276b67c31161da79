"""SER of any language under any schedule: three theorems put one into the other."""

import sympy

from proofs_check.certificates import Symbolic
from proofs_check.proof import Proof, Step
from proofs_check.proofs.elementary import logarithm_step
from proofs_check.proofs.stated import stated
from theory.bounds import THEOREMS
from theory.bounds.collisions.copy_pairs_error import COLLISION, PAIRS, SYMBOLS
from theory.bounds.reveals.path_decomposition import LEARNING, LENGTH
from theory.bounds.reveals.sequence_error_any_schedule import LARGEST, VOCABULARY

LESS, DIVERGENCE, REST = sympy.symbols("d K s", nonnegative=True)
THEOREM, COPY_PAIRS = THEOREMS["sequence-error-any-schedule"], THEOREMS["copy-pairs-error"]
UNIVERSAL, DECOMPOSITION = THEOREMS["universal-path-bound"], THEOREMS["path-decomposition"]
MOST = LENGTH * (LARGEST * sympy.log(VOCABULARY) + LEARNING)
PER_TOKEN = stated(UNIVERSAL, LARGEST, sympy.log(VOCABULARY))


proof = Proof(
    theorem="sequence-error-any-schedule",
    hypotheses={
        "error-from-divergence": THEOREMS["error-from-divergence"].statement,
        "path-decomposition": DECOMPOSITION.statement,
        "universal-path-bound": UNIVERSAL.statement,
        "copy-pairs-error": COPY_PAIRS.statement,
    },
    steps=(
        Step(
            name="divergence",
            premises=("path-decomposition", "universal-path-bound"),
            conclusion=(
                "KL(q || p) <= L (max_k a_k log V + eps_learning), as f(0) <= log V: the path "
                "average is L max_k a_k log V - d"
            ),
            certificate=Symbolic(
                stated(DECOMPOSITION, LENGTH * PER_TOKEN - LESS, LENGTH, LEARNING), MOST - LESS
            ),
            change="the path average per token instead of per sequence",
            twin=Symbolic(stated(DECOMPOSITION, PER_TOKEN - LESS, LENGTH, LEARNING), MOST - LESS),
        ),
        Step(
            name="monotone",
            premises=("divergence", "error-from-divergence"),
            conclusion=(
                "with KL = K - d: (1 - exp(-K)) - (1 - exp(-KL)) = exp(-K) (exp(d) - 1) >= 0"
            ),
            certificate=Symbolic(
                (1 - sympy.exp(-DIVERGENCE)) - (1 - sympy.exp(-(DIVERGENCE - LESS))),
                sympy.exp(-DIVERGENCE) * (sympy.exp(LESS) - 1),
            ),
            change="KL = K + d",
            twin=Symbolic(
                (1 - sympy.exp(-DIVERGENCE)) - (1 - sympy.exp(-(DIVERGENCE + LESS))),
                sympy.exp(-DIVERGENCE) * (sympy.exp(LESS) - 1),
            ),
        ),
        logarithm_step(
            "vanishes",
            ("monotone",),
            "SER <= 1 - exp(-x) <= x = L max_k a_k log V + L eps_learning by y = exp(-x), which "
            "goes to 0 where max_k a_k and L eps_learning do",
        ),
        Step(
            name="kept",
            premises=("copy-pairs-error",),
            conclusion=(
                "a_1 = 1/2 leaves c = 1/4 + s, s >= 0 the sum of the other squares: for one copy "
                "pair SER = (1 - 1/V) (1/4 + s), not below (1 - 1/V)/4 whatever N"
            ),
            certificate=Symbolic(
                COPY_PAIRS.expression.subs({PAIRS: 1, COLLISION: sympy.Rational(1, 2) ** 2 + REST}),
                (1 - 1 / SYMBOLS) / 4 + (1 - 1 / SYMBOLS) * REST,
            ),
            change="a_1 = 1/4",
            twin=Symbolic(
                COPY_PAIRS.expression.subs({PAIRS: 1, COLLISION: sympy.Rational(1, 4) ** 2 + REST}),
                (1 - 1 / SYMBOLS) / 4 + (1 - 1 / SYMBOLS) * REST,
            ),
        ),
        Step(
            name="error",
            premises=("monotone", "vanishes", "kept"),
            conclusion=THEOREM.statement,
            certificate=Symbolic(
                THEOREM.expression,
                1 - sympy.exp(-stated(DECOMPOSITION, LENGTH * PER_TOKEN, LENGTH, LEARNING)),
            ),
            change="one learning error in all",
            twin=Symbolic(THEOREM.expression, 1 - sympy.exp(-(LENGTH * PER_TOKEN + LEARNING))),
        ),
    ),
)
