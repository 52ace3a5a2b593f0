"""Where icons and translations lie: beside the package in a checkout, inside it when installed."""

from messenger.core.program import resource_dir

__all__ = ["resource_dir"]
