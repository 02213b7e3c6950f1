"""The collection `raw_data` of the demo: some sixty documents, about half of which mean trouble."""

from __future__ import annotations

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

from sandbox.seed import catalogue as goods
from sandbox.seed.documents import Writer, article, ordinary
from sandbox.seed.inventree_objects import EARLIER_KEY, EARLIER_LINES, EXISTING
from sandbox.seed.promises import Document, Promise, SeedDocument, SeedInvoice, promise_of

CALENDAR = goods.PRODUCTS[9]
AGENDA = goods.PRODUCTS[12]
MAPA = goods.PRODUCTS[8]
BUYER = goods.COMPANIES[3]
LONG_NAME = "Servicii complete de tipărire, finisare și livrare pentru campania de toamnă " * 2


def documents() -> list[SeedDocument]:
    """All documents, the same every time."""
    writer = Writer()
    found = [*ordinary(writer), *_good_oddities(writer), *_twins(writer), *_bad_lines(writer)]
    return [*found, *_bad_invoices(writer), *_bad_shapes(writer), _mixed(writer)]


def promise() -> Promise:
    """What one run over the seed must end with."""
    return promise_of(documents(), EXISTING)


def _one(writer: Writer, label: str, articles: list[Document], **fields: Any) -> SeedDocument:
    return writer.document(label, SeedInvoice(writer.invoice(BUYER, articles, **fields)))


def _good_oddities(writer: Writer) -> Iterator[SeedDocument]:
    two = [article(CALENDAR, 4), article(CALENDAR, 6, 17.5)]
    yield _one(writer, "the same product twice in one invoice", two)
    yield _one(writer, "a line of quantity zero", [article(AGENDA, 0), article(MAPA, 20)])
    yield _one(writer, "a date without time", [article(AGENDA, 3)], data_emitere="2025-11-20")
    four = [article(goods.PRODUCTS[-1], 1, 3045.7353), article(goods.PRODUCTS[7], 12500, 0.0525)]
    yield _one(writer, "prices with four decimals", four)
    single = SeedInvoice(writer.invoice(goods.TIPOGRAFIA, [article(goods.TONER, 2)], code="RO18547290"))
    yield writer.document("data is one invoice instead of a list", single, single=True)
    content = writer.invoice(goods.BARE_12345678, [article(MAPA, 50)])
    warned = SeedInvoice(content, warning="the check digit of tax id 12345678 is wrong")
    yield writer.document("a tax id with a wrong check digit", warned)
    yield writer.document(
        "two companies with one name",
        SeedInvoice(writer.invoice(goods.ALFA_BUCURESTI, [article(MAPA, 10)])),
        SeedInvoice(writer.invoice(goods.ALFA_CLUJ, [article(AGENDA, 10)])),
    )
    yield writer.document(
        "persons without a tax id",
        *(SeedInvoice(writer.invoice(who, [article(CALENDAR, 1)], code=code)) for who, code in goods.PERSONS),
    )
    foreign = SeedInvoice(writer.invoice(goods.FOREIGN, [article(goods.PRODUCTS[3], 40)]))
    yield writer.document("a foreign tax id", foreign)
    yield writer.document("an empty list")


def _twins(writer: Writer) -> Iterator[SeedDocument]:
    content = writer.invoice(BUYER, [article(CALENDAR, 7), article(goods.TONER, 1)])
    yield writer.document("an invoice delivered twice, first", SeedInvoice(content))
    yield writer.document("an invoice delivered twice, second", SeedInvoice(deepcopy(content)))

    reason = "the same series and number has another content in another document"
    first = writer.invoice(BUYER, [article(AGENDA, 5)])
    second = deepcopy(first) | {"articole": [article(AGENDA, 8)]}
    yield writer.document("two contents under one number, first", SeedInvoice(first, failed=reason))
    yield writer.document("two contents under one number, second", SeedInvoice(second, failed=reason))

    serie, numar = EARLIER_KEY
    articles = [article(product, quantity) for product, quantity in EARLIER_LINES]
    date = "2025-10-30T00:00:00"
    earlier = writer.invoice(goods.TIPOGRAFIA, articles, serie=serie, numar=numar, data_emitere=date)
    yield writer.done("done by the earlier script", SeedInvoice(earlier), order="SO-0001")
    again = SeedInvoice(deepcopy(earlier))
    yield writer.document("delivered again after the earlier script", again)


