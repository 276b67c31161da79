"""All units of work of a profile: its own curves and laws, and what its claims need."""

from functools import cache

from synthetic.experiments.unit import Unit
from theory.claims import CLAIMS
from theory.studies.profiles import Profile


@cache
def profile_units(profile: Profile) -> tuple[Unit, ...]:
    """Every unit, in order of preference: curves and laws, then what only claims need."""
    claimed = [unit for claim in CLAIMS.values() for unit in claim.units(profile)]
    return (*profile.units(), *claimed)
