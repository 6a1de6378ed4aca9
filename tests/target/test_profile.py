"""Target profiles: a bad one gets one sentence with the file, the key, the value and what is allowed."""

from __future__ import annotations

from pathlib import Path

import pytest

from target.profile import LOOPBACK_CREDENTIALS, TARGETS, ProfileError, Role, is_loopback, load_profile

HEAD = 'name = "made-up"\napi_url = "http://127.0.0.1:8080"\n'
CREDENTIALS = '[credentials]\npartner = ["MADE_UP_ID", "MADE_UP_SECRET"]\n'
REMOTE = 'name = "made-up"\napi_url = "https://target.example"\n'
URLS = "allowed is a URL such as https://api.solaris-sandbox.de or http://127.0.0.1:8080"


@pytest.fixture(autouse=True)
def _no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TARGET_CLIENT", "TARGET_OTHER_CLIENT", "TARGET_RESTRICTED_CLIENT", "MADE_UP"):
        monkeypatch.delenv(f"{name}_ID", raising=False)
        monkeypatch.delenv(f"{name}_SECRET", raising=False)


def write(folder: Path, text: str) -> str:
    path = folder / "made-up.toml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def complaint(path: str) -> str:
    with pytest.raises(ProfileError) as caught:
        load_profile(path)
    message = str(caught.value)
    assert len(message.splitlines()) == 1
    return message


def test_a_small_profile_has_the_documented_defaults(tmp_path: Path) -> None:
    profile = load_profile(write(tmp_path, HEAD + CREDENTIALS))
    assert (profile.name, profile.api_url, profile.auth_url) == ("made-up", "http://127.0.0.1:8080", profile.api_url)
    assert (profile.clock, profile.outbox, profile.fault, profile.load) == (False,) * 4
    assert (profile.challenge_lifetime, profile.change_request_lifetime) == (300, 300)
    assert (profile.start, profile.static_otp, profile.static_number, profile.requests_per_second) == (None,) * 4
    assert profile.key_addition_message == "either"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "the key 'name' is missing; every profile has a name and an api_url"),
        ('name = "x"', "the key 'api_url' is missing; every profile has a name and an api_url"),
        (HEAD + 'colour = "red"\n' + CREDENTIALS, "the key 'colour' is unknown; allowed here are name, api_url, "),
        (HEAD + CREDENTIALS + "[hook]\nclock = true", "the key 'hook' is unknown; allowed here are name, api_url, "),
        (HEAD + CREDENTIALS + "[hooks]\nclocks = true", "the key 'hooks.clocks' is unknown; allowed here are clock, "),
        (HEAD + "hooks = true\n" + CREDENTIALS, "hooks is True; allowed is a table"),
        (HEAD + CREDENTIALS + '[hooks]\nclock = "yes"', "hooks.clock is 'yes'; allowed is true or false"),
        (HEAD + CREDENTIALS + "[hooks]\nclock = 1", "hooks.clock is 1; allowed is true or false"),
        ('name = 5\napi_url = "http://127.0.0.1"', "name is 5; allowed is a string"),
        (HEAD + 'start = "python -m x"\n' + CREDENTIALS, "start is 'python -m x'; allowed is a list of strings"),
        (HEAD + "start = []\n" + CREDENTIALS, "start is []; allowed is a list of non-empty strings"),
        (HEAD + 'start = ["python", 5]\n' + CREDENTIALS, "start is ['python', 5]; allowed is a list of non-empty "),
        (HEAD + CREDENTIALS + "[limits]\nconcurrency = 1.5", "limits.concurrency is 1.5; allowed is a whole number"),
        (HEAD + CREDENTIALS + "[limits]\nconcurrency = true", "limits.concurrency is True; allowed is a whole number"),
        (HEAD + CREDENTIALS + "[limits]\nconcurrency = 0", "limits.concurrency is 0; allowed is a number above 0"),
        (HEAD + CREDENTIALS + "[lifetimes]\nchallenge = -1", "lifetimes.challenge is -1; allowed is a number above 0"),
        (HEAD + CREDENTIALS + "[lifetimes]\nchallenge = nan", "lifetimes.challenge is nan; allowed is a number above "),
        (HEAD + CREDENTIALS + "[lifetimes]\nchallenge = inf", "lifetimes.challenge is inf; allowed is a number above "),
        (
            HEAD + CREDENTIALS + '[limits]\nrequests_per_second = "20"',
            "limits.requests_per_second is '20'; allowed is a number",
        ),
        (
            HEAD + CREDENTIALS + '[choices]\nkey_addition_message = "hex"',
            "choices.key_addition_message is 'hex'; allowed is hex-text, raw-bytes, either",
        ),
        (HEAD + CREDENTIALS + '[otp]\nstatic = "212212"', "[otp] needs both static and static_number, or neither"),
        (HEAD, "[credentials] needs 'partner', the names of the two environment variables that hold the client id"),
        (
            HEAD + '[credentials]\npartner = ["ONE"]',
            "credentials.partner is ['ONE']; allowed is the names of two environment variables",
        ),
        (
            'name = "x"\napi_url = "http://127.0.0.1:0"\n' + CREDENTIALS,
            "api_url is 'http://127.0.0.1:0'; allowed is a port above 0 unless the profile has a 'start' command",
        ),
        ('name = "x"\napi_url = "ftp://x"', f"api_url is 'ftp://x'; {URLS}"),
        ('name = "x"\napi_url = "target.example"', f"api_url is 'target.example'; {URLS}"),
        ('name = "x"\napi_url = "https://"', f"api_url is 'https://'; {URLS}"),
        ('name = "x"\napi_url = "https://x?a=b"', f"api_url is 'https://x?a=b'; {URLS}"),
        (
            'name = "x"\napi_url = "https://x:99999"',
            "api_url is 'https://x:99999' (Port out of range 0-65535); allowed",
        ),
        ('name = "x"\napi_url = "https://x:http"', "api_url is 'https://x:http' (Port could not be cast to integer"),
        (HEAD + 'auth_url = "nowhere"\n' + CREDENTIALS, f"auth_url is 'nowhere'; {URLS}"),
        ("name = ", "is not TOML: "),
    ],
    ids=lambda value: value[-40:],
)
def test_a_bad_profile_gets_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = write(tmp_path, text)
    assert complaint(path).startswith(f"{path}: {sentence}")


