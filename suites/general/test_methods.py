"""Contract 1.10: methods that a path does not have."""

from __future__ import annotations

from functools import partial

from contract.judge import Judge
from contract.operations import operations
from suites.general.cells import each_path, unsupported_methods
from suites.general.odd_ids import made_up_ids
from suites.law import clause
from suites.proof import ProvedRefusal
from suites.stories import Stories
from target.partner import Partner


@each_path
@clause("general.unsupported-method")
def test_an_unsupported_method_is_refused(refusal: ProvedRefusal, judge: Judge) -> None:
    with refusal as good:
        path, methods = good.operation.url_path(*good.ids), unsupported_methods(good.operation)
        tried = good.together([partial(good.partner.request, method, path, json=good.json or {}) for method in methods])
        judge.accepts_each(dict(zip(methods, tried, strict=True)))


@each_path
@clause("general.allow")
def test_a_405_says_what_is_allowed(operation: str, judge: Judge, partner: Partner, stories: Stories) -> None:
    path = operations()[operation].url_path(*made_up_ids(operation))
    documented = {other.method for other in operations().values() if other.path == operations()[operation].path}
    methods = unsupported_methods(operations()[operation])
    tried = stories.together([partial(partner.request, method, path) for method in methods])
    for method, refused in zip(methods, tried, strict=True):
        allowed = {word.strip().upper() for word in refused.answer.headers.get("allow", "").split(",")}
        judge.holds(refused.status != 405 or any(allowed), "a 405 has no Allow header", "an Allow header", refused)
        judge.holds(method not in allowed, f"a {method} was refused, and is allowed by Allow", "what works", refused)
        if refused.status == 405 and not documented <= allowed:
            judge.notes_that("Allow leaves out a documented method", "every method of the path")


@clause("general.head-and-options")
def test_whether_a_path_takes_head_and_options(judge: Judge, partner: Partner) -> None:
    for method in ("HEAD", "OPTIONS"):
        judge.observes(method, partner.request(method, "/v1/mfa/devices", params={"page[size]": 1}).status)
