"""`up`, `down` and `status`: all servers of one folder, and how to reach them."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from sandbox import postgres
from sandbox.printavo.server import airflow_connection as printavo_connection
from sandbox.processes import is_ours, start_detached, stop
from sandbox.quickbooks_online.client import QuickBooksOnlineControl
from sandbox.quickbooks_online.server import airflow_connection

DATABASES = ("accordant", "airflow", "wms", "mis", "shop")
DEMO_DATABASE = "accordant_demo"
_SERVERS = ("inventree", "conductor", "quickbooks-online", "printavo", "mongo")
_FILE = "sandbox.json"


def up(home: Path, *, latency_ms: float = 0.0, limit: str | None = None) -> dict[str, Any]:
    """Start what does not run yet and write `sandbox.json`; what it holds.

    Ports and data of an earlier start in the same folder are kept.
    """
    home = home.expanduser().resolve()
    home.mkdir(parents=True, exist_ok=True)
    before = read(home) or {}
    told: dict[str, Any] = {"home": str(home), "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())}
    settings = ["--latency-ms", str(latency_ms), *(["--limit", limit] if limit else [])]
    told["inventree"] = _ensure("inventree", home, before, ["--data", str(home / "inventree.db"), *settings])
    _write(home, before | told)
    told["conductor"] = _ensure("conductor", home, before, ["--data", str(home / "conductor.db"), *settings])
    _write(home, before | told)
    online = ["--data", str(home / "quickbooks-online.db"), *settings]
    told["quickbooks-online"] = _ensure("quickbooks-online", home, before, online)
    # It may have changed since the server said it.
    told["quickbooks-online"]["refresh_token"] = _refresh_token(told["quickbooks-online"])
    _write(home, before | told)
    told["printavo"] = _ensure("printavo", home, before, ["--data", str(home / "printavo.jsonl"), *settings])
    _write(home, before | told)
    told["mongo"] = _ensure("mongo", home, before, ["--data", str(home / "mongo")])
    _write(home, before | told)
    server = postgres.start(home / "postgres", databases=DATABASES)
    told["postgres"] = {
        "pid": server.pid,
        "uri": server.uri(),
        "socket_dir": server.socket_dir,
        "uris": {name: server.uri(name) for name in DATABASES},
    }
    told["environment"] = _connections(told)
    _write(home, told)
    return told


def down(home: Path) -> list[str]:
    """Stop everything of this folder; the names of what was running."""
    home = home.expanduser().resolve()
    told = read(home) or {}
    stopped = [name for name in _SERVERS if stop(told.get(name, {}).get("pid"), str(home))]
    if postgres.stop(home / "postgres"):
        stopped.append("postgres")
    return stopped


def status(home: Path) -> dict[str, int | None]:
    """The pid of each server of this folder that really runs."""
    home = home.expanduser().resolve()
    told = read(home) or {}
    found: dict[str, int | None] = {}
    for name in _SERVERS:
        pid = told.get(name, {}).get("pid")
        found[name] = pid if is_ours(pid, str(home)) else None
    found["postgres"] = postgres.running_pid(home / "postgres")
    return found


def read(home: Path) -> dict[str, Any] | None:
    """What `sandbox.json` of this folder holds; None when there is none that can be read."""
    try:
        told: dict[str, Any] = json.loads((home.expanduser() / _FILE).read_text())
    except (OSError, ValueError):
        return None
    return told


def _ensure(name: str, home: Path, before: dict[str, Any], arguments: list[str]) -> dict[str, Any]:
    known: dict[str, Any] = before.get(name, {})
    if is_ours(known.get("pid"), str(home)):
        return known
    log = home / "logs" / f"{name}.log"
    port = known.get("port", 0)
    try:
        pid, told = start_detached([name, "--port", str(port), *arguments], log)
    except RuntimeError:
        if not port:
            raise
        # Another program may have taken yesterday's port.
        pid, told = start_detached([name, "--port", "0", *arguments], log)
    told.setdefault("port", urlsplit(str(told.get("base_url", ""))).port or 0)
    return {"pid": pid, **told}


def _connections(told: dict[str, Any]) -> dict[str, str]:
    """Airflow's connections as environment variables, in its JSON form."""
    inventree, conductor, mongo, server = (told[name] for name in ("inventree", "conductor", "mongo", "postgres"))
    online = told["quickbooks-online"]
    connections: dict[str, dict[str, Any]] = {
        "INVENTREE_DEFAULT": {
            "conn_type": "inventree",
            "host": inventree["base_url"],
            "password": inventree["token"],
            "extra": {},
        },
        "CONDUCTOR_DEFAULT": {
            "conn_type": "conductor",
            "host": conductor["base_url"],
            "password": conductor["secret_key"],
            "extra": {"end_user_id": conductor["end_user_id"]},
        },
        "QBO_DEFAULT": airflow_connection(
            *(online[name] for name in ("base_url", "realm_id", "client_id", "client_secret", "refresh_token"))
        ),
        "PRINTAVO_DEFAULT": printavo_connection(*(told["printavo"][name] for name in ("base_url", "email", "token"))),
        "MONGO_DEFAULT": {
            "conn_type": "mongo",
            "host": "127.0.0.1",
            "port": mongo["port"],
            "schema": DEMO_DATABASE,
            "extra": {"directConnection": True},
        },
        "ACCORDANT_STORE": _postgres_connection(server, "accordant"),
        "WMS_DEFAULT": _postgres_connection(server, "wms"),
        "MIS_DEFAULT": _postgres_connection(server, "mis"),
        "SHOP_DEFAULT": _postgres_connection(server, "shop"),
    }
    return {f"AIRFLOW_CONN_{name}": json.dumps(value) for name, value in connections.items()}


def _refresh_token(online: dict[str, Any]) -> str:
    return QuickBooksOnlineControl(online["base_url"]).refresh_token()


def _postgres_connection(server: dict[str, Any], database: str) -> dict[str, Any]:
    return {
        "conn_type": "postgres",
        "host": server["socket_dir"],
        "login": "postgres",
        "schema": database,
        "extra": {},
    }


def _write(home: Path, told: dict[str, Any]) -> None:
    fresh = home / f"{_FILE}.new"
    fresh.write_text(json.dumps(told, indent=2))
    fresh.chmod(0o600)  # it holds the token
    fresh.replace(home / _FILE)
