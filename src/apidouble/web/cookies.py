"""Cookies of a request. In: the Cookie header. Out: one value. May not know: anything else."""

from __future__ import annotations


def cookie_value(header: str, name: str) -> str | None:
    """The value of a cookie (RFC 6265, section 4.2.1), quotes removed, or None."""
    for pair in header.split(";"):
        key, found, value = pair.strip().partition("=")
        if found and key == name:
            return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
    return None
