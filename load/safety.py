"""What a load run may do, and to whom."""

from __future__ import annotations

from urllib.parse import urlsplit

from load.loops import LOOPS
from load.plan import Plan, PlanError
from target.profile import Profile, ProfileError, is_loopback


def checked(profile: Profile, url: str) -> Profile:
    """The profile at its place, or at a URL; only where it says that it bears load. Raises ProfileError."""
    if not profile.load:
        raise ProfileError(
            f"the target {profile.name!r} allows no load; its profile would have to say load = true under [limits]"
        )
    if not url:
        return profile
    if not is_loopback(url) and urlsplit(url).hostname != urlsplit(profile.api_url).hostname:
        raise ProfileError(
            f"--target-url is {url!r}, neither on this machine nor the host of the profile {profile.name!r}; "
            "write a profile for it that says load = true under [limits]"
        )
    return profile.at(url)


def check_ceiling(plan: Plan, profile: Profile) -> None:
    """The plan asks for no more requests than the target's profile allows. Raises PlanError."""
    ceiling = profile.requests_per_second
    if ceiling is None:
        return
    loops = [(LOOPS[name], weight / sum(plan.mix.values())) for name, weight in plan.mix.items()]
    calls = sum(share * (loop.calls + plan.negatives * (loop.negative - loop.calls)) for loop, share in loops)
    if plan.fastest * calls > ceiling:
        raise PlanError(
            f"the plan asks for {plan.fastest:g} loops/s of {calls:.1f} requests each, but the profile "
            f"{profile.name!r} allows {ceiling:g} requests/s; at most {ceiling / calls:.1f} loops/s are possible"
        )
