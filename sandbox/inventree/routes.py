"""Which path answers which method, in the order the real server decides: user, role, method."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from sandbox.inventree.ask import Answer, Ask
from sandbox.inventree.auth import Accounts, answer_me, require_role
from sandbox.inventree.barcode import Barcodes
from sandbox.inventree.company import Companies
from sandbox.inventree.errors import method_not_allowed, no_endpoint
from sandbox.inventree.lines import ExtraLines, Lines
from sandbox.inventree.metadata import Metadata, old_path
from sandbox.inventree.part import Categories, Parts
from sandbox.inventree.resource import Resource
from sandbox.inventree.sales_order import SalesOrders, answer_statuses
from sandbox.inventree.settings import API_VERSION, VERSION
from sandbox.inventree.store import Store
from sandbox.shared.clock import Clock

Handler = Callable[..., Answer]


@dataclass(frozen=True)
class Route:
    """One path; `roles` says whether a role is needed beside being known."""

    pattern: re.Pattern[str]
    handlers: dict[str, Handler]
    roles: bool = True


class Routes:
    """All paths of the API."""

    def __init__(self, store: Store, clock: Clock, accounts: Accounts) -> None:
        orders = SalesOrders(store, clock)
        resources: dict[str, Resource] = {
            "/api/company/": Companies(store, clock),
            "/api/part/category/": Categories(store, clock),
            "/api/part/": Parts(store, clock),
            "/api/order/so/": orders,
        }
        lines = {
            "/api/order/so-line/": Lines(store, clock, orders),
            "/api/order/so-extra-line/": ExtraLines(store, clock, orders),
        }
        self._routes = [
            _route("/api/user/me/", {"GET": answer_me}, roles=False),
            _route("/api/user/token/", {"GET": accounts.answer_token}, roles=False),
            _route("/api/user/me/token/", {"GET": accounts.answer_token}, roles=False),
            _route("/api/order/so/status/", {"GET": answer_statuses}),
        ]
        for path, resource in resources.items():
            self._routes += _crud(path, resource)
        for path, line_resource in lines.items():
            self._routes += _crud(path, line_resource, {"DELETE": line_resource.remove_many})
        self._routes += [
            _route(f"/api/order/so/{{pk}}/{name}/", {"POST": action})
            for name, action in (
                ("issue", orders.issue),
                ("hold", orders.hold),
                ("cancel", orders.cancel),
                ("complete", orders.complete),
            )
        ]
        barcodes = Barcodes({resource.model: resource for resource in resources.values()})
        self._routes.append(_route("/api/barcode/", {"POST": barcodes.scan}))
        self._routes.append(_route("/api/barcode/link/", {"POST": barcodes.link}))
        self._routes += _metadata_routes({**resources, **lines})

    def find(self, path: str, url: str) -> tuple[Route, dict[str, str]]:
        """The route of a path and what its placeholders hold, or a 404."""
        for route in self._routes:
            match = route.pattern.fullmatch(path)
            if match:
                return route, match.groupdict()
        raise no_endpoint(url)

    @staticmethod
    def answer(route: Route, placeholders: dict[str, str], ask: Ask) -> Answer:
        """Run the handler of an identified caller."""
        if route.roles:
            require_role(ask.user, ask.method)
        handler = route.handlers.get(ask.method)
        if handler is None:
            raise method_not_allowed(ask.method)
        arguments = {name: int(text) if name == "pk" else text for name, text in placeholders.items()}
        return handler(ask, **arguments)


def api_root() -> Answer:
    """`GET /api/`, open to everybody."""
    return Answer(
        200,
        {
            "server": "InvenTree",
            "id": None,
            "version": VERSION,
            "instance": "Accordant sandbox",
            "apiVersion": API_VERSION,
            "worker_running": True,
            "worker_pending_tasks": 0,
            "plugins_enabled": False,
            "active_plugins": [],
            "email_configured": False,
            "debug_mode": False,
        },
    )


def _route(path: str, handlers: dict[str, Handler], *, roles: bool = True) -> Route:
    pattern = re.escape(path).replace(r"\{pk\}", "(?P<pk>[0-9]{1,18})")
    return Route(re.compile(pattern.replace(r"\{model\}", "(?P<model>[^/]+)")), handlers, roles)


def _crud(path: str, resource: Resource, also: dict[str, Handler] | None = None) -> list[Route]:
    one: dict[str, Handler] = {"GET": resource.read, "PATCH": resource.change}
    one |= {"PUT": resource.change, "DELETE": resource.remove}
    many: dict[str, Handler] = {"GET": resource.list_all, "POST": resource.create}
    return [_route(path, many | (also or {})), _route(path + "{pk}/", one)]


def _metadata_routes(resources: dict[str, Resource]) -> list[Route]:
    metadata = Metadata({resource.model: resource for resource in resources.values()})
    everything = dict.fromkeys(("GET", "PATCH", "PUT"), metadata.answer)
    routes = [_route("/api/metadata/{model}/{pk}/", dict(everything))]
    for path, resource in resources.items():
        moved = partial(old_path, model=resource.model)
        routes.append(_route(path + "{pk}/metadata/", dict.fromkeys(("GET", "PATCH", "PUT"), moved)))
    return routes
