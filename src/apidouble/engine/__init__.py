"""What happens: an `Exchange` and a transaction in, a `Reply` out. Pure Python, no web framework."""
