"""The version of apidouble: here only, read by the build too.

In: nothing. Out: `VERSION`. May not know: any other module.

Asking the installed package for it (`importlib.metadata`) would take longer than all the rest of
`apidouble --version`.
"""

VERSION = "0.1.0"
