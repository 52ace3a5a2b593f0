"""The wire self-test: two real nodes, real packets, and attackers that try to find the chat."""
