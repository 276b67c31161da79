"""CountDown: numbers that fall by one until they begin anew."""

import torch

from synthetic.arguments import check_vocab_size, checked
from synthetic.languages.ngram import NGram


@checked
class CountDown(NGram):
    """The Markov chain of arXiv 2407.21243: k goes to k - 1, and 0 to any number with equal chance.

    The first number is uniform.
    """

    def __init__(self, vocab_size: int = 32, *, device: torch.device | str = "cpu") -> None:
        size = check_vocab_size(vocab_size)
        # the table before the law: where there are too many symbols this one has no room, at once
        down = torch.eye(size, dtype=torch.float64, device="cpu").roll(-1, dims=1)
        uniform = torch.full((size,), 1 / size, dtype=torch.float64, device="cpu")
        down[0] = uniform
        super().__init__(uniform, down, device=device)
