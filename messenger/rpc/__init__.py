"""The engine as JSON-RPC 2.0 over stdin and stdout."""
