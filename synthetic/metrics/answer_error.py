"""Answer error rate: is the answer right, whatever stands between it and its prompt?"""

import math

from torch import Tensor

from synthetic.arguments import checked
from synthetic.languages.prompted import Prompted
from synthetic.languages.sequences import check_tokens
from synthetic.metrics.intervals import proportion_estimate
from synthetic.quantities import Estimate


@checked
def answer_error_rate(tokens: Tensor, language: Prompted) -> Estimate:
    """Share of generated sequences (B, L) whose answer cannot follow from their prompt.

    The intermediate steps are masked, so that only those of some word have to exist: at most the
    sequence error rate, and equal to it where prompt and answer are all of the sequence. A prompt
    that occurs in no word has no answer, so it counts as an error. With its exact binomial
    (Clopper-Pearson) 95% interval; possibility is decided exactly.

    Unlike the sequence error rate it depends on what a denoiser predicts after an impossible step,
    which for the exact one is the convention of uniform laws.
    """
    tokens = check_tokens(tokens, language.vocab_size, masked=False).to(language.device)
    length = tokens.shape[1]
    kept = language.prompt_positions(length) | language.answer_positions(length)
    wrong = language.log_evidence(tokens.masked_fill(~kept, language.mask)) == -math.inf
    return proportion_estimate(int(wrong.sum()), len(tokens), "share of answers, Clopper-Pearson")