@pytest.mark.parametrize("url", ["https://me:s3cr3t@x", "https://s3cr3t@x", "https://me:s3cr3t@x:http"])
def test_credentials_in_a_url_are_refused_and_not_repeated(tmp_path: Path, url: str) -> None:
    message = complaint(write(tmp_path, f'name = "x"\napi_url = "{url}"\n'))
    assert "api_url holds credentials; leave them to the environment variables of [credentials]" in message
    assert "s3cr3t" not in message


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "made-up.toml"
    path.write_bytes(b"name = '\xff'")
    assert complaint(str(path)).startswith(f"{path}: cannot be read (")


def test_a_folder_is_no_profile(tmp_path: Path) -> None:
    (tmp_path / "made-up.toml").mkdir()
    assert complaint(str(tmp_path / "made-up.toml")).startswith(f"{tmp_path / 'made-up.toml'}: cannot be read (")


@pytest.mark.parametrize("name", ["embeded", "no/such/file.toml"])
def test_an_unknown_target_is_told_which_ones_there_are(name: str) -> None:
    known = ", ".join(sorted(path.stem for path in TARGETS.glob("*.toml")))
    assert "embedded" in known
    assert complaint(name).endswith(f": there is no such profile; known targets are {known}")


def test_a_target_is_found_by_its_name_or_its_path() -> None:
    assert load_profile("embedded") == load_profile(str(TARGETS / "embedded.toml"))


def test_credentials_come_from_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MADE_UP_ID", "me")
    monkeypatch.setenv("MADE_UP_SECRET", "s3cr3t")
    profile = load_profile(write(tmp_path, REMOTE + CREDENTIALS))
    credentials = profile.credentials[Role.PARTNER]
    assert (credentials.client_id, credentials.client_secret.reveal()) == ("me", "s3cr3t")
    assert "s3cr3t" not in repr(profile)
    assert set(profile.credentials) == {Role.PARTNER}


@pytest.mark.parametrize(
    ("given", "unset"), [([], "MADE_UP_ID"), (["MADE_UP_ID"], "MADE_UP_SECRET"), (["MADE_UP_SECRET"], "MADE_UP_ID")]
)
def test_a_remote_target_needs_its_environment_variables(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, given: list[str], unset: str
) -> None:
    for name in given:
        monkeypatch.setenv(name, "s3cr3t")
    message = complaint(write(tmp_path, REMOTE + CREDENTIALS))
    assert f"credentials.partner names the environment variable {unset}, which is not set; set it, or " in message
    assert "s3cr3t" not in message


def test_a_target_on_this_machine_has_defaults(tmp_path: Path) -> None:
    profile = load_profile(write(tmp_path, HEAD + CREDENTIALS))
    assert profile.credentials == {Role.PARTNER: LOOPBACK_CREDENTIALS[Role.PARTNER]}


def test_half_of_the_variables_is_a_mistake_on_this_machine_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MADE_UP_ID", "me")
    assert "MADE_UP_SECRET, which is not set" in complaint(write(tmp_path, HEAD + CREDENTIALS))


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8080", True),
        ("http://127.8.9.10", True),
        ("http://[::1]:80", True),
        ("http://localhost", True),
        ("https://target.example", False),
        ("http://10.0.0.1", False),
        ("http://localhost.example", False),
        ("http://0.0.0.0", False),
    ],
)
def test_only_a_loopback_address_is_this_machine(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_another_place_replaces_both_urls_and_the_start_command() -> None:
    profile = load_profile("embedded").at("http://127.0.0.1:9090/")
    assert (profile.api_url, profile.auth_url, profile.start) == (*["http://127.0.0.1:9090"] * 2, None)
    assert profile.outbox


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nowhere", f"--target-url is 'nowhere'; {URLS}"),
        ("http://127.0.0.1:0", "--target-url is 'http://127.0.0.1:0'; allowed is a port above 0, of a target that "),
        ("http://a:b@127.0.0.1", "--target-url holds credentials; leave them to "),
    ],
)
def test_a_bad_place_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ProfileError) as caught:
        load_profile("embedded").at(url)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize("path", sorted(TARGETS.glob("*.toml")), ids=lambda path: path.stem)
def test_the_projects_own_profiles_can_be_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TARGET_CLIENT", "TARGET_OTHER_CLIENT", "TARGET_RESTRICTED_CLIENT"):
        monkeypatch.setenv(f"{name}_ID", "me")
        monkeypatch.setenv(f"{name}_SECRET", "s3cr3t")
    assert load_profile(path.stem).name == path.stem
