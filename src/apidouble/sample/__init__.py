"""Believable values: fixtures, generated values, examples, seed records and new keys."""
