"""Project Wycheproof against the sandbox's verifier and its parser of public keys.

The vectors are read from ``WYCHEPROOF_DIR``, else from ``../shared/data/wycheproof`` beside the project.
"""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any, cast

import pytest

from sandbox.app import Sandbox
from sandbox.core import Call
from sandbox.curve import PublicKey
from sandbox.http import Request
from sandbox.operations import Operation
from sandbox.refusals import RefusedError
from sandbox.settings import Partner, Settings
from sandbox.world import Key
from tests.sandbox.driver import ROOT

FIELD = 0xFFFFFFFF00000001000000000000000000000000FFFFFFFFFFFFFFFFFFFFFFFF
B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
P256_SPKI = (
    "3059301306072a8648ce3d020106082a8648ce3d030107034200",
    "3039301306072a8648ce3d020106082a8648ce3d030107032200",
)

CALL = Call(Operation.VERIFY_SIGNING_CHALLENGE, Partner("", ""), cast(Request, None), (), 0.0)


@pytest.fixture(scope="module")
def sandbox() -> Sandbox:
    return Sandbox(Settings(partners=()))


def vectors(name: str) -> list[dict[str, Any]]:
    """The vectors of a file, each with the public key of its group; skips where the file is absent."""
    folder = Path(os.environ.get("WYCHEPROOF_DIR") or ROOT.parent / "shared" / "data" / "wycheproof")
    path = folder / name
    if not path.is_file():
        pytest.skip(f"{name} of Project Wycheproof is not there: set WYCHEPROOF_DIR to the folder that holds it.")
    content = json.loads(path.read_text())
    found = [
        test | {"key": group.get("publicKey", {}).get("uncompressed")}
        for group in content["testGroups"]
        for test in group["tests"]
    ]
    assert len(found) == content["numberOfTests"]
    return found


def public_key(sandbox: Sandbox, text: str) -> PublicKey | None:
    """What the sandbox makes of the hex text of a key, ``None`` where it refuses it."""
    try:
        return sandbox.public_key(CALL, text)
    except RefusedError:
        return None


def accepts(sandbox: Sandbox, vector: dict[str, Any]) -> bool:
    """Whether the sandbox takes the signature of a vector, on the way that a request takes."""
    public = public_key(sandbox, vector["key"])
    assert public is not None
    key = Key(id="", purpose="", type="", public=public)
    try:
        signature = sandbox.signature(CALL, {"signature": vector["sig"]})
    except RefusedError:
        return False
    message = bytes.fromhex(vector["msg"])
    return sandbox.is_in_range(CALL, signature) and sandbox.curve_verifies(CALL, key, signature, message)


def test_every_signature_is_judged_as_the_file_says(sandbox: Sandbox) -> None:
    found = vectors("ecdsa_secp256r1_sha256_test.json")
    assert len(found) == 484
    wrong = [v["tcId"] for v in found if accepts(sandbox, v) != (v["result"] == "valid")]
    assert wrong == []


def test_no_raw_signature_is_taken_for_der(sandbox: Sandbox) -> None:
    found = vectors("ecdsa_secp256r1_sha256_p1363_test.json")
    assert len(found) == 262
    assert [v["tcId"] for v in found if accepts(sandbox, v)] == []


def test_spki_is_no_key(sandbox: Sandbox) -> None:
    found = vectors("ecdh_secp256r1_test.json")
    assert len(found) == 612
    assert [v["tcId"] for v in found if public_key(sandbox, v["public"]) is not None] == []


def test_points_are_keys_when_they_lie_on_the_curve(sandbox: Sandbox) -> None:
    points = {v["tcId"]: (v, point) for v in vectors("ecdh_secp256r1_test.json") if (point := point_of(v["public"]))}
    taken = {number for number, (_, point) in points.items() if public_key(sandbox, point.hex())}
    assert taken == {number for number, (_, point) in points.items() if is_on_curve(point)}
    # The verdicts of the file hold where its frame is the ordinary one; "acceptable" speaks of the frame.
    named = {n: v for n, (v, _) in points.items() if v["public"].startswith(P256_SPKI)}
    good = {n for n, v in named.items() if v["result"] == "valid" or "CompressedPublic" in v["flags"]}
    bad = {n for n, v in named.items() if v["result"] == "invalid"}
    assert good <= taken
    assert not bad & taken
    assert len(points) > 500
    assert (len(good), len(bad)) == (331, 25)


def point_of(spki: str) -> bytes | None:
    """The point at the end of a SubjectPublicKeyInfo, ``None`` where its frame is not sound DER."""
    try:
        outer, rest = element(bytes.fromhex(spki), 0x30)
        _, after = element(outer, 0x30)
        bits, end = element(after, 0x03)
    except ValueError:
        return None
    return None if rest or end or bits[:1] != b"\0" else bits[1:]


def element(data: bytes, tag: int) -> tuple[bytes, bytes]:
    """The content of the element that begins the data, and what follows it."""
    if len(data) < 2 or data[0] != tag:
        raise ValueError("another tag, or none")
    length, begin = data[1], 2
    if length >= 0x80:
        begin += length & 0x7F
        length = int.from_bytes(data[2:begin], "big")
    if begin + length > len(data):
        raise ValueError("cut short")
    return data[begin : begin + length], data[begin + length :]


def is_on_curve(point: bytes) -> bool:
    """The equation of the curve in plain integers: y^2 = x^3 - 3x + b."""
    x, y = int.from_bytes(point[1:33], "big"), int.from_bytes(point[33:], "big")
    square = (x**3 - 3 * x + B) % FIELD
    if len(point) == 65 and point[0] == 4:
        return x < FIELD and y < FIELD and y * y % FIELD == square
    # A compressed point stands for one wherever the right-hand side has a root.
    is_root = square == 0 or pow(square, (FIELD - 1) // 2, FIELD) == 1
    return len(point) == 33 and point[0] in (2, 3) and x < FIELD and is_root
