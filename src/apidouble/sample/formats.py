"""Text of each `format` of JSON Schema, of OpenAPI's registry, and of what documents write there.

In: a format, a property's name, a `Scene`. Out: text that fits it by the strictest reading (RFC
3339, 3986, 5321, 5891 ...), so that every validator agrees. May not know: schemas.
"""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from apidouble.sample import names
from apidouble.sample.moments import written
from apidouble.sample.scene import Scene, slug

FormatMaker = Callable[[Scene, str], str]

_CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_UUID = re.compile(r"^[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}$")
_HEX = re.compile(r"^(?=.*[a-fA-F])(?=.*\d)(?:[0-9a-f]{8,64}|[0-9A-F]{8,64})$")
_BASE62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def ulid(random: Random, milliseconds: int) -> str:
    """A ULID: 48 bits of time, 80 of randomness, in Crockford's base 32."""
    number = (milliseconds & (2**48 - 1)) << 80 | random.getrandbits(80)
    return "".join(_CROCKFORD[number >> shift & 31] for shift in range(125, -1, -5))


def base62(random: Random, length: int) -> str:
    """Letters and digits."""
    return "".join(random.choice(_BASE62) for _ in range(length))


def _uuid(scene: Scene, _: str) -> str:
    return str(uuid.UUID(int=scene.random.getrandbits(128), version=4))


def moment_text(scene: Scene, name: str, form: str) -> str:
    """The point in time that a name stands for; `form` as `moments.written` takes it."""
    role = names.time_role(name)
    of_day = "d" not in form
    return written(scene.closing if of_day and role == "end" else scene.time(role), form)


def _moment(form: str) -> FormatMaker:
    return lambda scene, name: moment_text(scene, name, form)


def _duration(scene: Scene, _: str) -> str:
    return scene.random.choice(("PT15M", "PT30M", "PT1H", "PT2H", "P1D", "P7D", "P1M"))


def _uri(scene: Scene, name: str) -> str:
    maker = names.text_maker(name, "")
    made = str(maker(scene)) if maker else ""
    if made.startswith("https://") and made.isascii():
        return made
    return f"https://www.{scene.domain}/{slug(' '.join(scene.words(2))) or 'page'}"


def _relative_uri(scene: Scene, _: str) -> str:
    return f"/{slug(' '.join(scene.words(2))) or 'page'}"


def _email(scene: Scene, _: str) -> str:
    return scene.email


def _host(scene: Scene, _: str) -> str:
    return f"{slug(scene.words(1)[0]) or 'www'}.{scene.domain}"


def _ipv4(scene: Scene, _: str) -> str:
    return f"203.0.113.{scene.random.randint(1, 254)}"


def _ipv6(scene: Scene, _: str) -> str:
    # Documentation range (RFC 3849).
    return f"2001:db8::{scene.random.randint(1, 0xFFFF):x}"


def _words(scene: Scene, _: str) -> str:
    return scene.sentence(6)


def _bytes(scene: Scene, _: str) -> str:
    return base64.b64encode(scene.sentence(4).encode()).decode()


def _url_bytes(scene: Scene, _: str) -> str:
    return base64.urlsafe_b64encode(scene.sentence(4).encode()).decode().rstrip("=")


def _hex(length: int) -> FormatMaker:
    return lambda scene, _: f"{scene.random.getrandbits(length * 4):0{length}x}"


def _named(name: str) -> FormatMaker:
    maker = names.text_maker(name, "")
    return lambda scene, _: str(maker(scene)) if maker else ""


def _digits(low: int, high: int) -> FormatMaker:
    return lambda scene, _: str(scene.random.randint(low, high))


