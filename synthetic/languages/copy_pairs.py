"""Copy pairs: the language behind the lower bound of arXiv 2502.09622, Theorem 4.4 (our form)."""

import torch

from synthetic.arguments import check_integer, checked
from synthetic.languages.hidden_markov import HiddenMarkov


@checked
class CopyPairs(HiddenMarkov):
    """x_1 x_2 x_3 x_4 ... with every odd token uniform and every even one equal to the one before.

    An HMM with two states a symbol: (symbol, first of its pair) = symbol and (symbol, second) =
    symbols + symbol. At odd lengths the last token has no partner.
    """

    def __init__(self, symbols: int = 16, *, device: torch.device | str = "cpu") -> None:
        self.symbols = check_integer("symbols", symbols)
        same = torch.eye(symbols, dtype=torch.float64, device=device)
        none = torch.zeros_like(same)
        fresh = torch.full_like(same, 1 / symbols)
        super().__init__(
            initial=torch.cat([fresh[0], none[0]]),
            transition=torch.cat([torch.cat([none, same], 1), torch.cat([fresh, none], 1)]),
            emission=torch.cat([same, same]),
            device=device,
        )
