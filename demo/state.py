"""What is running, written down at once, so that a killed demo can still be stopped."""

from __future__ import annotations

from dataclasses import dataclass, field

from demo import sandbox_home
from demo.files import read_json, write_private
from demo.layout import Home
from demo.processes import Tracked, stop


@dataclass
class State:
    """The Airflow processes of one demo."""

    home: Home
    ports: dict[str, int]
    processes: list[Tracked] = field(default_factory=list)

    @property
    def all_alive(self) -> bool:
        """Whether every process still runs."""
        return bool(self.processes) and all(process.alive for process in self.processes)

    def add(self, processes: list[Tracked]) -> None:
        """Remember processes that were started just now."""
        self.processes += processes
        write_private(
            self.home.state, {"ports": self.ports, "processes": [tracked.as_json() for tracked in self.processes]}
        )


def load(home: Home) -> State | None:
    """Return what the state file tells; None when there is none or it is damaged."""
    stored = read_json(home.state)
    try:
        return State(home, dict(stored["ports"]), [Tracked.from_json(each) for each in stored["processes"]])
    except (TypeError, KeyError, ValueError):
        return None


def stop_all(home: Home) -> list[str]:
    """Stop Airflow and the sandbox; return the names of what was running."""
    state = load(home)
    running = [process for process in state.processes if process.alive] if state else []
    stop(state.processes if state else [])
    sandbox = ["sandbox"] if sandbox_home.stop(home) else []
    home.state.unlink(missing_ok=True)
    return [process.name for process in running] + sandbox