def _bad_lines(writer: Writer) -> Iterator[SeedDocument]:
    """One bad article each, beside one good line: the invoice is partial."""
    cases: list[tuple[str, str, Document]] = [
        ("a storno line", "the quantity is negative", article(goods.TONER, -1)),
        ("an article without a name", "the article has no name", article(MAPA, 2, name="")),
        ("a quantity of null", "the quantity is missing", article(MAPA, None)),
        ("a quantity with a comma", "the quantity '3,5' is not a number", article(MAPA, "3,5")),
        ("a quantity that is NaN", "the quantity is not a number", article(MAPA, float("nan"))),
        ("a quantity of 1e30", "the quantity is too large", article(MAPA, 1e30)),
        ("a negative price", "the price is negative", article(MAPA, 1, -6.75)),
        ("a product name over 100 characters", "the name is too long", article(MAPA, 1, name=LONG_NAME)),
        (
            "HTML in a product name",
            "the name holds HTML tags",
            article(MAPA, 1, name="<b>Mapă</b> de prezentare"),
        ),
        ("an inactive part", "the part is inactive", article(goods.PLIC_VECHI, 500)),
        ("a part that is not salable", "the part is not salable", article(goods.MANOPERA, 3)),
    ]
    for label, reason, bad in cases:
        content = writer.invoice(BUYER, [article(AGENDA, 2), bad])
        yield writer.document(label, SeedInvoice(content, bad_lines={1: reason}))


def _bad_invoices(writer: Writer) -> Iterator[SeedDocument]:
    line = [article(AGENDA, 1)]
    long_buyer = goods.Customer(LONG_NAME, goods.cui(3_300_117))
    html_buyer = goods.Customer("Firma <script>alert(1)</script> SRL", goods.cui(3_300_118))
    nobody = goods.Customer("", "-")
    only_inactive = "no good line remains: the part is inactive"
    cases: list[tuple[str, str, Document]] = [
        ("an invoice without series", "the series is missing", writer.invoice(BUYER, line, serie=...)),
        ("an invoice without number", "the number is missing", writer.invoice(BUYER, line, numar=None)),
        (
            "a date that does not exist",
            "the date 2025-13-40 is invalid",
            writer.invoice(BUYER, line, data_emitere="2025-13-40"),
        ),
        ("an invoice without articles", "there is no article", writer.invoice(BUYER, [])),
        (
            "a customer who is only a supplier",
            "the company is no customer",
            writer.invoice(goods.FURNIZOR, line),
        ),
        ("a customer name over 100 characters", "the name is too long", writer.invoice(long_buyer, line)),
        ("HTML in a customer name", "the name holds HTML tags", writer.invoice(html_buyer, line)),
        ("a customer without name and tax id", "there is no customer", writer.invoice(nobody, line)),
        ("only an inactive part", only_inactive, writer.invoice(BUYER, [article(goods.PLIC_VECHI, 10)])),
    ]
    for label, reason, content in cases:
        yield writer.document(label, SeedInvoice(content, failed=reason))


def _bad_shapes(writer: Writer) -> Iterator[SeedDocument]:
    yield writer.misshapen("data is missing", "data is missing", ...)
    yield writer.misshapen("data is null", "data is null", None)
    yield writer.misshapen("data is a text", "data is a text", "eroare: sesiune expirată")
    nested = [[writer.invoice(BUYER, [article(AGENDA, 1)])]]
    yield writer.misshapen("data is a list of lists", "data is a list of lists", nested)


def _mixed(writer: Writer) -> SeedDocument:
    good = SeedInvoice(writer.invoice(BUYER, [article(MAPA, 15), article(goods.HARTIE, 5)]))
    storno = [article(goods.TONER, 3), article(goods.TONER, -3)]
    partial = SeedInvoice(writer.invoice(goods.TIPOGRAFIA, storno), bad_lines={1: "the quantity is negative"})
    undated = writer.invoice(BUYER, [article(AGENDA, 1)], data_emitere=None)
    failed = SeedInvoice(undated, failed="the date is missing")
    return writer.document("good, partial and failed invoices together", good, partial, failed)
