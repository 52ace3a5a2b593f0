"""The blind relay: envelopes wait here for friends who are away, and nothing here knows whose."""
