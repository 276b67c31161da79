"""Rows of a law: a computed number in the columns that measurements have."""

from synthetic.experiments.kinds.measurement import Setting, check_language_hash, exact
from synthetic.experiments.unit import Row, Value
from synthetic.quantities import CertifiedValue


def oracle(
    language: str, digest: str, length: int, steps: int, reveal: str = "bernoulli"
) -> Setting:
    """The exact denoiser on a language at one length and number of steps."""
    check_language_hash(language, digest)
    return Setting(
        language=language,
        language_hash=digest,
        denoiser="oracle",
        reveal=reveal,
        steps=steps,
        length=length,
        seed=0,
        reveals=length,
    )


def certified(
    setting: Setting, metric: str, certificate: CertifiedValue, estimator: str, **columns: Value
) -> Row:
    """A row of a value with a proved error, low and high being its ends, and further columns."""
    row = dict(setting.row(metric, exact(certificate.value, certificate.error)))
    return row | {"estimator": estimator} | columns
