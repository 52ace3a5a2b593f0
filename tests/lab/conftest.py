"""What the tests of the laboratory share: a pair from a long run, and a short run of their own."""

import shutil
from pathlib import Path

import pytest
from lab_processes import Files

from messenger.lab.network import Floats
from messenger.lab.shared_state import Shared, load_eve, load_shared
from messenger.lab.training import Settings, Trained, train

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures" / "lab"

# Half the blocks and a sixth of the steps of a real run, some five seconds of one core; the bars
# are as much lower.
SHORT = Settings(seed=1, steps=1000, batch=256, rate=0.002, every=250, bob_bar=0.3, eve_bar=6.5)


@pytest.fixture(scope="session")
def trained() -> Trained:
    """The outcome of the short run."""
    return train(SHORT)


@pytest.fixture(scope="session")
def shared() -> Shared:
    """What the Alice and Bob of the long run hold."""
    return load_shared(FIXTURES / "pair.hum-lab")


@pytest.fixture(scope="session")
def eve() -> Floats:
    """The Eve who was trained beside them."""
    return load_eve(FIXTURES / "eve.hum-lab")


@pytest.fixture
def files(tmp_path: Path) -> Files:
    """The same as files, for processes."""
    return Files(
        pair=Path(shutil.copy(FIXTURES / "pair.hum-lab", tmp_path)),
        eve=Path(shutil.copy(FIXTURES / "eve.hum-lab", tmp_path)),
    )
