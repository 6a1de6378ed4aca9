"""Fixtures of the conformance suites: the target with its partners, the judge of the test, persons, and stories."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from importlib.metadata import version
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from contract.clauses import Level
from contract.judge import Judge, NotTestable
from suites.key_addition import KeyAddition
from suites.law import clause_of
from suites.proof import ProvedRefusal
from suites.run import RUN
from suites.specimens import Specimen, Workshop
from suites.stock import AHEAD, Stock
from suites.stories import Stories
from suites.verdicts import CASE, Case
from suites.waiting import WaitingRoom, has_to_wait
from target.connection import Target
from target.partner import Partner
from target.profile import Role
from target.provisioning import Person, Provisioning
from target.recording import recording
from target.reserve import Reserve
from target.secret import Secret

SUITES = Path(__file__).parent
ROOM = pytest.StashKey[WaitingRoom | None]()
SUITE_VERSION = version("device-management-conformance")
SEVERITY = {Level.MUST: "critical", Level.SHOULD: "normal", Level.OBSERVE: "minor"}


@pytest.fixture(scope="session")
def target(pytestconfig: pytest.Config) -> Target:
    """The target of this process, connected by the root conftest."""
    return pytestconfig.stash[RUN].target


@pytest.fixture(autouse=True)
def judge(request: pytest.FixtureRequest, target: Target) -> Iterator[Judge]:
    """The judge of the test's clause; every exchange of the test is recorded from here on."""
    item = request.node
    with recording(item.nodeid) as seen:
        case = Case(
            item=item,
            judge=Judge(clause_of(item)),
            recording=seen,
            target=f"{target.profile.name} {target.profile.api_url}",
            suite_version=SUITE_VERSION,
            tokens=target.tokens.issued,
            client_secrets=[credentials.client_secret for credentials in target.profile.credentials.values()],
        )
        item.stash[CASE] = case
        yield case.judge


@pytest.fixture
def provisioning(request: pytest.FixtureRequest, target: Target) -> Provisioning:
    """Makes persons; what it draws depends on the run's seed and the test alone, not on the order of the tests."""
    return Provisioning(target.profile, f"{request.config.getoption('seed')} {request.node.nodeid}")


@pytest.fixture
def stories(target: Target, provisioning: Provisioning) -> Stories:
    return Stories(target, provisioning)


@pytest.fixture
def partner(target: Target) -> Partner:
    return target.partner


@pytest.fixture
def other_partner(target: Target) -> Partner:
    return target.other_partner


@pytest.fixture
def restricted_partner(target: Target) -> Partner:
    return target.restricted_partner


def worker() -> str:
    """The name of this process of the run; empty where it is the only one."""
    return os.environ.get("PYTEST_XDIST_WORKER", "")


@pytest.fixture(scope="session")
def reserve(request: pytest.FixtureRequest, target: Target) -> Iterator[Reserve]:
    """Customers that are made while other tests run."""
    seed = f"{request.config.getoption('seed')} reserve {worker()}"
    reserve = Reserve(target.partner, Provisioning(target.profile, seed))
    yield reserve
    reserve.close()


@pytest.fixture
def customer(reserve: Reserve) -> Person:
    """A person with a verified mobile number."""
    return reserve.take()


@pytest.fixture
def another_customer(reserve: Reserve) -> Person:
    """Another person of the same partner."""
    return reserve.take()


@pytest.fixture
def foreign_customer(provisioning: Provisioning, other_partner: Partner) -> Person:
    """A person of another partner."""
    return provisioning.customer(other_partner)


@pytest.fixture(scope="session")
def settled_key_addition(target: Target) -> KeyAddition:
    return KeyAddition(target.profile.key_addition_message)


@pytest.fixture
def key_addition(settled_key_addition: KeyAddition, stories: Stories, reserve: Reserve) -> KeyAddition:
    """How the target wants a key to be added; found out once in each process."""
    if settled_key_addition.is_open:
        settled_key_addition.settle(stories, reserve.take())
    return settled_key_addition


@pytest.fixture
def workshop(
    stories: Stories, provisioning: Provisioning, partner: Partner, reserve: Reserve, settled_key_addition: KeyAddition
) -> Workshop:
    """Makes specimens of the partner."""
    return Workshop(stories, provisioning, partner, reserve.take, settled_key_addition)


