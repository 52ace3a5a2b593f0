"""``python -m messenger.wire``: started by the engine, never by hand."""

import sys

from messenger.wire.process import main

if __name__ == "__main__":
    sys.exit(main())
