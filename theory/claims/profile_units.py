"""All units of work of a profile: its own curves and laws, and what its claims need."""

from functools import cache

from synthetic.experiments.unit import Unit
from theory.claims import CLAIMS, Claim
from theory.claims.ledger import find_claim, smallest_profile
from theory.studies.profiles import Profile


@cache
def profile_units(profile: Profile) -> tuple[Unit, ...]:
    """Every unit, in order of preference: curves and laws, then what only claims need."""
    claimed = [unit for claim in CLAIMS.values() for unit in claim.units(profile)]
    return (*profile.units(), *claimed)


def claim_of_profile(name: str, profile: Profile) -> Claim:
    """A claim by its id; a one-line error where there is none, or no unit of it in the profile."""
    claim = find_claim(name)
    if not claim.units(profile):
        raise ValueError(
            f"the {profile.name} profile has nothing of {claim.id}: give --profile "
            f"{smallest_profile(claim)}"
        )
    return claim
