"""The ledger: written before each creating call, by many processes at once, readable after any end."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from contract.judge import Violation
from target.client import Client
from target.ledger import Entry, Ledger, LedgerError, entries
from target.partner import Partner
from target.profile import Role
from target.tokens import Tokens
from tests.target.conftest import Serve
from tests.target.profiles import profile
from tests.target.servers import Behaviour, Received, Reply

ROOT = Path(__file__).parents[2]
TOKEN = Reply(200, {"access_token": "t", "token_type": "bearer", "expires_in": 1800})


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


def partner(client: Client, url: str, path: Path) -> Partner:
    return Partner(Role.PARTNER, url, client, Tokens(client, profile(url)), Ledger(path))


def but_for_tokens(behaviour: Behaviour) -> Behaviour:
    return lambda request: TOKEN if request.path == "/oauth2/token" else behaviour(request)


def test_a_call_is_an_entry_from_before_it_is_made(path: Path) -> None:
    ledger = Ledger(path)
    first = ledger.announce("partner", "device", "cper1")
    second = ledger.announce("partner", "person", None)
    ledger.answered(first, "dev1")
    assert entries(path) == [
        Entry(first, "partner", "device", "cper1", answered=True, id="dev1"),
        Entry(second, "partner", "person", None),
    ]
    ledger.answered(second, None)
    assert entries(path)[1].answered


def test_a_creating_call_is_written_down_before_it_leaves(client: Client, serve: Serve, path: Path) -> None:
    seen: list[Entry] = []

    def create(_: Received) -> Reply:
        seen.extend(entries(path))
        return Reply(202, {"id": "dev1"})

    site = serve(but_for_tokens(create))
    partner(client, site.url, path).call("create-device", json={"person_id": "cper1"})
    (before,) = seen
    assert (before.partner, before.kind, before.person_id) == ("partner", "device", "cper1")
    assert not before.answered
    (after,) = entries(path)
    assert (after.entry, after.answered, after.id) == (before.entry, True, "dev1")


@pytest.mark.parametrize(
    "reply", [Reply(400, {"id": "an-error"}), Reply(202, b"<html>"), Reply(202, []), Reply(202, {"id": 5})], ids=str
)
def test_a_call_that_created_nothing_to_name_is_answered_without_an_id(
    client: Client, serve: Serve, path: Path, reply: Reply
) -> None:
    partner(client, serve(but_for_tokens(lambda _: reply)).url, path).call("create-device", json={})
    (entry,) = entries(path)
    assert (entry.answered, entry.id, entry.person_id) == (True, None, None)


def test_a_call_without_an_answer_stays_open(client: Client, serve: Serve, path: Path) -> None:
    site = serve(but_for_tokens(lambda _: None))
    with pytest.raises(Violation):
        partner(client, site.url, path).call("create-device", json={"person_id": "cper1"})
    (entry,) = entries(path)
    assert not entry.answered


@pytest.mark.parametrize("body", [["text"], "text", 5, None, {"person_id": 5}], ids=str)
def test_a_body_of_any_kind_can_be_tried(client: Client, serve: Serve, path: Path, body: Any) -> None:
    site = serve(but_for_tokens(lambda _: Reply(400, {})))
    assert partner(client, site.url, path).call("create-device", json=body).status == 400
    assert entries(path)[0].person_id is None


def test_a_call_that_creates_nothing_is_not_written_down(client: Client, serve: Serve, path: Path) -> None:
    site = serve(but_for_tokens(lambda _: Reply(200, [])))
    partner(client, site.url, path).call("list-devices")
    assert not path.exists()


def test_lines_of_several_processes_do_not_mix(path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from target.ledger import Ledger\n"
        "ledger = Ledger(Path(sys.argv[1]))\n"
        "for number in range(300):\n"
        "    ledger.answered(ledger.announce('partner', 'device', 'p' * 200), f'{sys.argv[2]}-{number}')\n"
    )
    writers = [subprocess.Popen([sys.executable, "-c", program, str(path), str(n)], cwd=ROOT) for n in range(4)]
    assert [writer.wait(30) for writer in writers] == [0, 0, 0, 0]
    found = entries(path)
    assert {entry.id for entry in found} == {f"{writer}-{number}" for writer in range(4) for number in range(300)}
    assert len(found) == 1200


def test_only_the_runs_own_user_may_read_it(path: Path) -> None:
    Ledger(path).announce("partner", "device", None)
    assert path.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("cut", [1, 10, 40, 90])
def test_a_last_line_that_was_cut_off_is_passed_over(path: Path, cut: int) -> None:
    ledger = Ledger(path)
    kept = ledger.announce("partner", "device", "cper1")
    whole = path.read_bytes()
    ledger.announce("partner", "device", "cper2")
    path.write_bytes(path.read_bytes()[: len(whole) + cut])
    assert [entry.entry for entry in entries(path)] == [kept]


@pytest.mark.parametrize(
    "line",
    [
        '{"entry": "x", "par',
        "text",
        "[]",
        "{}",
        '{"entry": "x"}',
        '{"entry": "unknown", "id": "dev1"}',
        '{"entry": "x", "partner": "partner", "kind": "device"}',
        '{"entry": "x", "partner": "partner", "kind": "device", "person_id": null, "more": 1}',
    ],
)
def test_a_broken_line_in_the_middle_is_an_error(path: Path, line: str) -> None:
    Ledger(path).announce("partner", "device", "cper1")
    with path.open("a") as file:
        file.write(line + "\n")
    Ledger(path).announce("partner", "device", "cper2")
    with pytest.raises(LedgerError) as caught:
        entries(path)
    assert str(caught.value) == f"{path}: line 2 is not a line of a ledger"


def test_a_ledger_that_is_not_there_is_an_error(path: Path) -> None:
    with pytest.raises(LedgerError) as caught:
        entries(path)
    assert str(caught.value) == f"{path}: cannot be read (No such file or directory)"


def test_what_is_no_text_is_no_ledger(path: Path) -> None:
    path.write_bytes(b"\xff\xfe\n")
    with pytest.raises(LedgerError, match="is not a ledger, which is UTF-8 text"):
        entries(path)


def test_an_empty_ledger_has_no_entries(path: Path) -> None:
    path.touch()
    assert entries(path) == []
