"""What one would write for Locust as it is: users who wait for their answers, at a rate that holds while these keep up.

RATE=100 locust -f load/calibrate/stock.py --headless -u 20 -H http://127.0.0.1:8080
"""

from __future__ import annotations

import os

from locust import HttpUser, constant_throughput, task

from load.calibrate.profile import OTP

RATE = float(os.environ.get("RATE", "100"))
"""Loops per second of all users together."""

USERS = 20


class SmsUser(HttpUser):
    """Answers SMS challenges."""

    wait_time = constant_throughput(RATE / USERS)

    @task
    def answer(self) -> None:
        path = "/v1/mfa/challenges/sms"
        created = self.client.post(path, json={"person_id": "somebody"}, name="create-sms-challenge")
        if created.ok:
            challenge = created.json()["id"]
            self.client.put(f"{path}/{challenge}", json={"code": OTP}, name="verify-sms-challenge")
