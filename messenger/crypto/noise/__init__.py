"""The Noise protocol framework, revision 34, with psk modifiers and the HFS extension."""
