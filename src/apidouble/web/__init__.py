"""ASGI: bytes in, bytes out. The only layer, with `control` and `oauth`, that knows HTTP servers."""
