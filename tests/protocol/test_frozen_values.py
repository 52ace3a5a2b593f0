"""What travels and what is kept are values: nobody changes one that somebody else holds."""

import dataclasses
import importlib
import pkgutil
from types import ModuleType

import msgspec
import pytest

import messenger.crypto
import messenger.crypto.noise
import messenger.protocol

PACKAGES = (messenger.crypto, messenger.crypto.noise, messenger.protocol)
MODULES = [
    importlib.import_module(f"{package.__name__}.{found.name}")
    for package in PACKAGES
    for found in pkgutil.iter_modules(package.__path__)
    if not found.ispkg
]
FILLED = {"Accepting", "Asked", "Packing"}  # records that one function or machine fills


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_every_value_is_frozen(module: ModuleType) -> None:
    own = [
        kind
        for kind in vars(module).values()
        if isinstance(kind, type) and kind.__module__ == module.__name__
    ]
    for kind in own:
        if issubclass(kind, msgspec.Struct):
            assert kind.__struct_config__.frozen, kind
        elif dataclasses.is_dataclass(kind) and kind.__name__ not in FILLED:
            assert kind.__dataclass_params__.frozen, kind
