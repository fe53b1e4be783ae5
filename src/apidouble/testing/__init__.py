"""The testing kit: a double inside a test, or the line to one elsewhere. Light until one is started."""

from apidouble.testing.breaking import Answer, Fault
from apidouble.testing.control import Unreachable
from apidouble.testing.double import Double
from apidouble.testing.journal import Match, Recorded
from apidouble.testing.response import Headers, Response
from apidouble.testing.world import Sandbox, World, connect

__all__ = [
    "Answer",
    "Double",
    "Fault",
    "Headers",
    "Match",
    "Recorded",
    "Response",
    "Sandbox",
    "Unreachable",
    "World",
    "connect",
]
