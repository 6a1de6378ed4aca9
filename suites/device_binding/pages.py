"""The list of devices, page by page (contract 3, GET /v1/mfa/devices)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC
from typing import Any
from urllib.parse import urljoin, urlsplit

from contract.everywhere import instant
from contract.exchange import Exchange, NotJson
from contract.judge import document
from contract.schemas import defect
from target.partner import Partner
from target.provisioning import Person

Row = dict[str, Any]

LARGEST = 1000
"""The largest page[size] (contract 3)."""

MOST_PAGES = 200
"""A reading of the whole list ends here: a target that passes over page[number] would never end it."""


def page(partner: Partner, person: Person | None = None, **filters: object) -> Exchange:
    """One page of the list. filters: `size`, `number`, `include_deleted`; an absent one is not sent."""
    names = {"size": "page[size]", "number": "page[number]", "include_deleted": "filter[include_deleted]"}
    params = {names[name]: value for name, value in filters.items()}
    if person is not None:
        params["filter[person_id]"] = person.id
    return partner.call("list-devices", params=params)


def rows(partner: Partner, person: Person | None = None, **filters: object) -> list[Row]:
    """The devices of one page. Raises PrerequisiteFailed."""
    found: list[Row] = document(page(partner, person, **filters))
    return found


def device_ids(listed: Sequence[Row]) -> list[str]:
    return [row["id"] for row in listed]


def whole_list(partner: Partner) -> list[str]:
    """The ids on all pages of the list without a filter, up to the first page with nothing new on it."""
    found: dict[str, None] = {}
    for number in range(1, MOST_PAGES + 1):
        ids = device_ids(rows(partner, size=LARGEST, number=number))
        if found.keys() >= set(ids):
            break
        found.update(dict.fromkeys(ids))
    return list(found)


def documented(row: Row) -> Row:
    """The documented fields of a device, so that the same device compares equal: absent is null, times are instants."""
    times = {name: _second(row[name]) for name in ("created_at", "deleted_at") if row.get(name)}
    return {name: row.get(name) for name in ("id", "person_id", "name")} | times


def _second(timestamp: str) -> str:
    """The second of a time stamp, in UTC; its own text where it is none, which `general.timestamps` judges."""
    try:
        return instant(timestamp).astimezone(UTC).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return timestamp


def linked(exchange: Exchange) -> dict[str, str]:
    """The targets of the Link header by their relation (RFC 8288)."""
    header = exchange.answer.headers.get("link", "")
    links = re.findall(r"<([^>]*)>((?:\s*;\s*[^;,=]+=(?:\"[^\"]*\"|[^;,\s]+))*)", header)
    found = {}
    for url, parameters in links:
        relation = re.search(r";\s*rel\s*=\s*\"?([^\";,]+)", parameters, re.IGNORECASE)
        if relation:
            found.update(dict.fromkeys(relation[1].lower().split(), url))
    return found


def counted(exchange: Exchange) -> dict[str, str]:
    """The headers total and per-page (or per_page) of a page, as far as they are there."""
    names = {"total": "total", "per-page": "per-page", "per_page": "per-page"}
    given = exchange.answer.headers
    return {names[name]: given[name].strip() for name in names if name in given}


def is_cut(exchange: Exchange) -> bool:
    """Whether the header per-page, where it is given, is at most the largest page size (contract 3)."""
    size = counted(exchange).get("per-page")
    return size is None or (size.isdecimal() and len(size) <= len(str(LARGEST)) and int(size) <= LARGEST)


def follow(partner: Partner, url: str, api_url: str, asked: str, schema: str = "devices") -> list[str] | None:
    """The ids on the page that a link leads to, None where that is no list of the schema.

    A target behind a proxy may not know its own host, so only path and query count. asked: the URL of the page that
    has the link, to which a link may be relative.
    """
    try:
        parts = urlsplit(urljoin(asked, url))
    except ValueError:
        return None
    path = parts.path.removeprefix(urlsplit(api_url).path)
    exchange = partner.request("GET", f"{path}?{parts.query}")
    try:
        listed = exchange.answer.json()
    except NotJson:
        return None
    return None if defect(schema, listed) else device_ids(listed)
