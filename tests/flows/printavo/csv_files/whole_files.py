"""Files that are refused as a whole."""

from __future__ import annotations

import gzip

from tests.flows.printavo.csv_files.case import HEADER, Case, Found


def refused(name: str, content: str | bytes, found: Found, **options: int) -> Case:
    return Case(name, content, refused=(found,), understood=False, options=options)


NOWHERE = None
ORDER = "1042,2026-12-31\n"

WHOLE_FILES = [
    refused("an empty file", b"", (NOWHERE, "", "The file is empty")),
    refused("blank lines only", "\r\n \r\n\t\n", (NOWHERE, "", "The file is empty")),
    refused("separators only", ",,,\n,,,\n", (NOWHERE, "", "no header and no orders")),
    refused("Excel's separator line only", "sep=;\n", (NOWHERE, "", "no header and no orders")),
    refused("a byte order mark only", b"\xef\xbb\xbf", (NOWHERE, "", "The file is empty")),
    refused("a header only", HEADER, (1, "", "a header but no orders")),
    refused("a header and blank rows", "\n" + HEADER + ",\n\n , \n", (2, "", "a header but no orders")),
    refused("an Excel workbook named .csv", b"PK\x03\x04\x14\x00rest", (NOWHERE, "", "(.xlsx)")),
    refused("an old Excel workbook named .csv", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", (NOWHERE, "", "(.xls)")),
    refused("a compressed file", gzip.compress(HEADER.encode()), (NOWHERE, "", "gzip")),
    refused("a PDF", b"%PDF-1.7\n", (NOWHERE, "", "a PDF")),
    refused("the login page in place of the export", "\n<!DOCTYPE html><html>", (NOWHERE, "", "needed a login")),
    refused("a table saved as web page in UTF-16", "\ufeff<table>".encode("utf-16-le"), (NOWHERE, "", "web page")),
    refused("bytes of no text", b"Order\x00#,\x01\x02\x03,due,x,y,z", (NOWHERE, "", "bytes that no text has")),
    refused("UTF-16 without its mark", (HEADER + ORDER).encode("utf-16-le"), (NOWHERE, "", "without the mark")),
    refused("big-endian UTF-16 without its mark", HEADER.encode("utf-16-be"), (NOWHERE, "", "without the mark")),
    refused("UTF-16 that ends within a character", (HEADER + ORDER).encode("utf-16")[:-1], (2, "", "byte 85 ")),
    refused("UTF-32", (HEADER + ORDER).encode("utf-32"), (NOWHERE, "", "bytes that no text has")),
    refused("a broken character after the mark of UTF-8", b"\xef\xbb\xbfOrder #,Due\n1,\xff", (2, "", "byte 15 ")),
    refused("bytes of neither UTF-8 nor Windows-1252", b"Order #,Due\r\n1,x\r2,\x81", (3, "", "byte 20 ")),
    refused("orders without a header", ORDER, (1, "", "'1042', '2026-12-31'")),
    refused("a title above the header", "Orders of IMM\n" + HEADER + ORDER, (1, "", "'Orders of IMM'")),
    refused("no column with the order number", "Customer,Customer due date\nIMM,2026-12-31\n",
            (1, "", "Name that column 'Order number'")),
    refused("Printavo's inner id only", "order_id,customer_due\n77,2026-12-31\n", (1, "", "No column holds the order")),
    refused("no column with a due date", "Order #,Total\n1042,12.00\n", (1, "", "No column holds a due date")),
    refused("a separator that is none", "Order #:Customer due date\n1042:2026-12-31\n", (1, "", "No column holds")),
    refused(
        "two columns of the order number", "Order #,Visual ID,Due\n1,2,2026-12-31\n",
        (1, "Visual ID", "'Order #' (column 1) and 'Visual ID' (column 2) both mean the order number"),
    ),
    refused(
        "two columns of the customer's due date", "Order #,Customer due date,Due date\n1,2026-12-31,2026-12-30\n",
        (1, "Due date", "both mean the customer due"),
    ),
    refused("a header whose quotation mark is not closed", '"Order #,Due\n1,2026-12-31\n', (1, "", "not closed")),
    refused("more rows than are taken", HEADER + ORDER * 3, (4, "", "more than the 2 rows"), most_rows=2),
    refused("more bytes than are taken", HEADER, (NOWHERE, "", "26 bytes, more than the 25"), most_bytes=25),
    refused(
        "dates that can all be read in two ways", HEADER + "1,04/04/2026\n2,03/04/2026\n3,\n4,05/06/2026\n",
        (3, "Customer due date", "'03/04/2026' can be 3 April 2026 or 4 March 2026, and so can every date"),
    ),
]  # fmt: skip
