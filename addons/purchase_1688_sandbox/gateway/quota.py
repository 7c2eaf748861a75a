"""The call quota of an app: as many calls a minute of real time as the switch says, with a burst,
over all processes.
"""

from .clock import real_ms
from .errors import GatewayError


def spend(world, app_key):
    """Take one call of the quota, or refuse it (generic cell rate algorithm)."""
    per_minute = world.switches["quota_per_minute"]
    if not per_minute:
        return
    burst = world.switches["quota_burst"] or per_minute
    interval = 60000 / per_minute
    name = f"quota:{app_key}"
    with world.store.transaction():
        now = real_ms()
        arrival = max(float(world.store.meta(name, 0)), now)
        if arrival - now > interval * (burst - 1):
            raise GatewayError("gw.QosAppFrequencyLimit", "App call exceeds limited frequency", 400)
        world.store.set_meta(name, arrival + interval)
