"""Signing with the public demo key."""

from __future__ import annotations

import subprocess
import sys
from importlib.resources import files
from typing import Any

import jwt
from joserfc import jwt as jose
from joserfc.jwk import KeySet

from apidouble.oauth.keys import Signer


def test_signatures_are_verified_by_the_key_set() -> None:
    """By another library than the one that signed; only the public half is told."""
    signer = Signer()
    told: Any = signer.key_set()
    assert set(told["keys"][0]) == {"kty", "n", "e", "use", "alg", "kid"}
    made = signer.sign({"sub": "anna"}, "at+jwt")
    verified = jose.decode(made, KeySet.import_key_set(told), algorithms=["RS256"])
    assert verified.claims == {"sub": "anna"}
    assert verified.header == {"typ": "at+jwt", "alg": "RS256", "kid": told["keys"][0]["kid"]}


def test_same_claims_same_bytes() -> None:
    """RS256 has no randomness in it, so that tokens repeat."""
    claims = {"b": 1, "a": 2}
    assert Signer().sign(claims, "JWT") == Signer().sign(claims, "JWT")


def test_the_key_says_that_it_is_public() -> None:
    """Whoever finds it is told first that it protects nothing; its numbers are sound all the same."""
    text = files("apidouble.oauth").joinpath("public_demo_key.pem").read_text("utf-8")
    assert text.startswith("This key is public")
    key = jwt.PyJWK.from_dict(Signer().key_set()["keys"][0])
    assert key.key.key_size == 2048
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    assert load_pem_private_key(text.encode(), None) is not None


def test_nothing_heavy_is_loaded_before_the_first_token() -> None:
    """A double that signs nothing does not pay for cryptography."""
    code = (
        "import sys; from apidouble.server import assemble; from apidouble.settings import Settings;"
        "assemble(Settings(documents=('specs/staff.yaml',)));"
        "print([name for name in ('jwt', 'cryptography') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
