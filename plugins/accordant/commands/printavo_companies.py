"""`accordant printavo companies`: who belongs to which key account, by which rule, and who almost does."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from accordant.commands.airflow_home import settle_home
from accordant.commands.exits import EPILOG
from accordant.commands.failures import Hint
from accordant.commands.output import JsonOption, cell, count, people, print_json, table

app = typer.Typer()


@app.command(epilog=EPILOG)
def companies(
    company: Annotated[str, typer.Argument(help="Only this company.")] = "", as_json: JsonOption = False
) -> None:
    """List who belongs to which company by the rules of the settings, and whose name only resembles it."""
    settle_home()
    from accordant.flows.printavo.flow import FLOW
    from accordant.tasks.printavo_companies import company_lists

    if company and company not in FLOW.companies:
        raise Hint(f"No company is named {company!r}.", f"There are {', '.join(FLOW.companies) or 'none'}.")
    found = [one for one in company_lists() if company in ("", one["company"])]
    if as_json:
        print_json({"companies": found})
        return
    for one in found:
        _show(one)


def _show(one: dict[str, Any]) -> None:
    console = people()
    console.print(f"[bold]{one['company']}[/]  printavo.{one['company']}_orders holds {one['orders_shown']:,} orders")
    if one["members"]:
        shown = table("", "id", "name", "by the rule", "orders", numbers=("orders",))
        for row in one["members"]:
            shown.add_row(row["kind"], cell(row["id"]), cell(row["name"]), cell(row["rule"]), count(row["orders"]))
        console.print(shown)
    else:
        console.print("Nobody in Printavo matches its rules.")
    if one["candidates"]:
        console.print("These resemble it, and no rule says whether they belong to it:")
        for row in one["candidates"]:
            console.print("  ", cell(f"{row['kind']} {row['id']}: {row['name']} ({row['orders']:,} orders)"), sep="")
        sentence = (
            f"Add their ids under companies: {one['company']}: in include/settings/printavo.yaml, to customer_ids or "
            "contact_ids, or to excluded_customer_ids or excluded_contact_ids."
        )
        console.print("[dim]next        [/]", cell(sentence), sep="", soft_wrap=True)
    console.print()
