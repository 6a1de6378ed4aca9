"""Locust users that bind devices and sign, against the same targets as the suites."""
