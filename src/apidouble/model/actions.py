"""What a word at the end of a path does to a record: `cancel`, `archive`, `enable`.

In: the word, the record's schema. Out: the fields that it sets. May not know: operations, stores.
"""

from __future__ import annotations

from typing import Any

from apidouble.model.names import squeezed, words
from apidouble.model.schemas import Schemas, Shape

_OPPOSITE = {
    "disable": "enable",
    "deactivate": "activate",
    "unlock": "lock",
    "unpublish": "publish",
    "unarchive": "archive",
    "unsubscribe": "subscribe",
    "unblock": "block",
    "unpin": "pin",
    "unstar": "star",
    "unfollow": "follow",
    "unmute": "mute",
    "unlike": "like",
    "hide": "show",
    "reopen": "close",
    "restore": "archive",
    "unban": "ban",
    "unverify": "verify",
    "unread": "read",
    "unfreeze": "freeze",
    "unsuspend": "suspend",
    "undelete": "delete",
    "resume": "pause",
    "unassign": "assign",
    "unapprove": "approve",
    "disconnect": "connect",
    "mute": "unmute",
}
_DONE = {
    "pay": ("paid",),
    "send": ("sent",),
    "read": ("read",),
    "begin": ("begun", "started"),
    "hide": ("hidden",),
    "freeze": ("frozen",),
    "withdraw": ("withdrawn",),
    "start": ("started", "running", "inprogress", "active"),
    "stop": ("stopped", "inactive"),
    "resume": ("resumed", "running", "active"),
    "reopen": ("reopened", "open"),
    "open": ("opened", "open"),
    "activate": ("activated", "active"),
    "deactivate": ("deactivated", "inactive"),
    "enable": ("enabled", "active", "on"),
    "disable": ("disabled", "inactive", "off"),
    "void": ("voided", "void"),
    "restore": ("restored", "active"),
    "unarchive": ("unarchived", "active"),
    "submit": ("submitted", "pending"),
    "suspend": ("suspended",),
    "reactivate": ("active",),
    "unpause": ("active", "running"),
    "finish": ("finished",),
    "capture": ("captured", "succeeded"),
    "fulfill": ("fulfilled",),
    "fulfil": ("fulfilled",),
    "accept": ("accepted",),
    "cancel": ("canceled", "cancelled"),
    "finalize": ("finalized", "open"),
    "retry": ("pending", "queued"),
    "complete": ("completed", "complete", "done"),
    "checkin": ("checkedin",),
    "checkout": ("checkedout",),
    "ship": ("shipped",),
    "deliver": ("delivered",),
    "expire": ("expired",),
    "shut": ("shut",),
    "win": ("won",),
    "lose": ("lost",),
    "undo": ("undone",),
    "buy": ("bought",),
}
_STATES = ("status", "state", "phase", "stage", "lifecycle", "lifecyclestate", "orderstatus", "accountstatus")
_VOWELS = set("aeiou")


def participles(verb: str) -> tuple[str, ...]:
    """What something is once that has been done to it: `cancel` -> `canceled`, `cancelled`."""
    known = _DONE.get(verb, ())
    if verb.endswith("e"):
        made: tuple[str, ...] = (verb + "d",)
    elif verb.endswith("y") and verb[-2:-1] not in _VOWELS:
        made = (verb[:-1] + "ied",)
    else:
        made = (verb + "ed", verb + verb[-1] + "ed")
    return tuple(dict.fromkeys((*known, *made)))


def sets(action: str, schemas: Schemas, record: Shape, *, undone: bool = False) -> dict[str, Any]:
    """Property -> value that the action gives it (or takes back, by DELETE); empty where the record
    has no word for it.
    """
    parts = words(action)
    if not parts or not record.properties:
        return {}
    verb = parts[0]
    by_name = {squeezed(name): name for name in record.properties}
    flags = _flag(verb, by_name, schemas, record)
    if undone:
        return {name: not value for name, value in flags.items()}
    return {**flags, **_state(verb, by_name, schemas, record)}


def _flag(verb: str, by_name: dict[str, str], schemas: Schemas, record: Shape) -> dict[str, Any]:
    opposite = _OPPOSITE.get(verb)
    for word, value in ((verb, True), *(((opposite, False),) if opposite else ())):
        for done in participles(word):
            for spelled in (done, "is" + done):
                name = by_name.get(spelled)
                if name is not None and schemas.property(record, name).types == {"boolean"}:
                    return {name: value}
    return {}


def _state(verb: str, by_name: dict[str, str], schemas: Schemas, record: Shape) -> dict[str, Any]:
    for flat in _STATES:
        name = by_name.get(flat)
        if name is None:
            continue
        values = {squeezed(str(value)): value for value in schemas.property(record, name).values}
        for done in (*participles(verb), verb):
            if done in values:
                return {name: values[done]}
    return {}
