"""The pages of the QuickBooks Desktop DAGs in Airflow's UI, written from what the flows and their settings say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from accordant.flows.base import Flow
from accordant.flows.qbd.settings import QuickBooksSettings
from accordant.sync.limits import Limits
from accordant.sync.merge import Names, Side
from accordant.sync.policy import MergePolicy, PolicyKind

_BOTH_WAYS = "What only one side changed goes to the other."

_PAGE = """
# {title}

**Do not use it** {not_for}.

Each run reads what changed in {ours} and in {theirs} since the last one and brings both into agreement.
Nothing is written twice, and nothing is deleted: what one side deleted becomes inactive or closed on the other.

**Who decides**

{policy}

**What waits**

{waits}

| step | what it does | look here when |
|---|---|---|
| prepare | migrates the sync store, settles what a dead run left open | the store or a connection is wrong |
| extract | stages what changed on both sides, with an overlap of {overlap} s | a system is down |
| validate | runs the Great Expectations suite; bad records go to quarantine with their reason | a record is missing |
| diff | matches and merges, and stores the plan with its id | you want to know why something changes |
| approve | passes a plan within the limits; a larger one waits in **Browse › Required Actions** | the run waits |
| load | writes, each operation exactly once; a lost answer is looked up | a system refuses something |
| reconcile | reads both sides again and stores the certificate | the numbers must be proven |
| close | sums the run up{announced} | you want one line |

**When it runs**: {when}. Both sides are read as a whole every {full_hours} hours, or when you ask for a full compare.

**Connections**: {connections}, `accordant_store`. **Settings**: `include/settings/{name}.yaml`.
**Rules**: `include/expectations/{name}.*.json`.

**When something is wrong**: `accordant status`, `accordant quarantine list`, `accordant doctor`. Every error has a
code; docs/errors.md says what it means, who acts and what to do. A failed run may simply be
started again.
"""

_EVERYTHING = """
# QuickBooks Desktop: everything, in order

**Do not use it** for the hourly work: the DAGs below run by themselves. Use it after a long pause, after mending
records that others wait for, or to see both sides in agreement from end to end. It needs these DAGs to be switched on.

{flows}
- then `qbd_items` once more, as a full compare: orders and adjustments move quantities that come from QuickBooks
  only, and give an item no new timestamp there

Each starts when those it needs have ended, however they ended: records whose references are not agreed wait by
themselves. A flow that needs a person does not stop the others; one that fails is shown in red, and `summary` names it.
Runs that this DAG starts announce nothing, so no flow runs twice. *Preview*, *Full compare* and *Wait for approval*
are passed on.

| task | what it does | look here when |
|---|---|---|
| qbd_… | starts that DAG's run and waits for it in Airflow's triggerer | it is red: open **Triggered DAG** |
| summary | one line per flow: what was agreed, what is left | you want the whole picture |

The steps of each flow (prepare, extract, validate, diff, approve, load, reconcile, close) are in its own DAG.

**Connections** and **Settings** are those of the flows. **When something is wrong**: `accordant status`,
`accordant quarantine list`; docs/errors.md says what each code means.
"""


def object_type_page(flow: Flow, title: str, not_for: str, when: str, announced: str) -> str:
    """Return the page of a flow's DAG, as Markdown.

    Args:
        title: what the office calls it.
        not_for: goes on after "Do not use it".
        when: when it runs, in words.
        announced: what close announces, in words; '' for nothing.
    """
    settings = flow.settings
    assert isinstance(settings, QuickBooksSettings)
    return _PAGE.format(
        title=title,
        not_for=not_for,
        ours=flow.names.ours,
        theirs=flow.names.theirs,
        policy=_listed(policy_in_words(settings.policy, flow.names, settings.clock_doubt_seconds)),
        waits=_listed(_waits(flow, settings.limits)),
        overlap=settings.overlap_seconds,
        announced=announced and f"; a scheduled run announces `{announced}`",
        when=when,
        full_hours=settings.full_compare_hours,
        connections=f"`{flow.source_connection}`, `{flow.target_connection}`",
        name=flow.name,
    )


def everything_page(flows: Sequence[tuple[str, str, list[str]]]) -> str:
    """Return the page of the DAG that runs all flows.

    Args:
        flows: name, title and the flows that it needs, in their order.
    """
    lines = (f"`{name}`: {title}{_after(needs)}" for name, title, needs in flows)
    return _EVERYTHING.format(flows=_listed(lines))


def _after(needs: list[str]) -> str:
    return f", after {' and '.join(f'`{name}`' for name in needs)}" if needs else ""


def policy_in_words(policy: MergePolicy, names: Names, doubt_seconds: float) -> Iterator[str]:
    """Yield the policy as sentences that an accountant can check."""
    called = {Side.OURS: names.ours, Side.THEIRS: names.theirs}
    yield _rule_in_words(policy, called, doubt_seconds)
    for side, fields in ((Side.THEIRS, policy.theirs), (Side.OURS, policy.ours)):
        if fields:
            yield f"Always from {called[side]}: {_fields(fields)}."


def _rule_in_words(policy: MergePolicy, called: dict[Side, str], doubt_seconds: float) -> str:
    if policy.kind is PolicyKind.NET_CHANGE:
        return "Both sides' changes add up: each gets the sum of what the other changed since they last agreed."
    if policy.authority is not None:
        return _authority_in_words(policy, called[policy.authority], called[policy.authority.other])
    if policy.ask:
        return f"{_BOTH_WAYS} A field that both changed waits for a person."
    return (
        f"{_BOTH_WAYS} A field that both changed: the later change wins; where times are too close to tell "
        f"({doubt_seconds:g} s and the clocks' difference), {called[policy.tie]} decides."
    )


def _authority_in_words(policy: MergePolicy, authority: str, other: str) -> str:
    if policy.kind is PolicyKind.ONE_WAY:
        return f"Everything comes from {authority}; nothing is ever written there."
    if policy.exceptions == "all":
        return f"{_BOTH_WAYS} A field that both changed: {authority} decides."
    if not policy.exceptions:
        return _sentence(f"{authority} decides. Whatever {other} changes is set back.")
    return _sentence(
        f"{authority} decides. {_sentence(other)} may change {_fields(policy.exceptions)}, as long as only it did; "
        "anything else that it changes is set back."
    )


def _waits(flow: Flow, limits: Limits) -> Iterator[str]:
    needed = sorted({kind for kind in flow.references.values() if kind != flow.root})
    if needed:
        refers = " or ".join(kind.replace("_", " ") for kind in needed)
        yield f"A record whose {refers} is not agreed yet waits by itself; it goes as soon as that is."
    yield "A record that is refused, or that has several possible matches, waits in quarantine for a person."
    if limits.operations is not None:
        yield f"A plan of more than {limits.operations} operations waits for a person's approval."
    if limits.deactivated_share is not None:
        yield f"So does one that deactivates more than {limits.deactivated_share:.0%} of all agreed records."
    if limits.money_moved is not None:
        yield f"So does one that moves more than {limits.money_moved:,.2f} in money."


def _fields(names: tuple[str, ...]) -> str:
    return ", ".join(name.replace("_", " ") for name in names)


def _listed(sentences: Iterable[str]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
