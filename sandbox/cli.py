"""The sandbox on the command line: one server each, or all of them with `up`, `down`, `status`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path


def main(arguments: list[str] | None = None) -> int:
    """Run one command; the exit code."""
    options = _parser().parse_args(arguments)
    run = {"inventree": _inventree, "conductor": _conductor, "quickbooks-online": _quickbooks_online}
    run |= {"printavo": _printavo, "mongo": _mongo, "postgres": _postgres}
    run |= {"up": _up, "down": _down, "status": _status, "seed": _seed}
    return run[options.command](options)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m sandbox", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)

    inventree = commands.add_parser("inventree", help="serve InvenTree in the foreground")
    inventree.add_argument("--host", default="127.0.0.1")
    inventree.add_argument("--port", type=int, default=0)
    inventree.add_argument("--data", type=Path, help="SQLite file; memory without it")
    inventree.add_argument("--latency-ms", type=float, default=0.0)
    inventree.add_argument("--limit", help="calls per caller, for example 60/s")
    inventree.add_argument("--user", default="admin")
    inventree.add_argument("--password", default="inventree")
    inventree.add_argument("--token")

    conductor = commands.add_parser("conductor", help="serve QuickBooks Desktop behind Conductor in the foreground")
    conductor.add_argument("--host", default="127.0.0.1")
    conductor.add_argument("--port", type=int, default=0)
    conductor.add_argument("--data", type=Path, help="SQLite file; memory without it")
    conductor.add_argument("--latency-ms", type=float, default=0.0)
    conductor.add_argument("--limit", help="calls per caller, for example 60/s")
    conductor.add_argument("--secret-key")
    conductor.add_argument("--end-user-id")

    online = commands.add_parser("quickbooks-online", help="serve QuickBooks Online in the foreground")
    online.add_argument("--host", default="127.0.0.1")
    online.add_argument("--port", type=int, default=0)
    online.add_argument("--data", type=Path, help="SQLite file; memory without it")
    online.add_argument("--latency-ms", type=float, default=0.0)
    online.add_argument("--limit", help="calls per caller, for example 60/s")
    online.add_argument("--realm")
    online.add_argument("--client-id")
    online.add_argument("--client-secret")

    printavo = commands.add_parser("printavo", help="serve Printavo in the foreground")
    printavo.add_argument("--host", default="127.0.0.1")
    printavo.add_argument("--port", type=int, default=0)
    printavo.add_argument("--data", type=Path, help="file of what was changed; memory without it")
    printavo.add_argument("--orders", type=int, default=0, help="of the account that is generated at the start")
    printavo.add_argument("--seed", type=int, default=7, help="of the account that is generated at the start")
    printavo.add_argument("--latency-ms", type=float, default=0.0)
    printavo.add_argument("--limit", help="calls per caller, for example 60/s")
    printavo.add_argument("--token")

    mongo = commands.add_parser("mongo", help="serve a MongoDB-compatible server in the foreground")
    mongo.add_argument("--port", type=int, default=0)
    mongo.add_argument("--data", type=Path)
    mongo.add_argument("--user")
    mongo.add_argument("--password", default="mongo")

    postgres = commands.add_parser("postgres", help="serve Postgres until interrupted")
    postgres.add_argument("--data", type=Path)
    postgres.add_argument("--database", action="append", default=[])
    postgres.add_argument("--no-fsync", action="store_true")

    up = commands.add_parser("up", help="start everything in the background")
    up.add_argument("--latency-ms", type=float, default=0.0)
    up.add_argument("--limit")
    up.add_argument("--json", action="store_true", help="print sandbox.json")
    seed = commands.add_parser("seed", help="load the demo's documents, objects and records, if absent")
    for command in (up, seed, commands.add_parser("down"), commands.add_parser("status")):
        command.add_argument("--home", type=Path, default=Path(".accordant/sandbox"))
    return parser


def _inventree(options: argparse.Namespace) -> int:
    from sandbox.inventree.application import Options
    from sandbox.inventree.server import serve

    started = Options(
        data=options.data,
        latency_ms=options.latency_ms,
        limit=options.limit,
        user=options.user,
        password=options.password,
        token=options.token,
    )
    serve(started, host=options.host, port=options.port)
    return 0


def _conductor(options: argparse.Namespace) -> int:
    from sandbox.conductor.application import Options
    from sandbox.conductor.server import serve

    started = Options(
        data=options.data,
        latency_ms=options.latency_ms,
        limit=options.limit,
        secret_key=options.secret_key,
        end_user_id=options.end_user_id,
    )
    serve(started, host=options.host, port=options.port)
    return 0


def _quickbooks_online(options: argparse.Namespace) -> int:
    from sandbox.quickbooks_online.application import Options
    from sandbox.quickbooks_online.server import serve

    started = Options(
        data=options.data,
        latency_ms=options.latency_ms,
        limit=options.limit,
        realm=options.realm,
        client_id=options.client_id,
        client_secret=options.client_secret,
    )
    serve(started, host=options.host, port=options.port)
    return 0


def _printavo(options: argparse.Namespace) -> int:
    from sandbox.printavo.application import Options
    from sandbox.printavo.content import generate
    from sandbox.printavo.server import serve

    started = Options(
        data=options.data,
        content=generate(orders=options.orders, seed=options.seed),
        latency_ms=options.latency_ms,
        limit=options.limit,
        token=options.token,
    )
    serve(started, host=options.host, port=options.port)
    return 0


def _mongo(options: argparse.Namespace) -> int:
    from sandbox.mongo import serve

    return serve(options.data, port=options.port, user=options.user, password=options.password)


def _postgres(options: argparse.Namespace) -> int:
    from sandbox.postgres import serve

    return serve(options.data, databases=options.database, fsync=not options.no_fsync)


def _up(options: argparse.Namespace) -> int:
    from sandbox.home import up

    told = up(options.home, latency_ms=options.latency_ms, limit=options.limit)
    if options.json:
        print(json.dumps(told, indent=2))
        return 0
    print(f"InvenTree   {told['inventree']['base_url']}/")
    print(f"Conductor   {told['conductor']['base_url']}")
    print(f"QuickBooks  {told['quickbooks-online']['base_url']}/")
    print(f"Printavo    {told['printavo']['base_url']}/")
    print(f"MongoDB     {told['mongo']['uri']}")
    print(f"Postgres    {told['postgres']['uri']}")
    print(f"Connections {options.home / 'sandbox.json'}")
    return 0


def _down(options: argparse.Namespace) -> int:
    from sandbox.home import down

    stopped = down(options.home)
    print(f"stopped: {', '.join(stopped) or 'nothing was running'}")
    return 0


def _status(options: argparse.Namespace) -> int:
    from sandbox.home import status

    found = status(options.home)
    for name, pid in found.items():
        print(f"{name:17} {'stopped' if pid is None else f'running, pid {pid}'}")
    return 0 if all(found.values()) else 1


def _seed(options: argparse.Namespace) -> int:
    from sandbox.home import read
    from sandbox.seed.load import load
    from sandbox.seed.mis.load import load_mis
    from sandbox.seed.mis.quickbooks_side import load_quickbooks
    from sandbox.seed.printavo.load import load_printavo
    from sandbox.seed.qbd.load import load_company

    told = read(options.home)
    if told is None:
        print(f"nothing is set up in {options.home}: run `python -m sandbox up` first", file=sys.stderr)
        return 1
    inventree = told["inventree"]
    loaded = load(told["mongo"]["uri"], inventree["base_url"], inventree["token"])
    print(f"raw_data: {loaded.documents} documents added; InvenTree: {loaded.objects} objects added")
    company = load_company(told["postgres"]["uris"]["wms"], told["conductor"]["base_url"])
    print(f"WMS: {company.wms} records added; QuickBooks Desktop: {company.quickbooks} objects added")
    school = load_mis(told["postgres"]["uris"]["mis"])
    print(f"MIS: {school.invoices} invoices of {school.students} students added", end="; ")
    print(f"QuickBooks Online: {load_quickbooks(told['quickbooks-online']['base_url'])} objects added")
    print(f"Printavo: {load_printavo(told['printavo']['base_url'])} orders added")
    return 0
