"""How this computer is found and let in: the port that a router opens, contacts on the LAN."""
