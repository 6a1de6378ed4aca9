"""Contract 1.11: a refused request changes nothing."""

from __future__ import annotations

from typing import Any

from contract.judge import Judge
from suites.general.cells import each_that_acts, tried_fields
from suites.general.deltas import NEEDS_NO_FIELD, is_plain, spoilt
from suites.general.odd_ids import unknown_like
from suites.law import clause
from suites.proof import ProvedRefusal
from target.partner import Partner


@each_that_acts
@clause("general.refusal-changes-nothing")
def test_refused_requests_change_nothing(refusal: ProvedRefusal, other_partner: Partner, judge: Judge) -> None:
    with refusal as good:
        bad: dict[str, dict[str, Any]] = {"no token": {"token": None}}
        if good.ids:
            bad["unknown ids"] = {"ids": tuple(map(unknown_like, good.ids))}
            bad["another partner"] = {"partner": other_partner}
        if good.operation.body:
            bad["no JSON"] = {"content": b"{not json"}
        if good.operation.body and good.operation.id not in NEEDS_NO_FIELD:
            bad["no field"] = {"json": {}}
        for field in tried_fields(good.operation):
            if field.type == "string" and not field.required and is_plain(good.operation, field):
                bad[f"a number for {field.name}"] = {"json": spoilt(good.json, field.name, 5)}
        for what, refused in good.send_each(bad).items():
            judge.holds(not refused.answer.ok, f"answered {refused.status} for {what}", "a refusal", refused)
