"""The laboratory: neural cryptography, old ciphers, and the attackers who read them.

Nothing here protects anything. No other room imports this one but its own page in ``gui`` and
the ``hum lab`` command; it needs numpy (extra ``lab``) and never loads Qt.
"""

import os

# numpy's BLAS reads these when it is imported, which happens after this. The networks are too
# small to share out, and waiting threads would take the cores from everybody else.
for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_name, "1")
