"""Contract 9: the fault hook acts before 400 and 404."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest

from contract.judge import Judge
from contract.operations import operations
from suites.law import clause
from suites.stories import Stories
from target.partner import Partner

pytestmark = pytest.mark.usefixtures("fault")

# The fault hook acts on sections 3 to 8, and not on the token endpoint, which takes no token.
ACTED_ON = [operation for operation in operations().values() if operation.id != "fetch-token"]


@clause("hooks.fault-first")
@pytest.mark.parametrize("operation", [operation.id for operation in ACTED_ON if operation.parameters])
def test_the_fault_comes_before_404(partner: Partner, judge: Judge, operation: str) -> None:
    ids = [uuid4().hex for _ in operations()[operation].parameters]
    judge.accepts(partner.call(operation, *ids, fault=True))


@clause("hooks.fault-first")
@pytest.mark.parametrize("operation", [operation.id for operation in ACTED_ON if operation.query])
def test_the_fault_comes_before_a_bad_query(partner: Partner, judge: Judge, operation: str) -> None:
    judge.accepts(partner.call(operation, params={"page[size]": "none", "page[number]": 0}, fault=True))


@clause("hooks.fault-first")
@pytest.mark.parametrize(
    "operation", [operation.id for operation in ACTED_ON if operation.method in ("POST", "PUT", "PATCH")]
)
def test_the_fault_comes_before_400(stories: Stories, partner: Partner, judge: Judge, operation: str) -> None:
    ids = [uuid4().hex for _ in operations()[operation].parameters]
    bad = (b"{", b"[]", b'{"person_id": 7}')
    for answer in stories.together([partial(partner.call, operation, *ids, content=one, fault=True) for one in bad]):
        judge.accepts(answer)
