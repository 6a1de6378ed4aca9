"""The signing loop in Locust's FastHttpUser, as one would write it: no more is looked at than is needed to go on."""

from locust import FastHttpUser

from load.bench import meter
from load.bench.loop import Signing


class FastUser(Signing, FastHttpUser):
    """FastHttpUser by geventhttpclient."""


meter.install()
