"""Breaking things on purpose: what a fault is, when it strikes, how it spoils an answer."""

from apidouble.faults.definition import EFFECTS, ON_SOCKET, Effect
from apidouble.faults.plan import Action, FaultPlan, Ordered

__all__ = ["EFFECTS", "ON_SOCKET", "Action", "Effect", "FaultPlan", "Ordered"]
