"""The signing loop as it is: judged, measured in histograms, and told to Locust."""

from load.bench import meter
from load.locustfile import SigningUser

__all__ = ["SigningUser"]

meter.install()
