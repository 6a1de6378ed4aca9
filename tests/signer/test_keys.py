"""Key pairs: what they sign, what they keep to themselves, and how they live in a file."""

import dataclasses
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
)

from signer import KeyFileError, KeyPair


@pytest.fixture
def keys() -> KeyPair:
    return KeyPair.generate()


def private_digits(keys: KeyPair) -> str:
    return f"{keys.private_key.private_numbers().private_value:064x}"


@pytest.mark.parametrize("text", ["212212", "", "Überweisung 12,00 €"])
def test_a_signature_is_over_the_utf_8_of_the_text(keys: KeyPair, text: str) -> None:
    signature = keys.sign(text)
    keys.private_key.public_key().verify(signature.der, text.encode(), ec.ECDSA(SHA256()))


def test_bytes_are_signed_as_they_are(keys: KeyPair) -> None:
    signature = keys.sign(keys.public_point)
    keys.private_key.public_key().verify(signature.der, keys.public_point, ec.ECDSA(SHA256()))


def test_no_two_signatures_are_the_same(keys: KeyPair) -> None:
    assert keys.sign("212212") != keys.sign("212212")


def test_the_public_key_is_the_uncompressed_point_in_lower_case(keys: KeyPair) -> None:
    numbers = keys.private_key.public_key().public_numbers()
    assert keys.public_hex == f"04{numbers.x:064x}{numbers.y:064x}"
    assert keys.public_point == bytes.fromhex(keys.public_hex)


def test_the_representation_shows_the_public_key_only(keys: KeyPair) -> None:
    assert repr(keys) == f"KeyPair({keys.public_hex})"
    assert private_digits(keys) not in repr(keys)


def test_a_key_pair_does_not_change(keys: KeyPair) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        keys.public_point = b""  # type: ignore[misc]


def test_equal_key_pairs_have_the_same_point(keys: KeyPair, tmp_path: Path) -> None:
    keys.save(tmp_path / "device.pem")
    again = KeyPair.load(tmp_path / "device.pem")
    assert again == keys
    assert hash(again) == hash(keys)
    assert again != KeyPair.generate()


def test_a_key_pair_comes_back_from_its_file(keys: KeyPair, tmp_path: Path) -> None:
    keys.save(tmp_path / "device.pem")
    signature = KeyPair.load(str(tmp_path / "device.pem")).sign("212212")
    keys.private_key.public_key().verify(signature.der, b"212212", ec.ECDSA(SHA256()))


def test_a_key_file_is_for_its_owner_only(keys: KeyPair, tmp_path: Path) -> None:
    keys.save(tmp_path / "device.pem")
    assert stat.S_IMODE((tmp_path / "device.pem").stat().st_mode) == 0o600
    assert (tmp_path / "device.pem").read_text().startswith("-----BEGIN PRIVATE KEY-----\n")


def test_a_key_file_is_never_overwritten(keys: KeyPair, tmp_path: Path) -> None:
    path = tmp_path / "device.pem"
    keys.save(path)
    before = path.read_bytes()
    with pytest.raises(KeyFileError, match=r"device\.pem: exists already"):
        KeyPair.generate().save(path)
    assert path.read_bytes() == before


def test_saving_leaves_nothing_else_behind(keys: KeyPair, tmp_path: Path) -> None:
    keys.save(tmp_path / "device.pem")
    with pytest.raises(KeyFileError):
        keys.save(tmp_path / "device.pem")
    assert [path.name for path in tmp_path.iterdir()] == ["device.pem"]


def test_a_missing_folder_is_named(keys: KeyPair, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"missing/device\.pem: cannot be written .*check that its folder"):
        keys.save(tmp_path / "missing" / "device.pem")


@pytest.mark.parametrize("name", ["missing.pem", "."])
def test_what_cannot_be_read_is_named(name: str, tmp_path: Path) -> None:
    with pytest.raises(KeyFileError, match=r"cannot be read .*check the path"):
        KeyPair.load(tmp_path / name)


RSA = rsa.generate_private_key(65537, 2048)
P384 = ec.generate_private_key(ec.SECP384R1())
P256 = ec.generate_private_key(ec.SECP256R1())


def pkcs8(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


BAD_FILES = {
    "empty": (b"", "not a PEM private key"),
    "text": (b"hunter2 is no key", "not a PEM private key"),
    "damaged": (pkcs8(P256)[:-60], "not a PEM private key"),
    "der": (P256.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()), "not a PEM private key"),
    "rsa": (pkcs8(RSA), "not a key on P-256"),
    "p-384": (pkcs8(P384), "not a key on P-256"),
    "encrypted": (
        P256.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(b"passphrase")),
        "the key is encrypted",
    ),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_key_file_is_one_sentence_without_its_content(name: str, tmp_path: Path) -> None:
    content, wrong = BAD_FILES[name]
    path = tmp_path / "device.pem"
    path.write_bytes(content)
    with pytest.raises(KeyFileError, match=wrong) as caught:
        KeyPair.load(path)
    sentence = str(caught.value)
    assert sentence.startswith(f"{path}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "hunter2" not in sentence
    assert caught.value.__context__ is None or caught.value.__suppress_context__
