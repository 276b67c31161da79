"""Random chains outside the catalogue: a name and a digest by their parameters.

The bits of a random table depend on the processor that draws it, so they are no part of the digest.
"""

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import torch

    from synthetic.languages import NGram


class RandomChain(NamedTuple):
    """The chain `NGram.random(2, ...)` of some parameters."""

    vocab_size: int
    branching: int
    temperature: float
    seed: int

    @property
    def name(self) -> str:
        """The parameters in words."""
        return (
            f"random chain, V = {self.vocab_size}, branching {self.branching}, "
            f"temperature {self.temperature:g}, seed {self.seed}"
        )

    def digest(self) -> str:
        """The digest that an entry of the catalogue with these parameters would have."""
        from synthetic.languages import NGram
        from synthetic.languages.catalogue import Entry

        parameters = self._asdict() | {"order": 2, "temperature": float(self.temperature)}
        return Entry(NGram.random, parameters).digest()

    def load(self, device: "torch.device") -> "NGram":
        """The chain with its tables on a device."""
        from synthetic.languages import NGram

        return NGram.random(2, *self, device=device)
