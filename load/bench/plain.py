"""The signing loop in Locust's HttpUser, as one would write it: no more is looked at than is needed to go on."""

from locust import HttpUser

from load.bench import meter
from load.bench.loop import Signing


class PlainUser(Signing, HttpUser):
    """HttpUser by requests."""


meter.install()
