"""`python -m apidouble`: the same program as `apidouble`."""

from apidouble.cli.main import main

if __name__ == "__main__":
    main()
