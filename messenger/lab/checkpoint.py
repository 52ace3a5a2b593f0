"""A training on disk, so that a killed one goes on where it was."""

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

import msgspec
import numpy as np

from messenger.core.errors import InputError
from messenger.lab.network import Floats
from messenger.lab.shared_state import read_file, write_file
from messenger.lab.training import EVE_STEPS, Settings, Training


class _Checkpoint(msgspec.Struct, tag="hum-lab-training-1", forbid_unknown_fields=True):
    settings: Settings
    start: int
    step: int
    networks: list[bytes]
    moments: list[bytes]


def save_training(training: Training, path: Path) -> None:
    """Write everything a training needs to go on; the file is replaced in one piece."""
    checkpoint = _Checkpoint(
        training.settings,
        training.start,
        training.step,
        [network.tobytes() for network in training.networks],
        [rule.moments.tobytes() for rule in training.rules],
    )
    write_file(checkpoint, path)


def resume_training(settings: Settings, path: Path) -> Training | None:
    """Return the interrupted training of these very settings, or None when there is none.

    Raises:
        InputError: The file is there and damaged.
    """
    if not path.exists():
        return None
    found = read_file(path, _Checkpoint)
    if asdict(found.settings) != asdict(settings):
        return None
    training = Training(settings, found.start)
    training.step = found.step
    _fill(training.networks, found.networks, path)
    _fill([rule.moments for rule in training.rules], found.moments, path)
    for rule, steps in zip(training.rules, (1, 1, EVE_STEPS), strict=True):
        rule.count = steps * found.step
    return training


def _fill(arrays: Sequence[Floats], raw: list[bytes], path: Path) -> None:
    for array, part in zip(arrays, raw, strict=False):
        if len(raw) != len(arrays) or len(part) != array.nbytes:
            raise InputError(f"{path} holds networks of another size")
        array[...] = np.frombuffer(part, np.float32).reshape(array.shape)
