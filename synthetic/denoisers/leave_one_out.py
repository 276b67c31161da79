"""Three forms of one prediction: of the clean token with its own noisy one, without it, and of it.

    leave-one-out   q(x_i | y_-i)                      what the other noisy tokens say
    posterior       q(x_i | y) ~ q(x_i | y_-i) l(y_i | x_i)
    conditional     q(y_i | y_-i) = sum_x l(y_i | x) q(x | y_-i)

Under uniform noise the posterior's logit of the observed token is larger than that of leave-one-out
by log(1 + V (1 - eta) / eta) (arXiv 2605.22765, equation 13, with eta = 1 - alpha), and the
conditional is (1 - eta) q(x_i | y_-i) + eta / V.
"""

from torch import Tensor

from synthetic.arguments import checked, short
from synthetic.noise import Noise, point_masses
from synthetic.noise.noise import check_log_laws


@checked
def leave_one_out(
    log_posterior: Tensor, tokens: Tensor, eta: float | Tensor, noise: Noise
) -> Tensor:
    """log q(x_i | y_-i) in nats, (B, L, V), from log q(x_i | y) of noisy tokens y (B, L).

    A position that leaves no doubt has a point mass from which nothing can be recovered: it keeps
    its row, a point mass on its token.
    """
    check_log_laws("log_posterior", log_posterior, tokens)
    known = noise.known(tokens, eta)
    likelihood = noise.likelihood(tokens, eta)
    log_likelihood = likelihood.masked_fill(known.unsqueeze(-1), 1.0).log()
    log_posterior = point_masses(log_posterior, tokens, known)
    return (log_posterior - log_likelihood).log_softmax(dim=-1)


@checked
def posterior_of_leave_one_out(
    log_others: Tensor, tokens: Tensor, eta: float | Tensor, noise: Noise
) -> Tensor:
    """log q(x_i | y) in nats, (B, L, V), from log q(x_i | y_-i): the inverse of `leave_one_out`."""
    check_log_laws("log_others", log_others, tokens)
    known = noise.known(tokens, eta)
    likelihood = noise.likelihood(tokens, eta)
    log_likelihood = likelihood.masked_fill(known.unsqueeze(-1), 1.0).log()
    log_others = point_masses(log_others, tokens, known)
    return (log_others + log_likelihood).log_softmax(dim=-1)


@checked
def noisy_conditional(log_others: Tensor, levels: Tensor, noise: Noise) -> Tensor:
    """log q(y_i | y_-i) in nats, (B, L, A), from log q(x_i | y_-i) (B, L, V) and levels (B, L)."""
    if levels.dim() != 2 or levels.is_complex() or not bool(((levels >= 0) & (levels <= 1)).all()):
        raise ValueError(f"levels are noise levels (B, L) in 0..1, got {short(levels)}")
    check_log_laws("log_others", log_others, levels)
    levels = levels.unsqueeze(-1)
    law = levels * noise.law(levels.device)
    result = law.expand(*law.shape[:2], noise.shown).clone()
    result[..., : noise.vocab_size] += (1 - levels) * log_others.exp()
    return result.log()
