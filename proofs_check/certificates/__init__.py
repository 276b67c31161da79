"""Certificates of steps: symbolic, certified, exhaustive, induction, cited, asymptotic."""

from proofs_check.certificates.at_sizes import AtSizes
from proofs_check.certificates.certificate import Certificate
from proofs_check.certificates.certified import Certified
from proofs_check.certificates.cited import Cited
from proofs_check.certificates.exhaustive import Exhaustive
from proofs_check.certificates.induction import Induction
from proofs_check.certificates.symbolic import Symbolic

__all__ = ["AtSizes", "Certificate", "Certified", "Cited", "Exhaustive", "Induction", "Symbolic"]
