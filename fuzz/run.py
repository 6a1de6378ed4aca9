"""One run of Schemathesis against a target that answers: what it tried, and what it found."""

from __future__ import annotations

import time
from base64 import b64encode
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.auths import AuthContext
from schemathesis.config import SchemathesisConfig
from schemathesis.core.errors import NoLinksFound
from schemathesis.core.failures import Failure
from schemathesis.core.transport import Response
from schemathesis.engine import StopReason, from_schema
from schemathesis.engine.core import EventStream
from schemathesis.engine.events import EngineFinished, FatalError, Interrupted, NonFatalError, ScenarioFinished
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.schemas import BaseSchema

from contract.operations import Gate, operations
from fuzz.document import furnished
from fuzz.explained import Explanation, explanation
from fuzz.findings import Finding, broken, finding, findings, id_of
from fuzz.things import made
from target.connection import Target
from target.profile import Role

PHASES = ("examples", "coverage", "fuzzing", "stateful")


class FuzzError(Exception):
    """The run could not be made or not be finished; one sentence."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What is tried.

    examples: requests of each operation and phase at most. only: ids of operations; none for all.
    seconds: after which no more is tried; None for no end. first: whether the first finding ends it.
    """

    seed: int = 2
    examples: int = 20
    phases: Sequence[str] = PHASES
    only: Sequence[str] = ()
    seconds: float | None = None
    first: bool = False


@dataclass(slots=True)
class Outcome:
    """What a run tried and found.

    found: what nothing explains. explained: how often each row did. succeeded: good answers by operation.
    seconds: of the fuzzing alone.
    """

    found: list[Finding] = field(default_factory=list)
    explained: Counter[Explanation] = field(default_factory=Counter)
    requests: int = 0
    succeeded: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0


def fuzz(target: Target, settings: Settings, explanations: Sequence[Explanation]) -> Outcome:
    """Furnish the target, and try it. Raises FuzzError, and what provisioning raises."""
    things = made(target, str(settings.seed))
    config = SchemathesisConfig.from_dict(_configuration(target.profile.api_url, settings))
    schema: BaseSchema = schemathesis.openapi.from_dict(furnished(things), config=config)
    if settings.only:
        schema = schema.include(operation_id=list(settings.only))
    _authenticate(schema, target)
    outcome = Outcome()
    _explain(schema, explanations, outcome.explained)
    _watch(from_schema(schema).execute(), outcome, settings)
    return outcome


def _configuration(url: str, settings: Settings) -> dict[str, Any]:
    return {
        "seed": settings.seed,
        "base-url": url,
        "continue-on-failure": True,
        "suppress-health-check": ["all"],
        "cache": {"enabled": False},
        "generation": {"max-examples": settings.examples, "database": "none"},
        "phases": {phase: _phase(phase, settings) for phase in PHASES},
        "checks": {"enabled": True},
    }


def _phase(phase: str, settings: Settings) -> dict[str, Any]:
    """Ids of earlier answers reach later requests by the links of the document, and in no other way."""
    enabled: dict[str, Any] = {"enabled": phase in settings.phases}
    if phase == "stateful":
        # An example is a whole way along the links here, so that few of them see little.
        ways = {"max-examples": settings.examples * 8}
        return enabled | {"inference": {"algorithms": []}, "generation": ways}
    return enabled | {"extra-data-sources": {"responses": False}}


def _authenticate(schema: BaseSchema, target: Target) -> None:
    """Give each request the token, or the credentials, that its operation asks for."""

    class OwnAuthorization:
        def get(self, case: Case[Any], context: AuthContext) -> str:  # noqa: ARG002 - the protocol of Schemathesis
            if operations()[id_of(case)].gate is not Gate.CREDENTIALS:
                return f"Bearer {target.partner.token.reveal()}"
            credentials = target.profile.credentials[Role.PARTNER]
            pair = f"{credentials.client_id}:{credentials.client_secret.reveal()}"
            return f"Basic {b64encode(pair.encode()).decode()}"

        def set(self, case: Case[Any], data: str, context: AuthContext) -> None:  # noqa: ARG002
            case.headers["Authorization"] = data

    # The target's own tokens are replaced before they expire, so nothing is kept here.
    schema.auth.auth(refresh_interval=None)(OwnAuthorization)


def _explain(schema: BaseSchema, explanations: Sequence[Explanation], used: Counter[Explanation]) -> None:
    """Take out what is explained before Schemathesis counts it: of findings of one kind it may keep only one."""

    def filter_failure(context: HookContext, failure: Failure, case: Case[Any], response: Response) -> bool:  # noqa: ARG001
        names = failure.checks or ("custom",)
        told = (explanation(finding(name, failure, id_of(case), response), explanations) for name in names)
        row = next(filter(None, told), None)
        if row is not None:
            used[row] += 1
        return row is None

    schema.hook(filter_failure)


def _watch(events: EventStream, outcome: Outcome, settings: Settings) -> None:
    began = time.monotonic()
    stopped = False
    for event in events:
        match event:
            case ScenarioFinished():
                outcome.requests += len(event.recorder.interactions)
                outcome.found += findings(event)
                outcome.succeeded.update(_successes(event))
            case NonFatalError() if isinstance(event.value, NoLinksFound):
                pass  # a part of the operations may have none between them
            case NonFatalError():
                outcome.found.append(broken(event))
            case FatalError():
                raise FuzzError(f"Schemathesis failed ({type(event.exception).__name__})")
            case Interrupted() if not stopped:
                raise KeyboardInterrupt
            case EngineFinished() if event.stop_reason is StopReason.SERVER_UNAVAILABLE:
                raise FuzzError("the target does not answer any more")
            case _:
                pass
        late = settings.seconds is not None and time.monotonic() - began > settings.seconds
        if not stopped and (late or (settings.first and outcome.found)):
            stopped = True
            events.stop()
    outcome.seconds = time.monotonic() - began


def _successes(event: ScenarioFinished) -> Iterable[str]:
    for case_id, interaction in event.recorder.interactions.items():
        if interaction.response is not None and 200 <= interaction.response.status_code < 300:
            yield id_of(event.recorder.cases[case_id].value)
