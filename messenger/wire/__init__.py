"""The process that owns the sockets and the sending clock."""
