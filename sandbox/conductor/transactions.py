"""Orders, invoices, receipts and adjustments: made, changed, voided and deleted with all they cause."""

from __future__ import annotations

from decimal import Decimal

from sandbox.conductor.adjustments import Adjustments
from sandbox.conductor.amounts import exact, money_text
from sandbox.conductor.company_file import CompanyFile
from sandbox.conductor.errors import cannot_link, in_use, invalid
from sandbox.conductor.filling import Filler
from sandbox.conductor.lines import FORMS, Lines
from sandbox.conductor.links import ORDERS, SOURCES, Contributions, Links, set_done
from sandbox.conductor.record import Record, Values
from sandbox.conductor.schema import RESOURCES, resource_shape
from sandbox.conductor.settings import Settings
from sandbox.conductor.stock import Effects, Stock
from sandbox.conductor.targets import TRANSACTION_TYPES, singular
from sandbox.conductor.totals import sales_tax_item, set_totals

# What a new form takes over from the customer or vendor: key of the form -> key of the party.
_TAKEN = {
    "billingAddress": "billingAddress",
    "shippingAddress": "shippingAddress",
    "vendorAddress": "billingAddress",
    "terms": "terms",
    "salesRepresentative": "salesRepresentative",
    "currency": "currency",
    "salesTaxCode": "salesTaxCode",
}
_NOT_FILLED = ("revisionNumber", "lines", "itemLines", "linkToTransactionIds", "customFields")


