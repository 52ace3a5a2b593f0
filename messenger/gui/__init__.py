"""The desktop application: models, views, delegates, dialogs and the bridge to the engine.

PySide puts an import function of its own into ``builtins``: it reads the source text of every
module that is imported afterwards, to see whether that module chooses another spelling of Qt's
names (``from __feature__ import``). None of ours does. For a start that is 25 ms over 130 source
files, which Python's ``linecache`` then keeps in memory; for the engine's modules as much again.
So the function that was there before is put back. Without effect where PySide is not loaded yet
(a helper process that paints nothing), or has no such function.
"""

import builtins

builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
