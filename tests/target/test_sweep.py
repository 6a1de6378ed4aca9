"""The sweep: what a run left on its target is removed, and what could not be is named."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from contract.exchange import Exchange
from contract.judge import document
from signer import KeyPair
from target.connection import Target
from target.ledger import Ledger, entries
from target.profile import Profile
from target.provisioning import Person, Provisioning
from target.sweep import main, sweep
from tests.target.conftest import Serve
from tests.target.profiles import profile
from tests.target.servers import Received, Reply

ROOT = Path(__file__).parents[2]
TOKEN = Reply(200, {"access_token": "t", "token_type": "bearer", "expires_in": 1800})


@pytest.fixture
def ledger(tmp_path: Path) -> Path:
    return tmp_path / "ledger.jsonl"


@pytest.fixture
def forgetful(sandbox: Profile) -> Iterator[Target]:
    """The embedded target, used without a ledger."""
    target = Target(sandbox, Ledger(Path(os.devnull)))
    yield target
    target.close()


def customer(target: Target) -> Person:
    return Provisioning(target.profile, "seed").customer(target.partner)


def bound_device(target: Target, person: Person) -> str:
    keys = KeyPair.generate()
    assert person.number is not None
    created = document(target.partner.call("create-device", json={"person_id": person.id, "key": keys.public_hex}))
    otp = Provisioning(target.profile, "seed").otp(target.partner, person.number, created["challenge"]["id"])
    signature = {"signature": keys.sign(otp.reveal()).hex}
    document(target.partner.call("verify-signature-challenge", created["challenge"]["id"], json=signature))
    device_id: str = created["id"]
    return device_id


def activation_code(target: Target, person: Person) -> str:
    body = {
        "person_id": person.id,
        "origin": "MOBILE_APP",
        "purpose": "DEVICE_BINDING",
        "delivery_method": "SNAILMAIL",
    }
    code_id: str = document(target.partner.call("create-activation-challenge", json=body))["id"]
    return code_id


def devices(target: Target, person: Person) -> list[Any]:
    found: list[Any] = document(target.partner.call("list-devices", params={"filter[person_id]": person.id}))
    return found


def live_codes(target: Target, person: Person) -> list[Any]:
    exchange: Exchange = target.partner.call("list-activation-challenges", params={"filter[person_id]": person.id})
    found: list[Any] = exchange.answer.json()
    return found


def run(*arguments: str | Path) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of the sweep as a process."""
    command = [sys.executable, "-m", "target.sweep", *map(str, arguments)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=30, check=False)
    assert "Traceback" not in ended.stderr
    return ended.returncode, ended.stdout, ended.stderr


def test_a_sweep_removes_all_that_the_ledger_names(target: Target, ledger: Path) -> None:
    person = customer(target)
    bound_device(target, person)
    activation_code(target, person)
    assert (len(devices(target, person)), len(live_codes(target, person))) == (1, 1)

    assert run(ledger, "--target-url", target.profile.api_url) == (
        0,
        "sweep: 2 removed or already gone, 0 left\n",
        "",
    )
    assert (devices(target, person), live_codes(target, person)) == ([], [])


def test_a_sweep_finds_what_a_call_made_that_never_answered(forgetful: Target, ledger: Path) -> None:
    person, bystander = customer(forgetful), customer(forgetful)
    for one in (person, bystander):
        bound_device(forgetful, one)
        activation_code(forgetful, one)
    for kind in ("device", "activation-challenge", "person"):
        Ledger(ledger).announce("partner", kind, person.id)

    swept = sweep(forgetful, entries(ledger))
    assert (swept.gone, swept.left) == (2, ())
    assert (devices(forgetful, person), live_codes(forgetful, person)) == ([], [])
    assert (len(devices(forgetful, bystander)), len(live_codes(forgetful, bystander))) == (1, 1)


def test_what_is_gone_already_counts_as_removed(target: Target, ledger: Path) -> None:
    device = bound_device(target, customer(target))
    target.partner.call("delete-device", device)
    for _ in range(2):
        swept = sweep(target, entries(ledger))
        assert (swept.gone, swept.left) == (1, ())


def test_a_refused_call_left_nothing_to_remove(target: Target, ledger: Path) -> None:
    assert target.partner.call("create-device", json={}).status == 400
    assert sweep(target, entries(ledger)).gone == 0


