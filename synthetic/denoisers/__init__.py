"""Denoisers: masked tokens in, log-probabilities out."""

from synthetic.denoisers.denoiser import Denoiser, FunctionDenoiser, as_denoiser
from synthetic.denoisers.oracle import Oracle
from synthetic.denoisers.perturbed import Perturbed

__all__ = ["Denoiser", "FunctionDenoiser", "Oracle", "Perturbed", "as_denoiser"]
