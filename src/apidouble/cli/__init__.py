"""The command line: one file per command, `main` to find and run them."""
