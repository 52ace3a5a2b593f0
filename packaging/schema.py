"""Hold the list of what is shipped against the schema of CycloneDX."""

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator


class InvalidListError(Exception):
    """The list is not what CycloneDX says a list must be."""


def check(text: str) -> None:
    """Return if the text is a list of CycloneDX 1.6.

    Raises:
        InvalidListError: with what the schema says.
    """
    wrong = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    if wrong is not None:
        raise InvalidListError(str(wrong))
