"""Isolated worlds: each sandbox holds all that changes, and is a fork of a seeded base."""

from apidouble.sandbox.moment import Moment
from apidouble.sandbox.sandbox import DEFAULT, PARTS, Part, Sandbox
from apidouble.sandbox.sandboxes import Sandboxes

__all__ = ["DEFAULT", "PARTS", "Moment", "Part", "Sandbox", "Sandboxes"]
