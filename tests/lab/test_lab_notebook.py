"""The notebook runs as a reader would run it, and ends where its words say."""

import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

NOTEBOOK = Path(__file__).resolve().parents[2] / "docs" / "lab" / "laboratory.ipynb"
LIMIT_S = 180  # row S2-15

# In a process of its own: the kernel's libraries warn, and our tests take warnings for errors.
_RUN = """
import sys
import nbclient, nbformat
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, timeout=170, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


@pytest.mark.timeout(300)
def test_the_notebook_runs(tmp_path: Path) -> None:
    done = tmp_path / "done.ipynb"
    run = [sys.executable, "-c", _RUN, str(NOTEBOOK), str(done)]
    root = NOTEBOOK.parents[2]
    subprocess.run(run, check=True, timeout=LIMIT_S, cwd=root)
    notebook = nbformat.read(done, as_version=4)
    told = "\n".join(
        output.get("text", "")
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    assert "a cipher: True" in told
    assert "a cipher: False" in told
    assert "Ed25519: 0" in told
    assert "<svg" in str(notebook)


def test_the_notebook_is_kept_without_outputs_and_says_what_it_is() -> None:
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    assert all(not cell.outputs for cell in notebook.cells if cell.cell_type == "code")
    assert "protects nothing real" in notebook.cells[0].source
