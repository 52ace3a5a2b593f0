"""The whole self-test, as short as it can be: real nodes, real packets, a result."""

import json
from pathlib import Path

import pytest

from messenger.wiretest import plan
from messenger.wiretest.plan import Condition, Settings
from messenger.wiretest.self_test import run


def test_nodes_play_are_watched_and_are_judged(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(plan, "CONTROL_BLOCKS", 2)
    settings = Settings(0.12, 1, 0.01, (Condition.CHAT,), 1, (20,))
    document = tmp_path / "wire.md"
    run([settings], proxy=True, as_json=True, document=document)
    *steps, last = map(json.loads, capsys.readouterr().out.splitlines())
    assert all(0 <= step["progress"] <= 1 for step in steps)
    result = last["result"]
    played = {finding["condition"] for finding in result["findings"]}
    assert played == {"chat", "naive, chat", "no cover, chat"}
    (payloads,) = [c for c in result["checks"] if c["name"].startswith("TCP payloads")]
    assert payloads["outcome"] == "good"
    # The witness has spoken; on an overloaded machine of one of the two alone, as many are skipped.
    told = {f"T=0.01, {condition}, cover cells, p50" for condition in ("idle", "chat")}
    assert told & result["lateness_ms"].keys()
    assert "| T=0.01 | naive, chat: gradient boosting" in document.read_text()
