"""What is said about the program itself: who vouches for it, what differs, how two compare."""

from typing import Final

from PySide6.QtCore import QCoreApplication, QLocale

from messenger.core.builds import (
    Build,
    BuildCheck,
    BuildComparison,
    BuildKind,
    BuildMatch,
    Damage,
    FileFinding,
)
from messenger.update.spoken_print import digits, words

translate = QCoreApplication.translate

SHOWN_FINDINGS: Final = 8  # files that are named before the rest is counted


def spoken(build: Build) -> str:
    """Return the build fingerprint: words in one line, digits in the next."""
    return f"{words(build.fingerprint)}\n{digits(build.fingerprint)}"


def named(build: Build) -> str:
    """Return version and system of a build."""
    return f"{build.version} · {build.system}"


def check_sentence(check: BuildCheck) -> str:
    """Return what a look at every file found."""
    if check.findings:
        return findings_sentence(check.findings)
    match check.kind:
        case BuildKind.SIGNED:
            return translate(
                "Build", "Every file is the one that was published: release keys have signed them."
            )
        case BuildKind.UNSIGNED:
            return translate(
                "Build",
                "Every file is as it was built. Nobody has signed this build: it is somebody's "
                "own, not a release.",
            )
        case BuildKind.SOURCE:
            return translate(
                "Build",
                "Hum runs from its sources here. There is no list of files to compare with; the "
                "fingerprint is made from the sources and marked “source”.",
            )


def findings_sentence(findings: tuple[FileFinding, ...]) -> str:
    """Return what differs, and what to do about it."""
    lines = [_line(finding) for finding in findings[:SHOWN_FINDINGS]]
    more = len(findings) - len(lines)
    if more:
        rest = translate("Build", "and {count} more")
        lines.append(rest.replace("{count}", QLocale().toString(more)))
    head = translate(
        "Build",
        "Files of this program are not those of its build. Install Hum anew from a place that you "
        "trust, and write nothing secret here until then.",
    )
    return "\n".join([head, *lines])


def _line(finding: FileFinding) -> str:
    return f"{finding.path}: {_damage_word(finding.damage)}"


def _damage_word(damage: Damage) -> str:
    match damage:
        case Damage.MISSING:
            return translate("Build", "missing")
        case Damage.EXTRA:
            return translate("Build", "does not belong here")
        case Damage.MODE:
            return translate("Build", "others may change it, or it may not be run")
        case Damage.UNREADABLE:
            return translate("Build", "cannot be read")
        case Damage.SIGNATURE:
            return translate("Build", "not signed by enough release keys")
        case Damage.CONTENT | Damage.KIND | Damage.TARGET:
            return translate("Build", "changed")


def match_sentence(comparison: BuildComparison) -> str:
    """Return how two builds compare; ``{name}`` stands for the contact."""
    match comparison.match:
        case BuildMatch.SAME:
            return translate(
                "Build",
                "The same: {name}’s program says that it consists of the same files as yours.",
            )
        case BuildMatch.DIFFERENT:
            return translate(
                "Build",
                "Different: {name}’s Hum has the same version for the same system, and other "
                "files. One of the two was changed, or is somebody's own build. Ask {name} over "
                "another channel, and compare the words with a third person.",
            )
        case BuildMatch.OTHER_VERSION:
            template = translate(
                "Build",
                "Another version: {name} has {peer}, you have {own}. Only equal versions can be "
                "compared.",
            )
            template = template.replace("{peer}", comparison.peer.version)
            return template.replace("{own}", comparison.own.version)
        case BuildMatch.OTHER_SYSTEM:
            template = translate(
                "Build",
                "The same version for another system ({system}): its files differ, and must. "
                "Nothing can be compared.",
            )
            return template.replace("{system}", comparison.peer.system)
