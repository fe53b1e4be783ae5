"""The exit codes of every command; `apidouble --help` says what they mean.

In: nothing. Out: numbers. May not know: commands.
"""

FINE, FINDINGS, CANNOT_RUN, INTERRUPTED = 0, 1, 2, 130
