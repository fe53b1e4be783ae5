"""The double's own OAuth 2.0 and OpenID Connect provider under `/__oauth`.

Tokens of a sandbox are good in that sandbox only; its clock decides when they expire, and its seed
decides what they look like.
"""