FORMATS: Mapping[str, FormatMaker] = {
    "date-time": _moment("date-time"),
    "datetime": _moment("date-time"),
    "iso-date-time": _moment("date-time"),
    "date-time-local": _moment("%Y-%m-%dT%H:%M:%S"),
    "date": _moment("date"),
    "full-date": _moment("date"),
    "time": _moment("time"),
    "partial-time": _moment("%H:%M:%S"),
    "time-local": _moment("%H:%M:%S"),
    "http-date": _moment("%a, %d %b %Y %H:%M:%S GMT"),
    "date-time-rfc-2822": _moment("%a, %d %b %Y %H:%M:%S +0000"),
    "year": _moment("%Y"),
    "duration": _duration,
    "email": _email,
    "idn-email": _email,
    "hostname": _host,
    "idn-hostname": _host,
    "domain": _host,
    "ipv4": _ipv4,
    "ip": _ipv4,
    "ipv6": _ipv6,
    "cidr": lambda scene, _: "203.0.113.0/24",
    "mac": _named("mac"),
    "uri": _uri,
    "url": _uri,
    "iri": _uri,
    "uri-reference": _relative_uri,
    "iri-reference": _relative_uri,
    "uri-template": lambda scene, _: f"https://{scene.domain}/items/{{id}}",
    "uuid": _uuid,
    "guid": _uuid,
    "objectid": _hex(24),
    "ulid": lambda scene, name: ulid(scene.random, int(scene.time("created").timestamp() * 1000)),
    "json-pointer": lambda scene, _: f"/{slug(scene.words(1)[0]) or 'a'}",
    "relative-json-pointer": lambda scene, _: "0",
    "regex": lambda scene, _: "^[a-z]+$",
    "byte": _bytes,
    "base64": _bytes,
    "base64url": _url_bytes,
    "binary": _words,
    "password": _named("password"),
    "html": lambda scene, _: f"<p>{scene.sentence(6)}</p>",
    "commonmark": _words,
    "markdown": _words,
    "phone": _named("phone"),
    "phone-number": _named("phone"),
    "e164": lambda scene, _: f"+3161{scene.random.randint(1000000, 9999999)}",
    "iban": _named("iban"),
    "bic": _named("bic"),
    "currency": _named("currency"),
    "iso-4217": _named("currency"),
    "country": _named("countrycode"),
    "iso-country-code": _named("countrycode"),
    "iso-3166-1-alpha-2": _named("countrycode"),
    "bcp47": _named("locale"),
    "locale": _named("locale"),
    "language": _named("language"),
    "timezone": _named("timezone"),
    "color": lambda scene, _: f"#{scene.random.getrandbits(24):06x}",
    "semver": _named("version"),
    "decimal": lambda scene, _: f"{scene.random.uniform(1, 500):.2f}",
    "char": lambda scene, _: scene.random.choice("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    "int32": _digits(1, 9999),
    "int64": _digits(1, 9999),
    "uint64": _digits(1, 9999),
    "integer": _digits(1, 9999),
    "double": lambda scene, _: f"{scene.random.uniform(1, 500):.2f}",
    "float": lambda scene, _: f"{scene.random.uniform(1, 500):.2f}",
    "number": lambda scene, _: f"{scene.random.uniform(1, 500):.2f}",
    "unix-time": lambda scene, name: str(int(scene.time(names.time_role(name)).timestamp())),
    "media-range": lambda scene, _: "application/json",
    "slug": _named("slug"),
}
"""Format -> how its text is made."""

_SQUASHED: Mapping[str, FormatMaker] = {form.replace("-", ""): maker for form, maker in FORMATS.items()}


def format_maker(form: str) -> FormatMaker | None:
    """How text of a format is made, however it is spelled (`dateTime`, `date_time`); None if unknown."""
    return FORMATS.get(form) or _SQUASHED.get(re.sub(r"[^a-z0-9]", "", form.lower()))


INTEGERS: Mapping[str, tuple[int, int]] = {
    "int8": (-(2**7), 2**7 - 1),
    "int16": (-(2**15), 2**15 - 1),
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
    "uint8": (0, 2**8 - 1),
    "uint16": (0, 2**16 - 1),
    "uint32": (0, 2**32 - 1),
    "uint64": (0, 2**64 - 1),
    "double-int": (-(2**53) + 1, 2**53 - 1),
}
"""Format -> range of whole numbers."""


def unix_seconds(scene: Scene, name: str) -> int:
    """A point in time as seconds since the epoch."""
    return int(scene.time(names.time_role(name)).timestamp())


def like(example: Any, random: Random) -> Any:
    """A value of the example's form: its digits and hex digits change, its words stay."""
    if isinstance(example, bool) or example is None:
        return example
    if isinstance(example, int):
        span = max(1, abs(example) // 2)
        low = example - span if example <= 0 else max(1, example - span)
        return random.randint(low, example + span)
    if isinstance(example, float):
        return round(example * random.uniform(0.5, 1.5), 2)
    if not isinstance(example, str) or not any(character.isdigit() for character in example):
        return example
    if _UUID.match(example):
        return str(uuid.UUID(int=random.getrandbits(128), version=4))
    if _HEX.match(example):
        made = f"{random.getrandbits(len(example) * 4):0{len(example)}x}"
        return made if example == example.lower() else made.upper()
    return "".join(_like(character, example, random) for character in example)


def _like(character: str, example: str, random: Random) -> str:
    if character.isdigit() and character.isascii():
        # A leading zero stays one, so that dates and codes keep their ranges more often.
        return character if character == "0" else random.choice("123456789")
    if _is_code(example) and character.isascii() and character.isalpha():
        letters = "abcdef" if character in "abcdef" else "abcdefghijklmnopqrstuvwxyz"
        return random.choice(letters if character.islower() else letters.upper())
    return character


def _is_code(example: str) -> bool:
    """Whether letters and digits are mixed without words, as in an identifier."""
    body = example.rsplit("_", 1)[-1].replace("-", "")
    return len(body) >= 10 and body.isalnum() and sum(c.isdigit() for c in body) * 5 >= len(body)