def test_an_unknown_person_has_nothing_to_remove(target: Target, ledger: Path) -> None:
    Ledger(ledger).announce("partner", "device", "no-such-person")
    swept = sweep(target, entries(ledger))
    assert (swept.gone, swept.left) == (0, ())


def test_the_newest_is_removed_first(serve: Serve, ledger: Path) -> None:
    site = serve(lambda request: TOKEN if request.method == "POST" else Reply(204))
    for number in range(4):
        Ledger(ledger).answered(Ledger(ledger).announce("partner", "device", "cper1"), f"dev{number}")
    target = Target(profile(site.url, concurrency=1), Ledger(Path(os.devnull)))
    sweep(target, entries(ledger))
    target.close()
    assert [request.path[-4:] for request in site.received if request.method == "DELETE"] == [
        *("dev3", "dev2", "dev1", "dev0")
    ]


@pytest.mark.parametrize("reply", [Reply(500, {}), Reply(401, {}), None], ids=["500", "401", "hangs up"])
def test_what_cannot_be_removed_is_named_with_exit_code_1(
    serve: Serve, ledger: Path, capsys: pytest.CaptureFixture[str], reply: Reply | None
) -> None:
    site = serve(lambda request: TOKEN if request.method == "POST" else reply)
    Ledger(ledger).answered(Ledger(ledger).announce("partner", "device", "cper1"), "dev1")
    assert main([str(ledger), "--target-url", site.url]) == 1
    assert capsys.readouterr() == (
        "sweep: 0 removed or already gone, 1 left\n",
        "sweep: could not remove device dev1\n",
    )


@pytest.mark.parametrize(
    "reply",
    [Reply(500, {}), Reply(200, b"<html>"), Reply(200, [{}]), Reply(200, {"a": 1}), Reply(200, 5), None],
    ids=["500", "no JSON", "no ids", "no list", "a number", "hangs up"],
)
def test_a_list_that_cannot_be_read_is_no_empty_list(
    serve: Serve, ledger: Path, capsys: pytest.CaptureFixture[str], reply: Reply | None
) -> None:
    site = serve(lambda request: TOKEN if request.method == "POST" else reply)
    Ledger(ledger).announce("partner", "device", "cper1")
    assert main([str(ledger), "--target-url", site.url]) == 1
    assert capsys.readouterr().err == "sweep: could not remove what cper1 has of kind device\n"


def test_a_process_that_could_not_remove_something_ends_with_1(serve: Serve, ledger: Path) -> None:
    def behaviour(request: Received) -> Reply:
        return TOKEN if request.method == "POST" else Reply(500, {})

    Ledger(ledger).answered(Ledger(ledger).announce("partner", "device", None), "dev1")
    code, _, said = run(ledger, "--target-url", serve(behaviour).url)
    assert (code, said) == (1, "sweep: could not remove device dev1\n")


def test_a_process_that_reaches_nobody_ends_with_3_and_one_sentence(gone: str, ledger: Path) -> None:
    Ledger(ledger).answered(Ledger(ledger).announce("partner", "device", None), "dev1")
    code, out, said = run(ledger, "--target-url", gone)
    assert (code, out, said) == (3, "", f"sweep: {gone} cannot be reached (ConnectError)\n")


def test_a_process_with_a_wrong_command_line_ends_with_4_and_one_sentence(ledger: Path) -> None:
    code, out, said = run(ledger, "--force")
    assert (code, out, said) == (4, "", "sweep: unrecognized arguments: --force\n")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--target-url", "http://127.0.0.1:9"], "ledger.jsonl: line 1 is not a line of a ledger"),
        ([], "the target 'embedded' is started anew by each run; name a running one by --target-url"),
        (["--target", "nobody"], "nobody.toml: there is no such profile; known targets are "),
        (["--target-url", "nowhere"], "--target-url is 'nowhere'; allowed is a URL such as "),
    ],
)
def test_what_is_wrong_is_one_sentence_and_exit_code_4(
    ledger: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str
) -> None:
    ledger.write_text("no ledger\n", encoding="utf-8")
    assert main([str(ledger), *arguments]) == 4
    out, said = capsys.readouterr()
    assert out == ""
    assert said.startswith("sweep: ")
    assert sentence in said
    assert len(said.splitlines()) == 1


def test_a_ledger_that_is_not_there_is_exit_code_4(ledger: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(ledger), "--target-url", "http://127.0.0.1:9"]) == 4
    assert capsys.readouterr().err == f"sweep: {ledger}: cannot be read (No such file or directory)\n"
