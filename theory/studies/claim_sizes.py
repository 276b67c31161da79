"""Sizes of the studies that the claims add to a profile."""

from dataclasses import dataclass


@dataclass(frozen=True)
class GrowthSizes:
    """Least steps of the exact denoiser on some languages at some lengths, by simulation."""

    languages: tuple[str, ...]
    lengths: tuple[int, ...]
    samples: int


@dataclass(frozen=True, kw_only=True)
class ClaimSizes:
    """Sizes of what the claims need beyond the curves of a profile.

    growth: languages and lengths of the least steps to a target, by simulation. other_reveals:
    languages and lengths for the reveals other than Bernoulli. epsilons: the first step of the
    two-phase schedule of Theorem 4.2, for each n-gram by its order. reasoning: languages with a
    prompt and an answer. learning: sequences behind the learning error at each number of masked
    tokens, and behind the curves of the denoiser that has the same error, at `perturbed_steps`.
    """

    ngrams: tuple[tuple[str, int], ...]
    growth: tuple[GrowthSizes, ...]
    other_reveals: tuple[GrowthSizes, ...]
    reasoning: tuple[GrowthSizes, ...]
    epsilons: tuple[float, ...]
    rate_samples: int
    gap_targets: tuple[float, ...]
    learning_samples: int
    perturbed_samples: int
    perturbed_steps: tuple[int, ...]


QUICK_CLAIMS = ClaimSizes(
    ngrams=(("ngram2-v8", 2), ("ngram3-v8", 3)),
    growth=(
        GrowthSizes(("ngram3-v8", "hmm32-v8", "copy-pairs-16", "dyck2-depth3"), (8, 16, 32), 500),
    ),
    other_reveals=(GrowthSizes(("ngram2-v8", "hmm32-v8", "copy-pairs-16"), (8, 16, 32), 500),),
    reasoning=(GrowthSizes(("running-sum-8", "addition-4", "derivation-4"), (12, 24, 36), 500),),
    epsilons=(0.5, 0.25),
    rate_samples=400,
    gap_targets=(0.2, 0.05),
    learning_samples=500,
    perturbed_samples=500,
    perturbed_steps=(4, 16, 64),
)

STANDARD_CLAIMS = ClaimSizes(
    ngrams=(("ngram2-v8", 2), ("ngram3-v8", 3), ("ngram4-v8", 4)),
    growth=(
        GrowthSizes(
            ("ngram3-v8", "hmm32-v8", "copy-pairs-16", "dyck2-depth3"), (16, 32, 64, 128), 1000
        ),
        GrowthSizes(("ngram4-v8",), (16, 32, 64), 500),
    ),
    other_reveals=(
        GrowthSizes(
            ("ngram2-v8", "ngram3-v8", "hmm32-v8", "copy-pairs-16", "dyck2-depth3"),
            (16, 32, 64),
            1000,
        ),
    ),
    reasoning=(GrowthSizes(("running-sum-8", "addition-4", "derivation-4"), (18, 36, 66), 1000),),
    epsilons=(0.5, 0.25, 0.125),
    rate_samples=1000,
    gap_targets=(0.2, 0.1, 0.05),
    learning_samples=2000,
    perturbed_samples=400,
    perturbed_steps=(1, 4, 16, 64, 256),
)

PAPER_CLAIMS = ClaimSizes(
    ngrams=(("ngram2-v8", 2), ("ngram3-v8", 3), ("ngram4-v8", 4)),
    growth=(
        GrowthSizes(("ngram3-v8", "hmm32-v8", "copy-pairs-16"), (64, 128, 256, 512), 2000),
        GrowthSizes(("ngram4-v8",), (64, 128, 256), 500),
    ),
    other_reveals=(
        GrowthSizes(
            ("ngram2-v8", "ngram3-v8", "hmm32-v8", "copy-pairs-16"), (64, 128, 256, 512), 2000
        ),
    ),
    reasoning=(
        GrowthSizes(("running-sum-8", "addition-4", "derivation-4"), (66, 132, 258, 510), 2000),
    ),
    epsilons=(0.5, 0.25, 0.125),
    rate_samples=2000,
    gap_targets=(0.2, 0.1, 0.05),
    learning_samples=2000,
    perturbed_samples=2000,
    perturbed_steps=(1, 8, 64, 512, 2048),
)
