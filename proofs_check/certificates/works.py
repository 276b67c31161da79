"""The works that proofs cite, each with an address at which it can be opened."""

import re

WORKS = {
    "Bellman, Dynamic Programming": "Princeton University Press 1957, isbn 978-0-691-07951-6",
    "Cover and Thomas": "Elements of Information Theory, 2nd ed., Wiley 2006, "
    "doi.org/10.1002/047174882X",
    "Dummit and Foote, Abstract Algebra": "3rd ed., Wiley 2004, isbn 978-0-471-43334-7",
    "Graham, Knuth and Patashnik, Concrete Mathematics": "2nd ed., Addison-Wesley 1994, "
    "isbn 978-0-201-55802-9",
    "Hoffman and Kunze, Linear Algebra": "2nd ed., Prentice-Hall 1971, isbn 978-0-13-536797-1",
    "Le Cam, Pacific Journal of Mathematics": "doi.org/10.2140/pjm.1960.10.1181",
    "Levin and Peres, Markov Chains and Mixing Times": "AMS 2017, doi.org/10.1090/mbk/107",
    "NIST DLMF": "dlmf.nist.gov",
    "Norris, Markov Chains": "Cambridge University Press 1997, doi.org/10.1017/CBO9780511810633",
    "Robbins, A remark on Stirling's formula": "doi.org/10.2307/2308012",
}
ADDRESS = re.compile(r"arXiv \d{4}\.\d{5}|[a-z.]+\.(com|org|gov)/\S+")


def address(reference: str) -> str | None:
    """Where a reference can be opened: what it says itself, or the address of its work."""
    if said := ADDRESS.search(reference):
        return said[0]
    return next((where for work, where in WORKS.items() if reference.startswith(work)), None)
