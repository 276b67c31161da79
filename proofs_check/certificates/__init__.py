"""Certificates of steps: symbolic, certified, induction, cited; tried, exhaustive, at sizes."""

from proofs_check.certificates.at_sizes import AtSizes
from proofs_check.certificates.certificate import Certificate
from proofs_check.certificates.certified import Certified
from proofs_check.certificates.cited import Cited
from proofs_check.certificates.empty import EMPTY, Empty
from proofs_check.certificates.exhaustive import Exhaustive
from proofs_check.certificates.induction import Induction
from proofs_check.certificates.symbolic import Symbolic
from proofs_check.certificates.tried import Tried
from proofs_check.certificates.unevaluated import at, factors, terms

__all__ = [
    "EMPTY",
    "AtSizes",
    "Certificate",
    "Certified",
    "Cited",
    "Empty",
    "Exhaustive",
    "Induction",
    "Symbolic",
    "Tried",
    "at",
    "factors",
    "terms",
]
