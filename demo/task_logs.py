"""Serve the logs of running tasks to Airflow's UI, on loopback.

Airflow's own log server listens on every address and has no setting for that; this is the same
application, with the same signed requests, bound to 127.0.0.1. The scheduler runs without it
(--skip-serve-logs).
"""

from __future__ import annotations

import os

import uvicorn

from demo.ports import LOOPBACK


def main() -> None:
    """Serve until stopped, on the port that Airflow looks at."""
    port = int(os.environ["AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT"])
    application = "airflow.utils.serve_logs.log_server:get_app"
    uvicorn.run(application, factory=True, host=LOOPBACK, port=port, access_log=False)


if __name__ == "__main__":
    main()
