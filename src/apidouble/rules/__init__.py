"""The bundled APIs' own rules, one module for each API, found by its name."""
