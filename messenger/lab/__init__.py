"""The laboratory: neural cryptography, old ciphers, and the attackers who read them.

Nothing here protects anything. No other room imports this one but its own page in ``gui`` and
the ``hum lab`` command; it needs numpy (extra ``lab``) and never loads Qt.
"""
