"""A target that the run starts itself: found by what it prints, kept from blocking, stopped at the end."""

from __future__ import annotations

import os
import socket
import sys
import textwrap
import time
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest

import target.process
from target.process import Started, StartError
from target.profile import Profile
from tests.target.profiles import profile

Script = Callable[..., Profile]

SERVER = """
    import http.server, os, signal, sys
    from pathlib import Path

    FOLDER = Path(__file__).parent
    FOLDER.joinpath("pid").write_text(str(os.getpid()))

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            chatter()
            body = os.environ.get(self.path.strip("/"), "").encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    def chatter():
        pass

    def end(*_):
        FOLDER.joinpath("ended").write_text("by SIGTERM")
        os._exit(0)

    signal.signal(signal.SIGTERM, end)
    server = http.server.HTTPServer(("127.0.0.1", int(sys.argv[sys.argv.index("--port") + 1])), Handler)
    print(f"Listening on http://127.0.0.1:{server.server_port}/, press Ctrl-C", flush=True)
"""
SILENT = """
    import os, signal

    with open(os.path.join(os.path.dirname(__file__), "pid"), "w") as file:
        file.write(str(os.getpid()))
    signal.pause()
"""
SERVES = "    server.serve_forever()\n"


@pytest.fixture
def script(tmp_path: Path) -> Script:
    """A profile whose start command is a Python program, given by its parts."""

    def write(*parts: str, url: str = "http://127.0.0.1:0", arguments: tuple[str, ...] = ()) -> Profile:
        path = tmp_path / "made_up_target.py"
        path.write_text("".join(textwrap.dedent(part) for part in parts), encoding="utf-8")
        return profile(url, start=("python", str(path), *arguments))

    return write


def get(url: str) -> tuple[int, str]:
    """Status and body. Raises OSError."""
    place = urlsplit(url)
    connection = HTTPConnection(place.netloc, timeout=10)
    try:
        connection.request("GET", place.path or "/")
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def is_alive(folder: Path) -> bool:
    try:
        os.kill(int((folder / "pid").read_text()), 0)
    except ProcessLookupError:
        return False
    return True


def complaint(started: Profile, patience: float = 10.0) -> str:
    begun = time.monotonic()
    with pytest.raises(StartError) as caught:
        Started(started, patience)
    assert time.monotonic() - begun < patience + 2
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def test_its_url_is_what_it_prints(script: Script) -> None:
    with Started(script(SERVER, SERVES)) as started:
        assert started.profile.api_url == started.profile.auth_url
        assert get(started.profile.api_url)[0] == 200
        assert urlsplit(started.profile.api_url).port


def test_a_port_of_the_profiles_choice_is_kept(script: Script) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with Started(script(SERVER, SERVES, url=url, arguments=("--port", str(port)))) as started:
        assert started.profile.api_url == url
        assert get(url)[0] == 200


def test_it_is_stopped_by_sigterm(script: Script, tmp_path: Path) -> None:
    with Started(script(SERVER, SERVES)) as started:
        assert is_alive(tmp_path)
        url = started.profile.api_url
    assert (tmp_path / "ended").read_text() == "by SIGTERM"
    assert not is_alive(tmp_path)
    with pytest.raises(ConnectionRefusedError):
        get(url)


def test_it_may_be_stopped_twice(script: Script) -> None:
    with Started(script(SERVER, SERVES)) as started:
        started.stop()


def test_one_that_takes_no_notice_of_sigterm_is_killed(
    script: Script, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(target.process, "STOP_TIMEOUT", 0.2)
    with Started(script(SERVER, "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n", SERVES)):
        assert is_alive(tmp_path)
    assert not is_alive(tmp_path)
    assert not (tmp_path / "ended").exists()


@pytest.mark.parametrize(
    "noise",
    ["sys.stdout.write('chatter ' * 200_000)", "sys.stdout.buffer.write(b'\\xff\\xfe' * 500_000)"],
    ids=["text", "no UTF-8"],
)
def test_a_chatty_target_is_not_blocked_by_what_it_prints(script: Script, noise: str) -> None:
    loud = f"def chatter():\n    {noise}\n    sys.stdout.flush()\nchatter()\n"
    with Started(script(SERVER, loud, SERVES)) as started:
        for _ in range(3):
            assert get(started.profile.api_url)[0] == 200


def test_it_gets_the_credentials_of_the_profile(script: Script) -> None:
    with Started(script(SERVER, SERVES)) as started:
        read = {
            name: get(f"{started.profile.api_url}/{name}")[1]
            for name in ("TARGET_CLIENT_ID", "TARGET_OTHER_CLIENT_SECRET", "TARGET_RESTRICTED_CLIENT_ID")
        }
    assert list(read.values()) == [
        "embedded-partner",
        "embedded-other-partner-secret",
        "embedded-restricted-partner",
    ]


def test_a_command_that_does_not_exist_is_one_sentence() -> None:
    message = complaint(profile("http://127.0.0.1:0", start=("no-such-command", "--serve")))
    assert message == "the target's start command 'no-such-command --serve' failed: No such file or directory"


@pytest.mark.parametrize("ending", ["", "sys.exit(3)\n", "raise SystemExit\n"], ids=["runs out", "exits", "raises"])
def test_a_command_that_ends_at_once_is_one_sentence(script: Script, ending: str) -> None:
    message = complaint(script("import sys\nprint('Hello')\n", ending))
    assert message.endswith("made_up_target.py' ended before it was ready")


def test_a_command_that_ends_after_its_url_is_one_sentence(script: Script) -> None:
    message = complaint(script(SERVER, "server.server_close()\nos._exit(7)\n"))
    assert message.endswith("made_up_target.py' ended with code 7")


def test_a_command_that_never_prints_is_one_sentence_and_ended(script: Script, tmp_path: Path) -> None:
    message = complaint(script(SILENT), patience=1.0)
    assert message.endswith("made_up_target.py' did not print its URL within 1 s")
    assert not is_alive(tmp_path)


def test_a_command_that_never_answers_is_one_sentence_and_ended(script: Script, tmp_path: Path, gone: str) -> None:
    message = complaint(script(SILENT, url=gone), patience=1.0)
    assert message.endswith("made_up_target.py' did not answer within 1 s")
    assert not is_alive(tmp_path)


def test_python_is_the_one_that_runs_the_suite(script: Script) -> None:
    shows = "import os, sys\nos.environ['EXECUTABLE'] = sys.executable\n"
    with Started(script(shows, SERVER, SERVES)) as started:
        assert get(f"{started.profile.api_url}/EXECUTABLE")[1] == sys.executable


def test_the_embedded_target_starts(sandbox: Profile) -> None:
    assert get(f"{sandbox.api_url}/v1/mfa/devices")[0] == 401
