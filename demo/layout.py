"""Where the demo keeps its things."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[1]
RAW_DATA = "raw_data_to_inventree"
EVERYTHING = "qbd_everything"
SCHOOL = "mis_invoices_open"
PRINT_SHOP = "printavo_import"
ITEMS = "qbd_items"
# Those first that others refer to.
QUICKBOOKS = {
    "customers and vendors": ("qbd_customers", "qbd_vendors"),
    "items": (ITEMS,),
    "orders, stock and invoices": (
        "qbd_sales_orders",
        "qbd_purchase_orders",
        "qbd_inventory_adjustments",
        "qbd_invoices",
    ),
}


@dataclass(frozen=True)
class Home:
    """The demo's folder: data, logs, secrets and the list of running processes."""

    root: Path

    @property
    def sandbox(self) -> Path:
        """The sandbox's own folder."""
        return self.root / "sandbox"

    @property
    def airflow(self) -> Path:
        """AIRFLOW_HOME, and the working folder of every Airflow process."""
        return self.root / "airflow"

    @property
    def logs(self) -> Path:
        """One file per process that the demo started."""
        return self.root / "logs"

    @property
    def state(self) -> Path:
        """What is running, for `make stop` and for the next `make demo`."""
        return self.root / "demo.json"

    @property
    def secrets(self) -> Path:
        """Keys and password of this demo, readable by its owner only."""
        return self.root / "secrets.json"

    @property
    def passwords(self) -> Path:
        """The file in which Airflow's SimpleAuthManager looks up passwords."""
        return self.root / "passwords.json"

    @property
    def lock(self) -> Path:
        """Held while one `up` or `down` works, so that two cannot mix."""
        return self.root / "lock"

    def create(self) -> None:
        """Make the folders. Others may pass through the root, which embedded Postgres needs, but not list it."""
        for folder in (self.root, self.airflow, self.logs):
            folder.mkdir(parents=True, exist_ok=True)
        self.root.chmod(0o711)
        self.airflow.chmod(0o700)
        self.logs.chmod(0o700)


DEFAULT_HOME = CHECKOUT / ".accordant" / "demo"
