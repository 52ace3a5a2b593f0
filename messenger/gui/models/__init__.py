"""Qt models that follow engine events and know no widget."""
