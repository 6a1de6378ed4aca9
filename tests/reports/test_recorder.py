"""The recorder inside real sessions of pytest: what it writes, what it says, and how the session ends."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from contract.evidence import Verdict
from reports.recorder import Recorder
from tests.reports.made_up import FACTS, check, clause, clauses

ROOT = Path(__file__).parents[2]

CONFTEST = """
    import pytest
    from pathlib import Path
    from contract.clauses import Level
    from contract.evidence import Verdict
    from reports.recorder import Recorder
    from tests.reports.made_up import FACTS, check, clause, clauses

    LAWS = clauses(clause("one"), clause("two", Level.SHOULD))

    def pytest_configure(config):
        if not hasattr(config, "workerinput"):
            config.pluginmanager.register(Recorder(Path("run"), FACTS, LAWS))

    @pytest.fixture
    def found(request):
        checks = request.node.checks = []
        return lambda name, word: checks.append(check(name, Verdict(word)))

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(item, call):
        report = yield
        checks = getattr(item, "checks", [])
        if report.when == "call" and checks:
            report.checks = [check.as_json() for check in checks]
            report.verdict = max(Verdict(check.verdict) for check in checks).value
        return report
"""

GOOD = """
    def test_one(found):
        found("one", "pass")

    def test_two(found):
        found("two", "note")
"""

VIOLATION = """
    def test_a(found):
        found("one", "fail")
        assert False

    def test_b(found):
        found("two", "pass")
