"""The whole application without a screen: commands in, events out."""
