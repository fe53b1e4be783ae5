"""Where records live: the interface in `base`, and the stores that fulfil it."""