@pytest.fixture
def specimen(workshop: Workshop, operation: str) -> Specimen:
    """A good request of the operation under test."""
    return workshop.make(operation)


@pytest.fixture(scope="session")
def stock(
    request: pytest.FixtureRequest, target: Target, reserve: Reserve, settled_key_addition: KeyAddition
) -> Iterator[Stock]:
    """Specimens that are made while other tests run, where the target is slow."""
    seed, serial = f"{request.config.getoption('seed')} stock {worker()}", count()

    def open_workshop() -> Workshop:
        provisioning = Provisioning(target.profile, f"{seed} {next(serial)}")
        stories = Stories(target, provisioning)
        return Workshop(stories, provisioning, target.partner, reserve.take, settled_key_addition)

    stock = Stock(open_workshop, target.client, target.profile.challenge_lifetime)
    yield stock
    stock.close()


@pytest.fixture(scope="session")
def order(request: pytest.FixtureRequest) -> Mapping[str, int]:
    """The place of each test in the order of the run."""
    return {item.nodeid: place for place, item in enumerate(request.session.items)}


@pytest.fixture
def refusal(
    request: pytest.FixtureRequest, judge: Judge, operation: str, stock: Stock, order: Mapping[str, int]
) -> ProvedRefusal:
    """Frames bad requests of the operation under test between good ones."""
    place = order[request.node.nodeid] + 1
    coming: list[Any] = request.session.items[place : place + AHEAD]
    soon = [item.callspec.params["operation"] for item in coming if "refusal" in getattr(item, "fixturenames", ())]
    return ProvedRefusal(judge, operation, stock, soon)


@pytest.fixture(scope="session")
def waiting_room(pytestconfig: pytest.Config) -> WaitingRoom | None:
    """Where tests wait that let time pass; None where the clock hook saves them the wait."""
    return pytestconfig.stash[ROOM]


@pytest.fixture
def expired_token(target: Target, waiting_room: WaitingRoom | None) -> Secret:
    """A token of the partner that has expired."""
    return target.tokens.expired(Role.PARTNER) if waiting_room is None else waiting_room.expired_token()


@pytest.fixture
def clock(target: Target) -> None:
    """The test moves the target's clock."""
    if not target.profile.clock:
        raise NotTestable("needs clock hook")


@pytest.fixture
def fault(target: Target) -> None:
    """The test provokes internal errors."""
    if not target.profile.fault:
        raise NotTestable("needs fault hook")


@pytest.fixture
def outbox(target: Target) -> None:
    """The test reads the messages that were sent."""
    if not target.profile.outbox:
        raise NotTestable("needs outbox hook")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> None:
    """Without the clock hook, a single process begins all tests that let time pass before the others.

    A worker of pytest-xdist begins them when it gets the first of them, which is at once.
    """
    run = session.config.stash.get(RUN, None)
    if run is None or run.connected is None:
        return
    room = session.config.stash[ROOM] = None if run.profile.clock else WaitingRoom(run.target, session.items)
    if room and session.items and not worker():
        room.open()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Mark each test, and put those that wait in their place.

    pytest-xdist gives the beginning of the list to the first worker, which then waits while the others take over the
    rest of its tests; a single process does all else first.
    """
    _mark(items)
    run = config.stash.get(RUN, None)
    if run is not None and not run.profile.clock:
        items.sort(key=has_to_wait, reverse=bool(worker()))


def _mark(items: list[pytest.Item]) -> None:
    """Mark each test with its clause's level (`-m must`), and for Allure with chapter, clause, severity and links."""
    for item in items:
        if item.get_closest_marker("clause") is None and SUITES not in item.path.parents:
            continue
        law = clause_of(item)
        item.add_marker(law.level.value.lower())
        labels = {"epic": law.chapter, "feature": law.id, "severity": SEVERITY[law.level]}
        for kind, value in labels.items():
            item.add_marker(pytest.mark.allure_label(value, label_type=kind))
        item.add_marker(pytest.mark.allure_label(getattr(item, "originalname", item.name), label_type="story"))
        for source in law.source:
            if source.url:
                item.add_marker(pytest.mark.allure_link(source.url, link_type="link", name=source.name))
