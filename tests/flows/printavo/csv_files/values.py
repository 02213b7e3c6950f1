"""Order numbers, duplicates and totals."""

from __future__ import annotations

from typing import Any

from tests.flows.printavo.csv_files.case import HEADER, Case, Found

NUMBER = "Order #"
DUE = "customer 2026-12-31"


def number(name: str, written: str, read: str, *warned: Found) -> Case:
    return Case(name, f"{HEADER}{written},2026-12-31\n", (f"2: {read} {DUE}",), warned=warned)


def refused(name: str, written: str, words: str) -> Case:
    return Case(name, f"{HEADER}{written},2026-12-31\n1,2026-12-31\n", (f"3: 1 {DUE}",), ((2, NUMBER, words),))


def totals(name: str, written: list[str], read: list[str], *warned: Found, **options: Any) -> Case:
    """A table of totals, one order for each; '' is a total that was left out."""
    rows = "".join(f'{n},2026-12-31,"{text}"\n' for n, text in enumerate(written, start=1))
    told = tuple(f"{n + 1}: {n} {DUE}" + (f" total {text}" if text else "") for n, text in enumerate(read, start=1))
    return Case(name, f"Order #,Customer due date,Total\n{rows}", told, warned=warned, options=options)


VALUES = [
    number("an order number with its sign", "#1042", "1042"),
    number("an order number with blanks", "  # 1042 ", "1042"),
    number("an order number in letters", "Q-1042/b", "Q-1042/b"),
    number("leading zeros stay", "0042", "0042"),
    number("an order number as Excel's text formula", '="1042"', "1042"),
    number("an order number as a quoted text formula", '"=""1042"""', "1042"),
    number("an order number behind Excel's apostrophe", "'1042", "1042"),
    number("an order number with decimals", "1042.0", "1042", (2, NUMBER, "'1042.0' was read as order 1042")),
    number("an order number with a decimal comma", '"1042,00"', "1042", (2, NUMBER, "had made a decimal of it")),
    number("an order number with three decimals", "1042.000", "1042", (2, NUMBER, "had made a decimal of it")),
    refused("three zeros behind a mark may be thousands", "104.000", "marks between its thousands"),
    refused("an order number that Excel has shortened", "1.04E+03", "'1.04E+03' is a number that Excel has shortened"),
    refused("the same with a decimal comma", '"1,04E+03"', "digits are lost"),
    refused("an order number with thousands", '"1,042"', "marks between its thousands"),
    refused("an order number of signs only", "---", "'---' is no order number"),
    refused("an endless order number", "9" * 41, "is no order number"),
    refused("a formula without its result", "=A1+1", "'=A1+1' is a formula"),
    refused("an error of Excel", "#REF!", "'#REF!' is what Excel shows"),
    refused("no order number", "", "The row has no order number"),
    Case("the same order twice with the same dates is taken once", HEADER + "1,2026-12-31\n#1,31.12.2026\n",
         (f"2: 1 {DUE}",), warned=((3, NUMBER, "Line 2 says the same of this order"),)),
    Case("the same order with two dates is refused in both rows", HEADER + "1,2026-12-31\n2,\n1,2026-12-30\n",
         ("3: 2 customer nothing",),
         ((2, NUMBER, "line 4 does not say the same"), (4, NUMBER, "line 2 does not say the same"))),
    Case("an order is not taken from one row while its other row cannot be read", HEADER + "1,2026-12-31\n1,soon\n",
         (), ((2, NUMBER, "line 3 does not say the same"), (3, "Customer due date", "'soon' is no date"))),
    Case("a text formula with quotation marks",
         'Nr,Nickname,Customer due\n1,"=""The """"big"""" one""",\n',
         ('2: 1 customer nothing The "big" one',)),
    Case("two bad cells are two refusals", HEADER + ",soon\n", (),
         ((2, NUMBER, "no order number"), (2, "Customer due date", "'soon' is no date"))),
    Case("what is only compared is read along",
         "Visual ID,Customer,Nickname,Order Status,Total,Due on,Customer due\n1,IMM,Staff tees,Printing,12.5,x,\n",
         ("2: 1 customer nothing total 12.5 IMM Staff tees Printing",)),
    totals("totals with a decimal point", ["1,234.56", "1,234", "$ 12.50", "1,234,567", "(7)"],
           ["1234.56", "1234", "12.50", "1234567", "-7"]),
    totals("totals with a decimal comma", ["1.234,56", "1.234", "12,50 €", "1 234,5", "-3,00"],
           ["1234.56", "1234", "12.50", "1234.5", "-3.00"]),
    totals("a decimal comma without thousands", ["1234,56"], ["1234.56"]),
    totals("thousands as in Switzerland", ["CHF 1", "1’234.50"], ["", "1234.50"],
           (2, "Total", "'CHF 1' is no amount")),
    totals("thousands between unbreakable blanks", ["EUR 1\u00a0234,50"], ["1234.50"]),
    totals("a total that can be read in two ways is left out, the order taken", ["1,234", "99"], ["", "99"],
           (2, "Total", "'1,234' can be 1234 or 1.234")),
    totals("a leading zero tells the decimal mark", ["0,125", "1,234"], ["0.125", "1.234"]),
    totals("a total that a setting tells", ["1,234"], ["1.234"], decimal=","),
    totals("a total against the rest", ["1.5", "1,5"], ["1.5", ""], (3, "Total", "not written with '.'")),
    totals("an endless total", ["9" * 41], [""], (2, "Total", "is no amount")),
    totals("a total that is none", ["free"], [""], (2, "Total", "taken without its total")),
]  # fmt: skip
