"""Nasty input: what a parser, a database or a template may choke on. No answer is right, but a 5xx is wrong."""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

HUGE = 100_000

TEXTS: Mapping[str, str] = MappingProxyType(
    {
        "a lone surrogate": "\ud800",
        "a lone surrogate inside": "a\udfffb",
        "a NUL": "a\0b",
        "control characters": "\x01\x1b\x7f\x85\u2028",
        "100,000 characters": "a" * HUGE,
        "an emoji": "\N{GRINNING FACE}" * 50,
        "right to left": "\u202eabc\u202c",
        "markup": "<script>alert(1)</script>",
        "a template": "{{7*7}}${7*7}%s%n{0.__class__}",
        "a condition": "' OR '1'='1'; --",
        "other digits": "\u0663\u0660" * 65,
        "not normalized": "e\u0301\ufb01\u212b",
    }
)

ECHOED = MappingProxyType({what: TEXTS[what] for what in ("a lone surrogate", "a NUL")})
"""Texts on which an error that quotes them may fail."""

SIGNATURES: Mapping[str, str] = MappingProxyType(
    {
        **TEXTS,
        "an odd number of digits": "303",
        "a sequence without end": "3080",
        "a sequence cut short": "304402",
        "an integer cut short": "3006020401",
        "a length of 4 GiB": "3084ffffffff",
        "a length of 127 bytes of length": "30ff" + "ff" * 127,
        "nothing but sequences": "30" * 1000,
        "empty integers": "300402000200",
        "spaces": " " * 140,
        "a sign": "-3006020101020101",
        "0x": "0x3006020101020101",
    }
)

KEYS: Mapping[str, str] = MappingProxyType(
    {
        **TEXTS,
        "an odd number of digits": "0" * 129,
        "zeros": "04" + "0" * 128,
        "ones": "04" + "f" * 128,
        "the point at infinity": "00",
        "a key in hex of hex": "30" * 130,
    }
)

QUERIES = (
    "page[size]=" + "9" * 400,
    "page[size]=1e400&page[number]=NaN",
    "page[size]=-9223372036854775809&page[number]=9223372036854775808",
    "page[number]=1000000000000000000",
    "page[size]=1000&page[number]=9223372036854775807",
    "page[size]=1.5&page[number]=%2B1",
    "page[size]=%D9%A3&page[number]=%C2%B2",
    "page[size]=1&page[size]=2&page[size]=x",
    "page[size]=&page[number]=",
    "page[size][x]=1&page[]=2&page=3&page[size",
    "filter[person_id]=%00",
    "filter[person_id]=%FF%FE",
    "filter[person_id]=%ED%A0%80",
    "filter[person_id]=" + "a" * 4000,
    "filter[person_id]=a&filter[person_id]=b",
    "filter[person_id][]=a&filter[person_id][$ne]=b&filter=c",
    "filter[person_id]=' OR '1'='1",
    "filter[person_id]=",
    "filter[include_deleted]=maybe",
    "filter[include_deleted]=",
    "filter[include_expired]=maybe",
    "filter[origin]=%00&filter[purpose]=%FF&filter[delivery_method]=' OR '1'='1",
    "filter[]=&filter[unknown]=1&filter[__proto__][x]=1",
    "&&==&%&=%zz&a%",
    "+;,/?:@",
)

# No path that a server may redirect to a tidier one: a redirection is no JSON.
PATHS = (
    "/v1/mfa/devices/%FF",
    "/v1/mfa/devices/%ED%A0%80/keys",
    "/v1/mfa/devices/%zz",
    "/v1/mfa/devices/%",
    "/v1/mfa/devices/a%00b/keys/%00",
    "/v1/mfa/devices/" + "9" * 400,
    "/v1/mfa/devices/" + "%F0%9F%98%80" * 200,
    "/v1/mfa/devices;a=b",
    "/v1/mfa/challenges/signatures/%C0%AF",
    "/V1/MFA/DEVICES",
)

HEADERS: tuple[Mapping[str, str], ...] = (
    {"Accept": "text/html"},
    {"Accept": ";;;q=x,,*/"},
    {"Accept-Encoding": "nonsense;q=2"},
    {"Accept-Language": "x" * 1000},
    {"Content-Type": "application/json; charset=nonsense"},
    {"Content-Encoding": "gzip"},
    {"Content-Type": "multipart/form-data"},
    {"Cookie": "=;;a=%00;" * 20},
    {"Range": "bytes=9-1"},
    {"If-Match": '"x'},
    {"If-Modified-Since": "yesterday"},
    {"X-Forwarded-For": "nonsense"},
    {"X-HTTP-Method-Override": "NONSENSE"},
    {"Authorization": "Basic %%%"},
    {"Authorization": "Bearer " + "a" * 3000},
)

CLOCK_OFFSETS = ("1e400", "nan", "-inf", "-99999999999999999999", "99999999999999999999", "tomorrow", "0x10", "")
"""Values of the clock hook's header, for requests that write no time stamps."""


def bodies(good: Mapping[str, Any]) -> dict[str, bytes]:
    """Nasty bodies, most of them made of a good one."""
    whole = json.dumps(dict(good)).encode()
    first = next(iter(good))
    inside = whole[:-1]
    numbers = {
        "huge": b"9" * 500,
        "out of range": b"1e400",
        "NaN": b"NaN",
        "Infinity": b"-Infinity",
        "minus zero": b"-0",
    }
    return {
        "deep arrays": b"[" * HUGE,
        "deep objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
        "a deep unknown field": inside + b',"unknown":' + b"[" * 5_000 + b"]" * 5_000 + b"}",
        "a huge unknown number": inside + b',"unknown":' + b"9" * 5_000 + b"}",
        "a long unknown field": inside + b',"unknown":"' + b"a" * HUGE + b'"}',
        "many unknown fields": inside + b"".join(b',"u%d":1' % number for number in range(5_000)) + b"}",
        "a field twice": inside + b',"' + first.encode() + b'":5}',
        "names of prototypes": inside + b',"__proto__":{"a":1},"constructor":null,"__class__":1}',
        "a lone surrogate as a name": inside + b',"\\ud800":1}',
        "invalid UTF-8": inside + b',"unknown":"\xff\xfe\xed\xa0\x80"}',
        "a NUL": inside + b',"unknown":"\\u0000"}\x00',
        "a byte order mark": b"\xef\xbb\xbf" + whole,
        "UTF-16": whole.decode().encode("utf-16"),
        "only NULs": b"\0" * 100,
        "gzip without a header": b"\x1f\x8b\x08\x00\x00",
        **{f"{what} as {first}": b'{"' + first.encode() + b'":' + number + b"}" for what, number in numbers.items()},
    }
