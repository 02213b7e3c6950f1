"""The catalogue of error codes: what each means, who acts, and what to do.

docs/errors.md is generated from it (`make docs`) and a test checks that both agree.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Actor(StrEnum):
    """Who must act so that the error goes away."""

    YOU = "you"
    ACCOUNTANT = "the accountant"
    VENDOR = "the vendor"
    NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """One row of the catalogue."""

    code: str
    means: str
    actor: Actor
    action: str


def _catalogue(*rows: tuple[str, str, Actor, str]) -> dict[str, ErrorCode]:
    return {code: ErrorCode(code, means, actor, action) for code, means, actor, action in rows}


_YOU, _ACCOUNTANT, _NOBODY = Actor.YOU, Actor.ACCOUNTANT, Actor.NOBODY

CATALOGUE: dict[str, ErrorCode] = _catalogue(
    # -- settings and connections
    ("SETTING_INVALID", "A settings file holds a value that cannot be used.", _YOU,
     "Correct the named key in include/settings/ and start the run again."),
    ("CONNECTION_MISSING", "An Airflow Connection that the flow needs is not defined.", _YOU,
     "Create it in Admin > Connections or as AIRFLOW_CONN_<ID>; `accordant doctor` checks it."),
    ("CONNECTION_INCOMPLETE", "An Airflow Connection lacks a value, or holds one that cannot be used.", _YOU,
     "Correct the named value of the Connection; `accordant doctor` checks it."),
    ("CREDENTIALS_REFUSED", "The system refused the user, password or token.", _YOU,
     "Correct the password of the named Connection; `accordant doctor` checks it."),
    ("PERMISSION_MISSING", "The user is known but may not do this.", _YOU,
     "Give the user of the Connection the missing role in that system."),
    ("ADDRESS_WRONG", "Something answered, but not the expected system.", _YOU,
     "Correct the base URL of the named Connection (scheme, host, port and path)."),
    ("STORE_NEWER", "The sync store was migrated by a newer Accordant than this code.", _YOU,
     "Update this installation to the newer version; nothing was changed."),
    ("STORE_UNREACHABLE", "The sync store cannot be reached.", _YOU,
     "Check the Connection accordant_store and that its Postgres runs; nothing was changed."),
    ("DAG_UNKNOWN", "No DAG has that name.", _YOU, "Correct the name; dags/ holds one file for each."),
    # -- passing faults
    ("SYSTEM_DOWN", "The system did not answer or answered with a server error.", _NOBODY,
     "The run tries again by itself; if it lasts, ask whoever runs that system."),
    ("THROTTLED", "The system asked us to slow down for longer than one run may wait.", _NOBODY,
     "The next run goes on by itself; lower the rate in the settings if it happens often."),
    ("ANSWER_UNREADABLE", "The system's answer was cut off or was not what its API promises.", _NOBODY,
     "The run tries again by itself; if it lasts, look for a proxy between us and that system."),
    ("OUTCOME_UNKNOWN", "A write was sent and its answer never came.", _NOBODY,
     "The record is looked up before anything is sent again; nothing to do."),
    ("RUN_OVERLAPS", "Another run of the same flow is working on the same accounts.", _NOBODY,
     "This run tries again by itself; the two never write at once."),
    ("RUN_CANCELLED", "A person cancelled the run between two operations.", _NOBODY,
     "Nothing is half-done; the next run goes on."),
    # -- decisions for a person
    ("PLAN_OVER_LIMITS", "The plan is larger than the flow may apply without being asked.", _YOU,
     "Read it with `accordant plan show`, then approve it in Airflow's Required Actions."),
    ("PLAN_REJECTED", "A person rejected the plan.", _NOBODY, "Nothing was written."),
    ("SEVERAL_MATCHES", "Several records of the other system match; linking one would be a guess.",
     _ACCOUNTANT, "Merge or rename the duplicates in that system, or give them a tax id; then retry."),
    ("LINE_VANISHED", "A line that was agreed before is no longer in the source.", _ACCOUNTANT,
     "Delete the line in the target if that is right; we never delete it alone."),
    ("BOTH_CHANGED", "Both sides changed the same field to different values.", _ACCOUNTANT,
     "Set the right value on both sides; the next run sees that they agree."),
    ("ORDER_NOT_DRAFT", "The order was issued, closed or cancelled, and its invoice changed since.",
     _ACCOUNTANT, "Correct the order by hand, or put it back to draft and retry the document."),
    ("ORDER_GONE", "The order that was agreed is no longer in the target.", _ACCOUNTANT,
     "Restore the order there, or remove the invoice from the source; we never make it a second time alone."),
    ("LINE_GONE", "A line that was agreed before was deleted in the target.", _ACCOUNTANT,
     "Add the line again there, or remove it from the source document."),
    ("LINE_NOT_OURS", "A line that somebody added to the order in the target.", _NOBODY,
     "Nothing: it is left alone and counted on neither side."),
    ("TARGET_EDITED", "Source and target differ in a field that may differ; what the target holds was kept.",
     _ACCOUNTANT, "Nothing, if what the target holds is right; else correct it there."),
    ("DETAILS_CUT", "The article's details are longer than the target's notes; the end was left out.",
     _ACCOUNTANT, "Nothing, if the beginning is enough; else shorten `detalii`."),
    ("ORDER_OTHER_CUSTOMER", "An order with this invoice's marker belongs to another customer.",
     _ACCOUNTANT, "Check which is right, correct the order's customer or description, then retry."),
    ("INVOICE_TWICE_DIFFERENT", "One invoice number stands in two documents with different content.",
     _ACCOUNTANT, "Decide which document is right, correct or remove the other; then retry."),
    ("PLAN_OVERTAKEN", "A later run made and applied a plan of its own, so this older plan is not applied.", _NOBODY,
     "Nothing: the later run did the work. Start a new run rather than this one again."),
    ("RECORD_MOVED", "The record changed between plan and load, so the operation was not applied.",
     _NOBODY, "It comes back in the next plan."),
    ("REFERENCE_GONE", "The customer or part that we had agreed was deleted in the target.", _NOBODY,
     "The next run looks it up anew and goes on with what it finds."),
    ("WAITS_FOR_REFERENCE", "A record that this one refers to is not agreed yet.", _NOBODY,
     "It goes out by itself once the other is agreed; see that one's own entry."),
    # -- raw invoice documents
    ("DATA_SHAPE", "The document's `data` is missing or is no list of invoices.", _YOU,
     "Correct the document's `data` (a list of invoices, or one invoice) in MongoDB."),
    ("INVOICE_UNNUMBERED", "The invoice has no `serie` or no `numar`, so it cannot be told apart.",
     _ACCOUNTANT, "Complete serie and numar in the source document."),
    ("INVOICE_NUMBER_INVALID", "`serie` or `numar` holds a character or length that the marker cannot hold.",
     _ACCOUNTANT, "Correct serie and numar in the source document."),
    ("INVOICE_DATE_INVALID", "`data_emitere` is missing or is no date of the calendar.", _ACCOUNTANT,
     "Correct the date (YYYY-MM-DD, time optional) in the source document."),
    ("INVOICE_EMPTY", "The invoice has no list of articles.", _ACCOUNTANT,
     "Add the articles in the source document."),
    ("INVOICE_NO_GOOD_LINE", "None of the invoice's articles could be used, so no order was made.",
     _ACCOUNTANT, "See the entries of its articles; correct them in the source document."),
    ("CUSTOMER_NAME_INVALID", "The customer's name is missing, too long, or holds HTML.", _ACCOUNTANT,
     "Correct `denumire_client` in the source document (at most 100 characters)."),
    ("ARTICLE_SHAPE", "An article is not an object with named fields.", _YOU,
     "Correct the entry of `articole` in the source document."),
    ("ARTICLE_NAME_INVALID", "The article's name is missing, too long, or holds HTML.", _ACCOUNTANT,
     "Correct `nume_produs` in the source document (at most 100 characters)."),
    ("ARTICLE_CODE_INVALID", "The article's code is too long or holds HTML.", _ACCOUNTANT,
     "Correct `cod_conta_produs` in the source document (at most 100 characters)."),
    ("QUANTITY_INVALID", "The quantity is missing or is no number.", _ACCOUNTANT,
     "Write the quantity as a number with a decimal point in the source document."),
    ("QUANTITY_PRECISION", "The quantity has more than 5 decimals or more than 15 digits in all.",
     _ACCOUNTANT, "Round the quantity in the source document; we do not round real digits."),
    ("PRICE_INVALID", "The price is missing, negative, or is no number.", _ACCOUNTANT,
     "Write the price as a number with a decimal point in the source document."),
    ("PRICE_PRECISION", "The price has more than 6 decimals or more than 19 digits in all.",
     _ACCOUNTANT, "Round the price in the source document; we do not round real digits."),
    ("STORNO_LINE", "The line is negative (storno); InvenTree holds no negative sales order line.",
     _ACCOUNTANT, "Enter the return or credit in InvenTree by hand and note it on the order."),
    ("TAX_ID_UNCHECKED", "The tax id fails its check digit; the invoice was taken all the same.",
     _ACCOUNTANT, "Check the customer's tax id."),
    # -- InvenTree
    ("COMPANY_NOT_CUSTOMER", "The company exists in InvenTree but is not marked as a customer.",
     _ACCOUNTANT, "Mark the company as customer in InvenTree, then retry the document."),
    ("PART_NOT_SALABLE", "The part exists in InvenTree but is not salable.", _ACCOUNTANT,
     "Mark the part as salable in InvenTree, then retry the document."),
    ("PART_INACTIVE", "The part exists in InvenTree but is inactive.", _ACCOUNTANT,
     "Activate the part in InvenTree or name its successor in the document, then retry."),
    ("REFUSED_BY_TARGET", "The target system refused the record; its own words are in the sentence.",
     _ACCOUNTANT, "Correct what the sentence names, then retry the document."),
    # -- QuickBooks Desktop through Conductor
    ("QUICKBOOKS_NOT_LINKED", "Conductor has no working link to the company file.", _YOU,
     "Make a new link for the end user in Conductor's dashboard and open it on the PC that runs QuickBooks."),
    ("QUICKBOOKS_CLOSED", "Conductor answers, but does not reach QuickBooks: it is closed or shows a dialog, or "
     "another company file is open.", _YOU,
     "Open the company file in QuickBooks and close its dialogs; the run tries again by itself."),
    ("RECORD_LOCKED", "Somebody has the record open in QuickBooks, so it could not be changed.", _NOBODY,
     "The run tries again by itself; if it lasts, close the record in QuickBooks."),
    ("LIST_TIMED_OUT", "QuickBooks took too long to answer a question.", _NOBODY,
     "The question is asked again in smaller parts."),
    ("REVISION_STALE", "The record was changed in QuickBooks after we read it, so our change was not applied.",
     _NOBODY, "It is read anew and comes back in the next plan if it still differs."),
    ("RECORD_GONE", "The record that should be changed is no longer in QuickBooks.", _NOBODY,
     "The next run looks it up anew and goes on with what it finds."),
    ("NAME_IN_USE", "Another record of QuickBooks has this name already.", _ACCOUNTANT,
     "Rename one of the two, or merge them in QuickBooks; then retry the record."),
    ("REFERENCE_UNKNOWN", "The record refers to something that QuickBooks does not have.", _ACCOUNTANT,
     "Create in QuickBooks what the sentence names, or correct the record; then retry it."),
    ("TEXT_NOT_HELD", "The record holds characters that QuickBooks cannot read.", _ACCOUNTANT,
     "Write the text without unusual characters; then retry the record."),
    # -- QuickBooks Online
    ("QBO_RECONNECT", "Intuit accepts none of the refresh tokens any more: the app is no longer connected to the "
     "company.", _YOU,
     "Authorise the app again for the company (for example in Intuit's OAuth 2.0 Playground) and put the new refresh "
     "token into the extra `refresh_token` of the Connection."),
    ("DOCUMENT_NUMBER_TAKEN", "Another document of QuickBooks Online has this number already.", _ACCOUNTANT,
     "Compare the two; give one of them another number, or delete the wrong one in QuickBooks."),
    ("CUSTOMER_NAME_TAKEN", "A customer, vendor, employee or item of QuickBooks Online has this name already.",
     _ACCOUNTANT, "Rename one of the two in QuickBooks, or merge them; then retry the record."),
    ("REFERENCE_INVALID", "The record refers to something that QuickBooks Online does not have, or has inactive.",
     _ACCOUNTANT, "Make active again in QuickBooks what the sentence names, or correct the record; then retry it."),
    # -- what QuickBooks Desktop can hold
    ("NAME_MISSING", "The record has no name.", _ACCOUNTANT, "Name it in the WMS."),
    ("NAME_TOO_LONG", "The name is longer than QuickBooks holds; cut names collide, so it is not cut.", _ACCOUNTANT,
     "Shorten the name in the WMS (41 characters for customers and vendors, 31 for items)."),
    ("NAME_HAS_COLON", "The name holds a colon, which QuickBooks keeps for Parent:Child.", _ACCOUNTANT,
     "Take the colon out of the name in the WMS, or make it a sub-record of its parent."),
    ("TEXT_TOO_LONG", "A text is longer than QuickBooks holds.", _ACCOUNTANT, "Shorten it in the WMS."),
    ("REF_NUMBER_TOO_LONG", "The number has more than the 11 characters that QuickBooks holds.", _ACCOUNTANT,
     "Shorten the number in the WMS."),
    ("FIELD_MISSING", "A field that QuickBooks requires is empty.", _ACCOUNTANT, "Fill it in in the WMS."),
    ("ORDER_WITHOUT_LINES", "The order has no lines.", _ACCOUNTANT, "Add its lines in the WMS."),
    ("ADJUSTMENT_WITHOUT_LINES", "The inventory adjustment has no lines.", _ACCOUNTANT,
     "Add its lines in the WMS, or withdraw it."),
    ("ITEM_KIND_UNKNOWN", "The item is of none of the five kinds.", _YOU,
     "Correct the item's kind in the WMS, or the query include/sql/wms/item_read.sql."),
    ("ACCOUNT_MISSING", "A stocked item lacks one of its accounts.", _ACCOUNTANT,
     "Enter income, cost of goods and asset account of the item in the WMS."),
    ("BALANCE_BEYOND_TOTAL", "An invoice owes more than its total.", _ACCOUNTANT, "Look at the invoice in QuickBooks."),
    ("ITEM_SHAPE_FIXED", "QuickBooks made the item as sold or bought, and it cannot become both.", _ACCOUNTANT,
     "Make a new item in QuickBooks that is sold and bought, and let the WMS use it."),
    ("FIELD_NOT_WRITABLE", "QuickBooks does not take this change of the field.", _ACCOUNTANT,
     "Change the field in QuickBooks by hand, or set it back in the WMS."),
    ("NAME_NOT_IN_LIST", "A name is not in the list of QuickBooks that it belongs to.", _ACCOUNTANT,
     "Add the name to that list in QuickBooks, or correct it in the WMS, then retry."),
    # -- two-way flows
    ("FIXED_FIELD_DIFFERS", "Both sides have a record of this name, but of different kinds.", _ACCOUNTANT,
     "Rename one of the two; they are not the same record."),
    ("NOT_CREATED", "The record is on one side only, and this flow does not create it on the other.", _ACCOUNTANT,
     "Enter it in QuickBooks, if it belongs there."),
    ("CHANGED_SINCE", "The record was edited after the run had read it.", _NOBODY, "The next run takes it up."),
    ("RECORD_DELETED", "The record was deleted on one side, and is retired on the other.", _NOBODY,
     "Nothing: it is never deleted here."),
    ("COMPANY_WRONG", "Another company file answers than the one that records were agreed with.", _YOU,
     "Point the Connection back at the right end user. If the company was renamed, see docs/production.md."),
    ("LEVELS_UNUSABLE", "Stock levels cannot say what was adjusted, because sales or receipts move them too.", _YOU,
     "Set `strategy: documents` and a later `from_date`, so that QuickBooks can list the adjustments in time."),
    # -- the WMS
    ("WMS_UNREACHABLE", "The database of the WMS cannot be reached, or is busy.", _NOBODY,
     "The run is tried again; check the Connection wms_default if it stays so."),
    ("WMS_SQL_WRONG", "A statement of include/sql/wms/ does not fit this WMS.", _YOU,
     "Correct the named file; docs/own-wms.md says what it must do."),
    ("REFUSED_BY_WMS", "A rule of the WMS refused the record; its own words are in the sentence.", _YOU,
     "Correct the record, or the rule, then retry."),
    # -- the MIS and QuickBooks Online
    ("PARAMETER_INVALID", "A run was asked for with a parameter that cannot be used.", _YOU,
     "Correct the parameter and start the run again; nothing was read or written."),
    ("CREDIT_ROW", "The row is a credit; only debits become invoices.", _ACCOUNTANT,
     "Enter the credit in QuickBooks by hand (a credit memo or a payment)."),
    ("AMOUNT_NOT_POSITIVE", "The amount is missing, zero, negative or no number.", _ACCOUNTANT,
     "Correct the amount in the MIS, then `accordant mis retry`."),
    ("AMOUNT_PRECISION", "The amount has more digits than an invoice holds.", _ACCOUNTANT,
     "Round the amount in the MIS, then `accordant mis retry`; we do not round real digits."),
    ("CUSTOMER_NOT_FOUND", "No student of the MIS has the row's registration number.", _ACCOUNTANT,
     "Add the student or correct the number in the MIS, then `accordant mis retry`."),
    ("REG_NO_INVALID", "The registration number cannot be the name of a customer in QuickBooks.", _ACCOUNTANT,
     "Correct it in the MIS (no colon, at most 500 characters), then `accordant mis retry`."),
    ("DATE_MISSING", "The invoice has no date of the calendar.", _ACCOUNTANT,
     "Complete the date in the MIS, then `accordant mis retry`."),
    ("DATE_OUT_OF_RANGE", "The date is before the first or after the last day that the settings take.", _ACCOUNTANT,
     "Correct the date in the MIS or `source:` in include/settings/mis_invoices.yaml, then `accordant mis retry`."),
    ("COMMENT_TOO_LONG", "A text is longer than QuickBooks holds.", _ACCOUNTANT,
     "Shorten it in the MIS, then `accordant mis retry`; we cut nothing."),
    ("EMAIL_INVALID", "The student's e-mail address is none; the customer was made without it.", _ACCOUNTANT,
     "Correct the address in the MIS and in QuickBooks."),
    ("PHONE_INVALID", "The student's telephone number is none; the customer was made without it.", _ACCOUNTANT,
     "Correct the number in the MIS and in QuickBooks."),
    ("INVOICE_NUMBER_TOO_LONG", "The invoice's number has more than the 21 characters that QuickBooks holds.", _YOU,
     "Shorten `invoice: prefix` in include/settings/mis_invoices.yaml."),
    ("ITEM_MISSING", "QuickBooks has no item for the row's fee category, and the settings make none.", _ACCOUNTANT,
     "Make the item in QuickBooks or set `items:` in include/settings/mis_invoices.yaml, then `accordant mis retry`."),
    ("DOCUMENT_DIFFERS", "QuickBooks has another invoice under this number.", _ACCOUNTANT,
     "Decide which is right and correct the other, then `accordant mis retry`; we overwrite neither."),
    ("QBO_NUMBERS_ITSELF", "The QuickBooks company numbers its invoices itself.", _ACCOUNTANT,
     "In QuickBooks: Settings > Account and settings > Sales > Custom transaction numbers: on."),
    ("MIS_UNREACHABLE", "The database of the MIS cannot be reached, or is busy.", _NOBODY,
     "The run is tried again; check the Connection mis_default if it stays so."),
    ("MIS_NOT_PREPARED", "The MIS's table of invoices has no columns yet that say which invoices went out.", _YOU,
     "Run `accordant mis prepare`; with `--dry-run` it shows what it would add."),
    ("MIS_TABLES_WRONG", "The MIS has no table or column of that name, or it cannot hold what it must.", _YOU,
     "Correct the names under `source: tables:` in include/settings/mis_invoices.yaml."),
    ("VALIDATION_BROKEN", "A validation rule could not be evaluated.", _YOU,
     "Correct the named expectation in include/expectations/; nothing was written."),
)  # fmt: skip
