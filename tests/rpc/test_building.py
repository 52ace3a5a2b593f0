"""Two real programs look at themselves and compare what they are."""

from pathlib import Path

from rpc_nodes import Nodes, befriend, play


def test_two_programs_of_one_source_are_the_same(tmp_path: Path) -> None:
    async def story(nodes: Nodes) -> None:
        ada, ben = await nodes.start("ada"), await nodes.start("ben")
        ben_id, ada_id = await befriend(ada, ben)
        own = await ada.call("build.verify")
        assert own["kind"] == "source"
        assert own["build"]["system"] == "source"
        assert own["findings"] == []
        assert own["files"] > 300
        compared = await ada.call("build.compare", contact=ben_id)
        assert compared["match"] == "same"
        assert compared["own"] == compared["peer"] == own["build"]
        heard = await ben.event("build.compared", contact=ada_id)
        assert heard["match"] == "same"

    play(tmp_path, story)