"""


@dataclass(frozen=True)
class Ended:
    """A session that is over."""

    code: int
    lines: list[str]
    directory: Path

    @property
    def checks(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.directory / "evidence.jsonl").read_text().splitlines()]

    @property
    def document(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads((self.directory / "run.json").read_text())
        return found

    @property
    def errors(self) -> list[str]:
        found: list[str] = self.document["facts"]["errors"]
        return found


def session(folder: Path, tests: str, *options: str) -> Ended:
    """Run made-up tests in a pytest of their own."""
    (folder / "conftest.py").write_text(textwrap.dedent(CONFTEST))
    (folder / "test_made_up.py").write_text(textwrap.dedent(tests))
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-p", "xdist", *options]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTEST_ADDOPTS": ""}
    ended = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, timeout=60, check=False
    )
    return Ended(ended.returncode, ended.stdout.splitlines(), folder / "run")


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_good_run_leaves_everything_behind(tmp_path: Path, options: tuple[str, ...]) -> None:
    (tmp_path / "run" / "allure-results").mkdir(parents=True)
    ended = session(tmp_path, GOOD, *options)

    assert ended.code == 0
    assert sorted(check["clause"] for check in ended.checks) == ["one", "two"]
    assert ended.document["facts"]["target_name"] == "made-up"
    assert 0 < ended.document["facts"]["duration"] < 60
    assert (ended.document["facts"]["interrupted"], ended.errors) == (False, [])
    assert "No violation" in (ended.directory / "matrix.html").read_text()
    assert {path.name for path in (ended.directory / "allure-results").iterdir()} == {
        "categories.json",
        "environment.properties",
    }
    assert ended.lines[-1] == "No violation: 2 clauses checked, none violated. Exit code 0 (success)."


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_a_violation_is_exit_code_1(tmp_path: Path, options: tuple[str, ...]) -> None:
    ended = session(tmp_path, VIOLATION, *options)

    assert (ended.code, ended.errors) == (1, [])
    assert ended.document["violations"] == ["one"]
    assert ended.lines[-1] == "Not conformant: 1 MUST clause is violated. Exit code 1 (violation)."
    assert any(line.startswith("FAIL   one  ") for line in ended.lines)


@pytest.mark.parametrize("options", [("-x",), ("-x", "-n", "2"), ("--maxfail=1",)])
def test_stopping_at_the_first_failure_is_no_interruption(tmp_path: Path, options: tuple[str, ...]) -> None:
    ended = session(tmp_path, VIOLATION, *options)

    assert (ended.code, ended.document["facts"]["interrupted"], ended.errors) == (1, False, [])


@pytest.mark.parametrize("stop", ["raise KeyboardInterrupt", "import pytest; pytest.exit('enough')"])
def test_a_run_that_is_stopped_is_interrupted_and_keeps_what_it_found(tmp_path: Path, stop: str) -> None:
    ended = session(tmp_path, f"{VIOLATION}\n    def test_c():\n        {stop}\n")

    assert (ended.code, ended.document["facts"]["interrupted"]) == (2, True)
    assert len(ended.checks) == 2
    assert ended.lines[-1].startswith("Interrupted: 2 checks ran, 1 violation found so far")


def test_ctrl_c_on_a_worker_is_an_interruption(tmp_path: Path) -> None:
    stopped = f"{GOOD}\n    def test_c():\n        raise KeyboardInterrupt\n"

    assert session(tmp_path, stopped, "-n", "1").code == 2


def test_a_killed_run_can_still_be_read(tmp_path: Path) -> None:
    killed = f"{GOOD}\n    def test_z():\n        import os; os.kill(os.getpid(), {signal.SIGKILL.value})\n"
    session(tmp_path, GOOD)
    ended = session(tmp_path, killed)

    assert ended.code == -signal.SIGKILL
    assert len(ended.checks) == 2
    assert ended.document["facts"]["interrupted"] is True
    assert not (ended.directory / "matrix.html").exists()  # it told of the run before


def test_a_crashed_worker_is_a_suite_error(tmp_path: Path) -> None:
    ended = session(tmp_path, f"{GOOD}\n    def test_z():\n        import os; os._exit(7)\n", "-n", "1")

    assert ended.code == 3
    assert ended.errors == [
        "the worker gw0 crashed",
        "test_made_up.py::test_z failed in its worker, which crashed and left no check that says why",
    ]


@pytest.mark.parametrize("options", [(), ("-n", "2")], ids=["one process", "two workers"])
def test_tests_that_cannot_be_collected_are_a_suite_error(tmp_path: Path, options: tuple[str, ...]) -> None:
    ended = session(tmp_path, "import no_such_module", *options)

    assert (ended.code, ended.errors) == (3, ["test_made_up.py could not be collected"])


def test_an_internal_error_is_a_suite_error_and_has_a_last_line(tmp_path: Path) -> None:
    broken = f"{GOOD}\n    def pytest_generate_tests(metafunc): pass\n"
    (tmp_path / "broken.py").write_text("def pytest_collection_finish(session): raise LookupError('secret')")
    ended = session(tmp_path, broken, "-p", "broken")

    assert (ended.code, ended.errors) == (3, ["pytest stopped with an internal error (LookupError)"])
    assert ended.lines[-1].endswith("Exit code 3 (suite error).")


@pytest.mark.parametrize("phase", ["setup", "call", "teardown"])
def test_a_failure_that_no_check_explains_is_a_suite_error(tmp_path: Path, phase: str) -> None:
    breaks = {
        "setup": "@pytest.fixture\n    def broken(): raise LookupError",
        "call": "@pytest.fixture\n    def broken(): pass",
        "teardown": "@pytest.fixture\n    def broken():\n        yield\n        raise LookupError",
    }[phase]
    raises = "raise LookupError" if phase == "call" else "pass"
    test = f"def test_c(broken, found):\n        found('one', 'pass')\n        {raises}\n"
    ended = session(tmp_path, f"{GOOD}\n    import pytest\n    {breaks}\n\n    {test}")

    named = {"setup": "set-up", "call": "call", "teardown": "clean-up"}[phase]
    assert ended.code == 3
    assert ended.errors == [f"test_made_up.py::test_c failed in its {named} and left no check that says why"]


def test_nothing_ran_is_incomplete(tmp_path: Path) -> None:
    ended = session(tmp_path, GOOD, "-k", "nothing")

    assert (ended.code, ended.checks) == (5, [])
    assert "nothing ran" in ended.lines[-1]


def test_a_usage_error_leaves_an_earlier_run_alone(tmp_path: Path) -> None:
    session(tmp_path, GOOD)
    ended = session(tmp_path, VIOLATION, "no-such-folder")

    assert ended.code == 4
    assert len(ended.checks) == 2


def test_a_run_replaces_what_an_earlier_one_left(tmp_path: Path) -> None:
    session(tmp_path, VIOLATION)
    ended = session(tmp_path, GOOD)

    assert (ended.code, [check["verdict"] for check in ended.checks]) == (0, ["pass", "note"])


def test_looking_at_what_would_run_leaves_nothing(tmp_path: Path) -> None:
    ended = session(tmp_path, GOOD, "--collect-only")

    assert (ended.code, ended.directory.exists()) == (0, False)


def report(verdict: str | None, when: str = "call", outcome: str = "passed") -> pytest.TestReport:
    extra = {} if verdict is None else {"verdict": verdict, "checks": [check("one", Verdict(verdict)).as_json()]}
    return pytest.TestReport("test_a", ("a.py", 1, "test_a"), {}, outcome, None, when, **extra)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("of", "expected"),
    [
        (report("pass"), ("passed", ".", "PASS")),
        (report("note"), ("noted", "n", "NOTE")),
        (report("not testable", outcome="skipped"), ("not testable", "s", "NOT TESTABLE")),
        (report("not testable", "setup", "skipped"), ("not testable", "s", "NOT TESTABLE")),
        (report("warn"), ("warned", "w", "WARN")),
        (report("fail", outcome="failed"), ("failed", "F", "FAIL")),
        (report("suite error", "teardown", "failed"), ("error", "E", "SUITE ERROR")),
        (report(None), None),
        (report("pass", "setup"), None),
        (report("pass", outcome="failed"), None),
    ],
)
def test_a_test_is_reported_by_its_verdict(
    tmp_path: Path, of: pytest.TestReport, expected: tuple[str, str, str] | None
) -> None:
    assert Recorder(tmp_path, FACTS, clauses(clause("one"))).pytest_report_teststatus(of) == expected


def test_each_check_is_on_disk_as_soon_as_it_is_reported(tmp_path: Path) -> None:
    recorder = Recorder(tmp_path, FACTS, clauses(clause("one")))
    counts = []
    for _ in range(3):
        recorder.pytest_runtest_logreport(report("pass"))
        counts.append(len((tmp_path / "evidence.jsonl").read_text().splitlines()))

    assert counts == [1, 2, 3]
