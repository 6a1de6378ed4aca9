"""Every reason for which a request is refused, with its preferred answer: one row each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum, auto


class Reason(StrEnum):
    """Why a request is refused."""

    # Access (contract 1.4, 1.5, 8).
    TOKEN_MISSING = auto()
    TOKEN_INVALID = auto()
    PARTNER_NOT_PERMITTED = auto()
    CLIENT_UNKNOWN = auto()
    GRANT_UNSUPPORTED = auto()
    SCOPE_UNSUPPORTED = auto()
    FORM_INVALID = auto()
    # Routing and transport (contract 1.7, 1.8, 1.10).
    PATH_UNKNOWN = auto()
    METHOD_NOT_ALLOWED = auto()
    BODY_TOO_LARGE = auto()
    INTERNAL_ERROR = auto()
    # Content (contract 1.8).
    JSON_INVALID = auto()
    CONTENT_TYPE_INVALID = auto()
    NOT_AN_OBJECT = auto()
    FIELD_MISSING = auto()
    FIELD_EMPTY = auto()
    FIELD_TYPE = auto()
    FIELD_LENGTH = auto()
    FIELD_VALUE = auto()
    QUERY_VALUE = auto()
    # Things that are not there (contract 1.6, 1.7).
    PERSON_UNKNOWN = auto()
    DEVICE_UNKNOWN = auto()
    KEY_UNKNOWN = auto()
    CHALLENGE_UNKNOWN = auto()
    CHALLENGE_EXPIRED = auto()
    CHALLENGE_DEAD = auto()
    CHALLENGE_REPEATED = auto()
    EVENT_UNKNOWN = auto()
    CHANGE_REQUEST_UNKNOWN = auto()
    CHANGE_REQUEST_OVER = auto()
    NUMBER_UNKNOWN = auto()
    # Signatures, codes and keys (contract 2, 3).
    PUBLIC_KEY_INVALID = auto()
    SIGNATURE_MALFORMED = auto()
    SIGNATURE_WRONG = auto()
    CODE_MALFORMED = auto()
    CODE_WRONG = auto()
    # Acts that the state forbids (contract 3 to 8).
    NUMBER_NOT_VERIFIED = auto()
    NUMBER_EXISTS = auto()
    NO_LIVE_CODE = auto()
    LIVE_CODE_EXISTS = auto()
    ORIGIN_RESERVED = auto()
    DEVICE_LIMIT = auto()
    KEY_REGISTERED = auto()
    BINDING_REPEATED = auto()
    PURPOSE_PRESENT = auto()
    PURPOSE_WITHOUT_KEY = auto()
    DEVICE_NOT_USABLE = auto()
    NOT_ENTITLED = auto()
    NOT_AUTHORIZED_YET = auto()


@dataclass(frozen=True, slots=True)
class Refusal:
    """The answer to a refused request. Its texts never quote the request: a secret may stand in it."""

    status: int
    code: str
    title: str
    detail: str
    error_code: str


class RefusedError(Exception):
    """A request is refused, and nothing was changed that the refusal does not name."""

    def __init__(self, refusal: Refusal, field: str | None = None, allow: str | None = None) -> None:
        super().__init__(refusal.code)
        self.refusal = refusal
        self.field = field
        self.allow = allow


_ACRONYMS = frozenset({"json", "tan"})


def _row(status: int, code: str, detail: str, error_code: str | None = None) -> Refusal:
    return Refusal(status, code, _title(code), detail, error_code or code)


def _title(code: str) -> str:
    words = (word.upper() if word in _ACRONYMS else word.capitalize() for word in code.split("_"))
    return " ".join(words)


def _unknown(what: str) -> Refusal:
    return _row(404, "model_not_found", f"Couldn't find the {what}.", "not_found")


REFUSALS: dict[Reason, Refusal] = {
    Reason.TOKEN_MISSING: _row(401, "token_required", "No Authorization header with a Bearer token was provided."),
    Reason.TOKEN_INVALID: _row(401, "invalid_token", "The access token is malformed, unknown or expired."),
    Reason.PARTNER_NOT_PERMITTED: _row(
        403, "unauthorized_partner", "The partner has no permission for device management.", "forbidden"
    ),
    Reason.CLIENT_UNKNOWN: _row(401, "invalid_client", "The client credentials are wrong or absent."),
    Reason.GRANT_UNSUPPORTED: _row(400, "unsupported_grant_type", "The only grant type is client_credentials."),
    Reason.SCOPE_UNSUPPORTED: _row(400, "invalid_scope", "The only scope is partners."),
    Reason.FORM_INVALID: _row(400, "invalid_request", "The body has to be a urlencoded form."),
    Reason.PATH_UNKNOWN: _row(404, "not_found", "There is nothing at this path."),
    Reason.METHOD_NOT_ALLOWED: _row(405, "method_not_allowed", "This path does not support the method."),
    Reason.BODY_TOO_LARGE: _row(413, "content_too_large", "The body is longer than 1 MiB."),
    Reason.INTERNAL_ERROR: _row(500, "generic_error", "There was an error."),
    Reason.JSON_INVALID: _row(400, "invalid_json", "The provided JSON was not properly formatted."),
    Reason.CONTENT_TYPE_INVALID: _row(400, "invalid_json", "The content type has to be application/json."),
    Reason.NOT_AN_OBJECT: _row(400, "invalid_json", "The body has to be a JSON object."),
    Reason.FIELD_MISSING: _row(400, "validation_error", "A required field is missing or empty."),
    Reason.FIELD_EMPTY: _row(400, "validation_error", "A required field is missing or empty."),
    Reason.FIELD_TYPE: _row(400, "type_error", "A field has the wrong type."),
    Reason.FIELD_LENGTH: _row(400, "validation_error", "length out of bounds (min: 1, max: 2048)"),
    Reason.FIELD_VALUE: _row(400, "validation_error", "The value of a field is not one of those it may have."),
    Reason.QUERY_VALUE: _row(400, "validation_error", "A query parameter has a value that it may not have."),
    Reason.PERSON_UNKNOWN: _unknown("person"),
    Reason.DEVICE_UNKNOWN: _unknown("device"),
    Reason.KEY_UNKNOWN: _unknown("key"),
    Reason.CHALLENGE_UNKNOWN: _unknown("challenge"),
    Reason.CHALLENGE_EXPIRED: _row(404, "model_not_found", "The challenge has expired.", "not_found"),
    Reason.CHALLENGE_DEAD: _row(404, "model_not_found", "The challenge takes no more tries.", "not_found"),
    Reason.CHALLENGE_REPEATED: _row(404, "model_not_found", "The challenge is completed.", "not_found"),
    Reason.EVENT_UNKNOWN: _unknown("delivery event"),
    Reason.CHANGE_REQUEST_UNKNOWN: _unknown("change request"),
    Reason.CHANGE_REQUEST_OVER: _row(
        404, "model_not_found", "The change request is finished or has expired.", "not_found"
    ),
    Reason.NUMBER_UNKNOWN: _unknown("mobile number"),
    Reason.PUBLIC_KEY_INVALID: _row(400, "validation_error", "The key is not a point of P-256 in hex."),
    Reason.SIGNATURE_MALFORMED: _row(400, "validation_error", "The signature is not DER in hex."),
    Reason.SIGNATURE_WRONG: _row(403, "invalid_tan", "The device signature was incorrect."),
    Reason.CODE_MALFORMED: _row(400, "validation_error", "The code has to have six digits."),
    Reason.CODE_WRONG: _row(403, "invalid_tan", "The SMS OTP was incorrect."),
    Reason.NUMBER_NOT_VERIFIED: _row(
        400, "validation_error", "The person has no verified mobile number.", "telephone_number_not_found"
    ),
    Reason.NUMBER_EXISTS: _row(409, "record_not_unique", "The person has a mobile number already."),
    Reason.NO_LIVE_CODE: _row(409, "conflict", "The person has no live activation code."),
    Reason.LIVE_CODE_EXISTS: _row(409, "conflict", "The person has a live activation code already."),
    Reason.ORIGIN_RESERVED: _row(400, "validation_error", "This origin is reserved."),
    Reason.DEVICE_LIMIT: _row(409, "conflict", "The person has five bound devices."),
    Reason.KEY_REGISTERED: _row(409, "record_not_unique", "The key is registered for the person already."),
    Reason.BINDING_REPEATED: _row(409, "conflict", "The challenge is completed."),
    Reason.PURPOSE_PRESENT: _row(409, "record_not_unique", "The device has a key of this purpose already."),
    Reason.PURPOSE_WITHOUT_KEY: _row(400, "validation_error", "The device has no key of this purpose."),
    Reason.DEVICE_NOT_USABLE: _row(400, "validation_error", "device-id invalid"),
    Reason.NOT_ENTITLED: _row(
        403, "unauthorized_action", "This person or device cannot authorize the change request.", "forbidden"
    ),
    Reason.NOT_AUTHORIZED_YET: _row(409, "conflict", "The change request awaits its authorization."),
}
