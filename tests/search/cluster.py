"""A cluster that a test owns: it may stop, hang and restart its nodes."""

import os
import signal
import subprocess
import time
from pathlib import Path

from tests.search.engines import IS_OPENSEARCH

KIND = "opensearch" if IS_OPENSEARCH else "elasticsearch"
ENGINE = Path(__file__).resolve().parents[1] / "engines" / "engine"
PORT = 9551 if IS_OPENSEARCH else 9571


class Cluster:
    """Nodes of the same kind of engine as SEARCH_URL names, on ports of their own."""

    def __init__(self, folder: Path, nodes: int) -> None:
        self.nodes = nodes
        self.folder = folder / KIND
        self.environment = {**os.environ, "ENGINE_RUN": str(folder), "ENGINE_MEMORY": "384m"}
        self._engine("start", str(nodes), str(PORT))

    def _engine(self, action: str, *arguments: str) -> None:
        subprocess.run(
            [str(ENGINE), action, KIND, *arguments],
            env=self.environment, check=True, timeout=180, stdout=subprocess.DEVNULL,
        )  # fmt: skip

    @property
    def urls(self) -> list[str]:
        """Addresses of all nodes."""
        return [f"http://127.0.0.1:{PORT + number}" for number in range(self.nodes)]

    def stop(self, node: int = 1) -> None:
        """End a node as its administrator would."""
        self._engine("stop", str(node))

    def restart(self, node: int = 1) -> None:
        """The node with its data; returns once it answers."""
        self._engine("restart", str(node))

    def hang(self, node: int = 1) -> None:
        """The node keeps its connections and says nothing any more."""
        os.kill(self._pid(node), signal.SIGSTOP)

    def go_on(self, node: int = 1) -> None:
        """After `hang`."""
        os.kill(self._pid(node), signal.SIGCONT)

    def _pid(self, node: int) -> int:
        return int((self.folder / f"node-{node}.pid").read_text())

    def end(self) -> None:
        """Stop all nodes and remove their data."""
        self._engine("clean")


def seconds_until(is_so, at_most: float) -> float:
    """Seconds until `is_so()`; fails the test after `at_most`."""
    start = time.monotonic()
    while not is_so():
        waited = time.monotonic() - start
        assert waited < at_most, f"pas encore après {waited:.0f} s"
        time.sleep(0.25)
    return time.monotonic() - start
