"""The bare function under the server that `apidouble serve` runs on: `python ownserver.py PORT`.

In: a port. Out: the bare function of `bare.py`, until it is stopped. May not know: the double.
"""

from __future__ import annotations

import sys
from pathlib import Path

from apidouble.web.serve import bind, run

sys.path.insert(0, str(Path(__file__).parent))

from bare import function

if __name__ == "__main__":
    with bind("127.0.0.1", int(sys.argv[1])) as listener:
        run(function, listener, ready=lambda: None, trouble=print)
