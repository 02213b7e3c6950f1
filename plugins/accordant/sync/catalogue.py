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
    ("TARGET_EDITED", "Somebody changed a field in the target; the source did not change it, so it was kept.",
     _ACCOUNTANT, "Nothing, if the change is right; else correct it in the target."),
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
    ("VALIDATION_BROKEN", "A validation rule could not be evaluated.", _YOU,
     "Correct the named expectation in include/expectations/; nothing was written."),
)  # fmt: skip
