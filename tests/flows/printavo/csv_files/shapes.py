"""Encodings, separators, line breaks, quotation marks and rows of the wrong width."""

from __future__ import annotations

from tests.flows.printavo.csv_files.case import HEADER, Case

TABLE = HEADER + "1042,2026-12-31\n"
ONE = ("2: 1042 customer 2026-12-31",)
WIDTH = "The row has {} cells, but the header has {} columns"
ACCENTS = "Order #,Nickname,Customer due date\n1042,Café,2026-12-31\n"
CAFE = ("2: 1042 customer 2026-12-31 Café",)
QUOTE = "A quotation mark"

SHAPES = [
    Case("plain ASCII", TABLE, ONE, recognised={"encoding": "UTF-8", "separator": ",", "date_order": "ymd"}),
    Case("UTF-8 with accents", ACCENTS, CAFE),
    Case("UTF-8 with Excel's mark", ACCENTS.encode("utf-8-sig"), CAFE, recognised={"encoding": "UTF-8"}),
    Case("little-endian UTF-16 with its mark", ACCENTS.encode("utf-16"), CAFE, recognised={"encoding": "UTF-16"}),
    Case("big-endian UTF-16 with its mark", ("\ufeff" + ACCENTS).encode("utf-16-be"), CAFE),
    Case(
        "Windows-1252", ACCENTS.encode("cp1252"), CAFE, warned=((None, "", "was read as Windows-1252"),),
        recognised={"encoding": "Windows-1252"},
    ),
    Case("semicolons", TABLE.replace(",", ";"), ONE, recognised={"separator": ";"}),
    Case("tabs", TABLE.replace(",", "\t"), ONE, recognised={"separator": "\t"}),
    Case("bars", TABLE.replace(",", "|"), ONE, recognised={"separator": "|"}),
    Case("Excel's line that names the separator", "sep=;\n" + TABLE.replace(",", ";"),
         ("3: 1042 customer 2026-12-31",)),
    Case("the same, quoted, in a file that was saved twice", '"sep=;",,\n' + TABLE.replace(",", ";"),
         ("3: 1042 customer 2026-12-31",)),
    Case("the mark with which old programs end a file", TABLE + "\x1a", ONE),
    Case(
        "another separator within the cells",
        "Order #;Customer;Customer due date\n1042;Smith, Jones, Sons, Ltd;2026-12-31\n",
        ("2: 1042 customer 2026-12-31 Smith, Jones, Sons, Ltd",), recognised={"separator": ";"},
    ),
    Case("lines that end as on Windows", TABLE.replace("\n", "\r\n"), ONE),
    Case("lines that end as on an old Mac", TABLE.replace("\n", "\r"), ONE),
    Case("no line break at the end", TABLE.rstrip(), ONE),
    Case("blank lines before, between and after", "\n\n" + TABLE.replace("\n", "\n\n") + ",\n\n",
         ("5: 1042 customer 2026-12-31",)),
    Case("names of columns in other case and spacing", "  ORDER   no. ,customer_Due-AT\n1042,2026-12-31\n", ONE),
    Case("an export of the company's own table",
         "order_id,visual_id,customer_due,production_due,total\n9,1042,2026-12-31,2026-12-30 17:00:00+00,12.50\n",
         ("2: 1042 customer 2026-12-31 production 2026-12-30T17:00Z total 12.50",)),
    Case("a plain due date is the customer's, with a doubt", "Order #,Due Date\n1042,2026-12-31\n", ONE,
         warned=((1, "Due Date", "does not say whose due date"),)),
    Case("a line break within the header", '"Order\n#","Customer\ndue date"\n1042,2026-12-31\n',
         ("4: 1042 customer 2026-12-31",)),
    Case(
        "line breaks, separators and quotation marks within cells",
        'Order #,Nickname,Customer due date\n1,"Tees,\r\n\r\n""big""",2026-12-31\n2,Caps,2026-12-30\n',
        ('2: 1 customer 2026-12-31 Tees, "big"', "5: 2 customer 2026-12-30 Caps"),
    ),
    Case('an inch mark within a cell', 'Order #,Nickname,Customer due date\n1,Print 5" wide,2026-12-31\n',
         ('2: 1 customer 2026-12-31 Print 5" wide',)),
    Case("blanks after the separators", 'Order #, Customer due date\n1042, "2026-12-31"\n', ONE),
    Case(
        "a quotation mark that is never closed takes no other row along", HEADER + '1,2026-12-31\n2,"2026-12-30\n3,\n',
        ("2: 1 customer 2026-12-31", "4: 3 customer nothing"), ((3, "", QUOTE),),
    ),
    Case(
        "two stray quotation marks do not swallow the rows between them",
        'Customer due date,Order #,Nickname\n2026-12-31,1,"Tee\n2026-12-30,2,Cap\n2026-12-29,3,"Bag\n',
        ("3: 2 customer 2026-12-30 Cap",), ((2, "", QUOTE), (4, "", QUOTE)),
    ),
    Case("text behind a closing quotation mark", 'Order #,Nickname,Due on,Customer due\n1,"A"B,,2026-12-31\n',
         (), ((2, "", QUOTE),)),
    Case("separators at the end of every line", "Order #,Customer due date,,\n1042,2026-12-31,,\n", ONE),
    Case("separators at the end of every row but the header", HEADER + "1,2026-12-31,\n2,2026-12-30,\n",
         ("2: 1 customer 2026-12-31", "3: 2 customer 2026-12-30")),
    Case(
        "a comma too many in one row moves no date into another column",
        "Order #,Nickname,Customer due,Production due,Notes\n"
        "1,Shirts,,2026-12-31,2026-12-20,\n2,Caps,2026-12-30,2026-12-29,x\n",
        ("3: 2 customer 2026-12-30 production 2026-12-29 Caps",), ((2, "", WIDTH.format(6, 5)),),
    ),
    Case("a row with a cell too few", HEADER + "1042\n1043,2026-12-31\n", ("3: 1043 customer 2026-12-31",),
         ((2, "", WIDTH.format(1, 2)),)),
    Case("a text broken into two lines", "Order #,Nickname,Customer due\n1,Tees for,\nSmith,2026-12-31\n",
         ("2: 1 customer nothing Tees for",), ((3, "", WIDTH.format(2, 3)),)),
    Case("every row refused leaves a file that was understood", HEADER + "1042,soon\n", (),
         ((2, "Customer due date", "'soon' is no date"),)),
]  # fmt: skip
