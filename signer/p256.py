"""The numbers of the curve P-256 (secp256r1), as FIPS 186-5 and SEC 2 give them."""

P = 2**256 - 2**224 + 2**192 + 2**96 - 1
"""The prime of the field: coordinates lie in [0, P-1]."""

N = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""The order of the group: private keys and both halves of a signature lie in [1, N-1]."""

B = 0x5AC635D8AA3A93E7B3EBBD55769886BC651D06B0CC53B0F63BCE3C3E27D2604B
"""The constant of the curve's equation y^2 = x^3 - 3x + B."""

GENERATOR_X = 0x6B17D1F2E12C4247F8BCE6E563A440F277037D812DEB33A0F4A13945D898C296
"""The x-coordinate of the base point: the r of a signature whose nonce is 1."""

COORDINATE_BYTES = 32


def right_side(x: int) -> int:
    """x^3 - 3x + B modulo P, to which the y^2 of a point on the curve is equal."""
    return (pow(x, 3, P) - 3 * x + B) % P


def square_root(square: int) -> int | None:
    """The even square root of ``square`` modulo P, or None where it has none."""
    root = pow(square, (P + 1) // 4, P)  # P = 3 (mod 4)
    if root * root % P != square % P:
        return None
    return root if root % 2 == 0 else P - root
