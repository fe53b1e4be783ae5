"""Signing: JWTs and the key set that verifies them.

In: claims. Out: compact JWS (RFC 7515, RS256), a JWK set (RFC 7517). May not know: what is claimed.

There is one key, which is published with the program. It proves nothing to anybody; it lets clients
run the code that verifies tokens.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

ALGORITHM = "RS256"
KEY_ID = "apidouble-public-demo-key"


class Signer:
    """Signs with the demo key, which is read at first use: the libraries take a third of a second."""

    __slots__ = ("_key",)

    def __init__(self) -> None:
        self._key: RSAPrivateKey | None = None

    def sign(self, claims: Mapping[str, Any], kind: str) -> str:
        """A compact JWT; `kind` is the header's `typ`."""
        import jwt  # noqa: PLC0415 - most doubles never sign anything

        headers = {"typ": kind, "kid": KEY_ID}
        return jwt.encode(dict(claims), self.key, algorithm=ALGORITHM, headers=headers)

    def key_set(self) -> dict[str, Any]:
        """The public half as a JWK set."""
        from jwt.algorithms import RSAAlgorithm  # noqa: PLC0415 - as above

        key = RSAAlgorithm.to_jwk(self.key.public_key(), as_dict=True)
        numbers = {name: key[name] for name in ("kty", "n", "e")}
        return {"keys": [{**numbers, "use": "sig", "alg": ALGORITHM, "kid": KEY_ID}]}

    @property
    def key(self) -> RSAPrivateKey:
        """The demo key."""
        if self._key is None:
            from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey  # noqa: PLC0415 - as above
            from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415

            text = files("apidouble.oauth").joinpath("public_demo_key.pem").read_bytes()
            # Proving the primes takes longer than everything else, and the key never changes.
            key = load_pem_private_key(text, None, unsafe_skip_rsa_key_validation=True)
            assert isinstance(key, RSAPrivateKey)  # noqa: S101 - the file is ours
            self._key = key
        return self._key
