"""Starting, stopping, and wrong usage."""

from __future__ import annotations

import signal
import socket
import time

import httpx
import pytest

from sandbox.__main__ import main
from tests.sandbox.driver import DeviceKey, Partner, ahead, running, start, url_of


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_quickly_with_exit_code_0_even_with_open_connections(ending: signal.Signals) -> None:
    process = start("--port", "0")
    url = url_of(process)
    with httpx.Client(base_url=url) as client, socket.create_connection(("127.0.0.1", httpx.URL(url).port)):
        client.get("/v1/persons/x")
        begin = time.monotonic()
        process.send_signal(ending)
        out, err = process.communicate(timeout=10)
    assert time.monotonic() - begin < 1
    assert process.returncode == 0
    assert (out, err) == ("", "")


def test_a_request_under_way_does_not_keep_it_alive() -> None:
    process = start("--port", "0")
    with socket.create_connection(("127.0.0.1", httpx.URL(url_of(process)).port), timeout=5) as half:
        head = b"POST /oauth2/token HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\nExpect: 100-continue\r\n\r\n"
        half.sendall(head)
        assert half.recv(100).startswith(b"HTTP/1.1 100")
        begin = time.monotonic()
        process.terminate()
        process.communicate(timeout=10)
    assert time.monotonic() - begin < 2
    assert process.returncode == 0


def test_the_only_line_on_stdout_is_the_url_once_it_answers() -> None:
    process = start()
    url = url_of(process)
    assert httpx.get(f"{url}/v1/persons/x").status_code == 401
    process.terminate()
    out, _ = process.communicate(timeout=10)
    assert url.startswith("http://127.0.0.1:")
    assert out == ""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "65536"),
        ("--port", "-1"),
        ("--port", "http"),
        ("--port", "٣٣"),
        ("--challenge-ttl", "0"),
        ("--challenge-ttl", "-5"),
        ("--challenge-ttl", "nan"),
        ("--challenge-ttl", "soon"),
        ("--latency", "-1"),
        ("--latency", "inf"),
        ("--max-rate", "0"),
        ("--max-rate", "fast"),
        ("--challenge-ttl", "1e300"),
        ("--unknown",),
        ("stray",),
    ],
)
def test_wrong_usage_is_one_sentence_and_exit_code_2(
    arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(arguments)
    out, err = capsys.readouterr()
    assert ended.value.code == 2
    assert out == ""
    assert len(err.splitlines()) == 1


def test_wrong_usage_ends_the_process_with_2() -> None:
    _, err = (process := start("--port", "x")).communicate(timeout=10)
    assert (process.returncode, len(err.splitlines())) == (2, 1)


def test_a_port_in_use_is_one_sentence_and_exit_code_1(url: str) -> None:
    out, err = (process := start("--port", str(httpx.URL(url).port))).communicate(timeout=10)
    assert process.returncode == 1
    assert out == ""
    assert len(err.splitlines()) == 1
    assert str(httpx.URL(url).port) in err


def test_the_log_has_one_line_per_request_and_no_secret() -> None:
    process = start("--log")
    partner = Partner(url_of(process))
    partner.outbox("+15550101")
    process.terminate()
    _, err = process.communicate(timeout=10)
    assert [line.split()[:3] for line in err.splitlines()] == [
        ["POST", "/oauth2/token", "200"],
        ["GET", "/__test__/outbox", "200"],
    ]
    assert "15550101" not in err
    assert "secret" not in err


def test_without_hooks_there_is_no_clock_no_outbox_and_no_fault() -> None:
    with running("--no-hooks") as url:
        partner = Partner(url)
        assert partner.http.get("/__test__/outbox", params={"to": "+15550101"}).status_code == 404
        assert httpx.get(f"{url}/__test__/outbox").status_code == 401
        fault = partner.http.get("/v1/mfa/devices", headers={"X-Test-Fault": "internal_error"})
        assert fault.status_code == 200
        dated = partner.token_request(**ahead(-4000)).json()["access_token"]
        current = partner.http.get("/v1/mfa/devices", headers={"Authorization": f"Bearer {dated}"})
        assert current.status_code == 200
        restricted = Partner(url, "embedded-restricted-partner")
        assert restricted.http.get("/v1/mfa/devices").status_code == 403


def test_the_lifetime_of_challenges_can_be_chosen() -> None:
    with running("--challenge-ttl", "7") as url:
        partner = Partner(url)
        person = partner.reachable_person()
        key = DeviceKey()
        challenge = partner.begin(person, key)["challenge"]["id"]
        assert partner.verify_binding(challenge, key.sign("212212"), **ahead(8)).status_code == 404
        assert partner.verify_binding(challenge, key.sign("212212"), **ahead(5)).status_code == 204


def test_latency_delays_every_answer() -> None:
    with running("--latency", "0.2") as url:
        begin = time.monotonic()
        httpx.get(f"{url}/v1/persons/x")
        assert time.monotonic() - begin >= 0.2


def test_a_highest_rate_lets_requests_queue_up() -> None:
    with running("--max-rate", "50") as url, httpx.Client(base_url=url) as http:
        begin = time.monotonic()
        for _ in range(10):
            http.get("/v1/persons/x")
        assert time.monotonic() - begin >= 10 / 50


def test_credentials_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TARGET_CLIENT_ID", "somebody")
    monkeypatch.setenv("TARGET_CLIENT_SECRET", "somebody-secret")
    with running() as url:
        assert Partner(url, "somebody").http.get("/v1/mfa/devices").status_code == 200
        with pytest.raises(AssertionError):
            Partner(url, "embedded-partner")
