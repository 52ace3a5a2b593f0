"""Signed updates: found, downloaded and put in place only if the right people have signed them.

The metadata are those of The Update Framework, read by python-tuf; the network, the folder on
the disk and what to install are ours. Imports nothing of the engine, and the engine nothing of it.
"""