class Transactions:
    """Makes and changes transactions."""

    def __init__(self, file: CompanyFile, filler: Filler, settings: Settings) -> None:
        self._file, self._filler, self._settings = file, filler, settings
        self.stock = Stock(file)
        self.links = Links(file, self.stock)
        self._lines = Lines(file, filler, self.links)
        self._adjustments = Adjustments(file, filler, self.stock)

    def create(self, resource: str, body: Values) -> Record:
        """A new transaction from a cleaned body."""
        shown = resource_shape(resource).blank()
        now = self._file.pc.epoch()
        shown |= {"createdAt": self._file.pc.text(now), "updatedAt": self._file.pc.text(now)}
        shown |= {"id": self._file.new_id(of_list=False), "revisionNumber": str(now)}
        shown |= {key: False for key, kind in resource_shape(resource).fields.items() if str(kind) == "boolean?"}
        record = Record(resource, shown, now, now)
        self._fill(record, body, "create")
        shown["transactionDate"] = shown["transactionDate"] or self._file.pc.today()
        self._take_over(record, body)
        if self._settings.blank_ref_number == "next" and not shown["refNumber"]:
            shown["refNumber"] = str(len(self._file.tables[resource]) + 1)
        self._compose(record, body, "create")
        record.made = int(self._file.pc.read(shown["createdAt"], "createdAt"))
        record.changed = int(self._file.pc.read(shown["updatedAt"], "updatedAt"))
        self._file.add(record)
        self.links.enter(record)
        self._settle(record, {}, {})
        self._change_balance(record, 1)
        return record

    def update(self, record: Record, body: Values) -> None:
        """Change a transaction by a cleaned body."""
        changed = Record(record.resource, dict(record.shown), record.made, record.changed, dict(record.links))
        self._fill(changed, body, "update")
        self._compose(changed, body, "update")
        before = self.stock.effects(record), self.links.contributions(record)
        self._change_balance(record, -1)
        record.shown, record.links = changed.shown, changed.links
        self._change_balance(record, 1)
        self.links.forget(record)
        self.links.enter(record)
        self._settle(record, *before)
        self._file.stamp(record)

    def void(self, record: Record) -> None:
        """Set every amount to zero and keep the record."""
        self._refuse_linked(record)
        before = self.stock.effects(record), self.links.contributions(record)
        self._change_balance(record, -1)
        shown = dict(record.shown)
        for key in ("lines", "itemLines", "expenseLines"):
            if key in shown:
                shown[key] = [_voided(line) for line in shown[key]]
        memo = shown["memo"]
        shown["memo"] = "VOID:" if not memo else f"VOID: {memo}"
        self.links.forget(record)
        record.shown, record.links = shown, {}
        set_totals(self._file, record)
        self._change_balance(record, 1)
        self._settle(record, *before)
        self._file.stamp(record)

    def pay(self, record: Record, amount: Decimal) -> None:
        """Apply a customer's payment to an invoice."""
        self._change_balance(record, -1)
        applied = money_text(exact(record.shown["appliedAmount"]) + amount)
        record.shown = record.shown | {"appliedAmount": applied}
        set_totals(self._file, record)
        self._change_balance(record, 1)
        self._file.stamp(record)

    def delete(self, record: Record) -> None:
        """Undo all that a transaction caused, and forget it."""
        self._refuse_linked(record)
        before = self.stock.effects(record), self.links.contributions(record)
        self.stock.replace(before[0], {})
        self.links.forget(record)
        self.links.replace(before[1], {})
        self._change_balance(record, -1)
        kind = TRANSACTION_TYPES[record.resource]
        news = {"transactionType": kind, "refNumber": record.shown["refNumber"]}
        self._file.remove(record, "transaction", {"objectType": "qbd_deleted_transaction", **news})

    # -- parts of the above

    def _fill(self, record: Record, body: Values, operation: str) -> None:
        kinds = RESOURCES[record.resource][operation]["fields"]
        skipped = (*_NOT_FILLED, "applyCredits")
        kept = {key: value for key, value in body.items() if key not in skipped}
        self._filler.fill(record.shown, resource_shape(record.resource), kept, kinds, record.resource)

    def _compose(self, record: Record, body: Values, operation: str) -> None:
        if record.resource == "inventory-adjustments":
            self._adjustments.compose(record, body)
            return
        form = FORMS[record.resource]
        kind = RESOURCES[record.resource][operation]["fields"][form.lines][0]["fields"]
        lines = body.get(form.lines)
        if body.get(f"clear{form.lines[0].upper()}{form.lines[1:]}"):
            lines = []
        if lines is not None:
            self._lines.replace(record, lines, kind)
        for order_id in body.get("linkToTransactionIds") or ():
            if any(order == order_id for order, _ in record.links.values()):
                raise invalid("A transaction must not be linked both as a whole and by its lines")
            order = self.links.order(order_id, record)
            if not self.links.open_lines(order):
                raise cannot_link(f"The {singular(order.resource)} has nothing left.")
            self._lines.take_order(record, order, kind)
        if record.resource in ORDERS:
            set_done(record)
        set_totals(self._file, record)

    def _take_over(self, record: Record, body: Values) -> None:
        form = FORMS.get(record.resource)
        party = record.shown.get(form.party) if form else None
        owner = self._file.find(party["id"]) if party else None
        shown = record.shown
        if owner is not None:
            for key, source in _TAKEN.items():
                if key in shown and shown[key] is None and key not in body:
                    shown[key] = owner.shown.get(source)
            if "salesTaxItem" in shown and shown["salesTaxItem"] is None:
                shown["salesTaxItem"] = sales_tax_item(self._file, owner)
        if record.resource == "invoices":
            shown["appliedAmount"] = shown["appliedAmount"] or "0.00"
            shown["receivablesAccount"] = shown["receivablesAccount"] or self._account("accounts_receivable")
        if "exchangeRate" in shown and shown["exchangeRate"] is None and shown["currency"]:
            shown["exchangeRate"] = 1

    def _account(self, kind: str) -> Values | None:
        accounts = self._file.tables["accounts"].values()
        return next((one.ref for one in accounts if one.shown["accountType"] == kind), None)

    def _settle(self, record: Record, effects: Effects, taken: Contributions) -> None:
        self.stock.replace(effects, self.stock.effects(record))
        self.links.replace(taken, self.links.contributions(record))

    def _change_balance(self, record: Record, sign: int) -> None:
        """Add what is owed to the customer and to the totals of those above, or take it off."""
        if record.resource != "invoices" or not record.shown["customer"]:
            return
        change = sign * exact(record.shown["balanceRemaining"])
        customer = self._file.find(record.shown["customer"]["id"])
        key = "balance"
        while customer is not None:
            keys = {key, "totalBalance"}
            changed = {one: money_text(exact(customer.shown[one]) + change) for one in keys}
            customer.shown = customer.shown | changed
            self._file.touch(customer)
            parent = customer.shown["parent"]
            customer, key = self._file.find(parent["id"]) if parent else None, "totalBalance"

    def _refuse_linked(self, record: Record) -> None:
        if record.resource not in SOURCES and self.links.makers(record.id):
            raise in_use(singular(record.resource).capitalize(), record.id)


def _voided(line: Values) -> Values:
    zero = {"quantity": 0, "amount": "0.00", "rate": "0.00", "cost": "0.00", "quantityDifference": 0}
    zero |= {"valueDifference": 0}
    return line | {key: value for key, value in zero.items() if line.get(key) is not None}
