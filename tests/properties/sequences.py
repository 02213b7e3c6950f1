"""A sequence: what people do and what goes wrong, one thing after the other, and then quiet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from tests.properties import promises
from tests.properties.memory_books import Fault
from tests.properties.people import EDITS, People
from tests.properties.two_sides import FLOWS, Interruption, Office, PowerCut

TYPES = tuple(FLOWS)
ROUND = (*FLOWS.values(),)
FAILPOINTS = (
    "load.2.after_intent", "load.3.after_send", "load.9.sent_not_noted", "load.4.after_record", "load.1.before_intent",
    "load.6.before_settle", "load.7.after_settle", "load.5.after_phase", "load.8.finished", "diff.folded",
    "diff.planned", "extract.staged",
)  # fmt: skip
FAULTS = (
    "error_500_after_apply", "request_timeout_after_apply", "error_502_before_apply", "stale_revision",
    "record_locked", "throttle", "quickbooks_closed", "request_timeout",
)  # fmt: skip
DURING = ("diff.planned", "load.1.before_intent", "load.2.after_intent", "load.3.after_send", "load.9.sent_not_noted",
          "load.4.after_record")  # fmt: skip
PAUSES = (0, 1, 3, 30, 400)  # seconds
SKEWS = (0, 45, -45, 3600)  # seconds the PC's clock is ahead
SET_BACK = 250  # seconds by which it is set back at most: more than a list's overlap is found by a full compare only


class Step(NamedTuple):
    """One thing that happens; what the numbers mean depends on it."""

    what: str
    kind: int
    a: int
    b: int
    c: int
    wait: int


DOINGS: dict[str, Callable[[Office, People, Step], None]] = {}
WEIGHTS: dict[str, int] = {}


def _doing(
    name: str, weight: int = 1
) -> Callable[[Callable[[Office, People, Step], None]], Callable[[Office, People, Step], None]]:
    def register(do: Callable[[Office, People, Step], None]) -> Callable[[Office, People, Step], None]:
        DOINGS[name], WEIGHTS[name] = do, weight
        return do

    return register


def _type(step: Step) -> str:
    return TYPES[step.kind % len(TYPES)]


def _flow(step: Step) -> str:
    return ROUND[step.kind % len(ROUND)]


def _order(step: Step) -> str:
    return ("sales_order", "purchase_order", "invoice")[step.kind % 3]


for _side in ("ours", "theirs"):
    _doing(f"{_side} create", 1)(lambda o, p, s, side=_side: p.create(side, _type(s), s.a, s.b))  # type: ignore[misc]
    _doing(f"{_side} edit", 6)(lambda o, p, s, side=_side: p.edit(side, _type(s), s.a, s.b, s.c))  # type: ignore[misc]
    _doing(f"{_side} lines", 3)(lambda o, p, s, side=_side: p.edit_lines(side, _order(s), s.a, s.b, s.c))  # type: ignore[misc]
    _doing(f"{_side} delete")(lambda o, p, s, side=_side: p.delete(side, _type(s), s.a))  # type: ignore[misc]


@_doing("invoice", 1)
def _invoice(office: Office, people: People, step: Step) -> None:
    people.invoice(step.a)


@_doing("pay", 1)
def _pay(office: Office, people: People, step: Step) -> None:
    people.pay(step.a)


@_doing("round", 3)
def _round(office: Office, people: People, step: Step) -> None:
    for flow in ROUND:
        _run(office, people, flow)


@_doing("run", 3)
def _one_run(office: Office, people: People, step: Step) -> None:
    _run(office, people, _flow(step), pause=PAUSES[step.a % 3] * 1000)


@_doing("killed round", 4)
def _killed(office: Office, people: People, step: Step) -> None:
    def die() -> None:
        raise PowerCut

    _work(people, step)
    _round_with(office, people, Interruption(FAILPOINTS[step.a % len(FAILPOINTS)], 1 + step.b // 2 + step.c // 6, die))


@_doing("broken wire", 4)
def _broken(office: Office, people: People, step: Step) -> None:
    method = "GET" if step.kind == 5 else "POST"
    _work(people, step)
    office.break_wire(Fault(FAULTS[step.a % len(FAULTS)], method, 1 + step.c % 4, step.b % 6))
    _round_with(office, people, None)
    office.break_wire()


@_doing("edit during round", 5)
def _edited(office: Office, people: People, step: Step) -> None:
    """Somebody edits a record while a run has it on its list."""

    def edit() -> None:
        planned = [row for row in office.operations(office.runs[-1].run_id) if row["state"] in ("planned", "sending")]
        known = [row for row in planned if row["action"] != "create"] or planned
        if known:
            one = known[step.a % len(known)]
            side = ("ours", "theirs")[step.c % 2] if step.kind % 3 else one["side"]
            key = one["key"] if side == "ours" else one["remote_id"]
            name = next(iter(one["after"]), "")
            _edit(people, side, one["object_type"], key, name if step.b % 2 else "", step)

    _work(people, step)
    _both(office, people, step)
    _round_with(office, people, Interruption(DURING[(step.a + step.b) % len(DURING)], 1 + step.b // 2, edit))


def _edit(people: People, side: str, object_type: str, key: str, name: str, step: Step) -> None:
    """Edit a field of a record that may be gone, or its lines."""
    if key not in people.keys(side, object_type):
        return
    if name == "lines" or (not name and step.wait % 2 and object_type in ("sales_order", "purchase_order")):
        people.edit_lines(side, object_type, key, step.b, step.c)
    else:
        names = list(EDITS[object_type])
        people.edit(side, object_type, key, names.index(name) if name in names else step.b, step.c)


@_doing("both edit", 6)
def _both(office: Office, people: People, step: Step) -> None:
    """Somebody at either side changes the same field of one record, a moment after the other."""
    bound = [row for (_, kind, _), row in sorted(office.store.binding.items()) if kind == _type(step)]
    if bound:
        pair = bound[step.a % len(bound)]
        keys = [("ours", pair["key"]), ("theirs", pair["remote_id"])]
        for place, (side, key) in enumerate(keys if step.c % 2 else keys[::-1]):
            office.clock.advance(PAUSES[(step.b + step.c) % 4])
            if step.what == "both edit" and step.wait % 2 and _type(step) in ("sales_order", "purchase_order"):
                people.edit_lines(side, _type(step), key, step.b + 4 * place, step.c + place)
            else:
                people.edit(side, _type(step), key, step.b, step.c + place)


@_doing("pc clock", 1)
def _clock(office: Office, people: People, step: Step) -> None:
    now = office.books.company.settings.skew_seconds
    ahead = max(SKEWS[step.a % len(SKEWS)], now - SET_BACK)
    people.told.append(f"the PC's clock is {ahead} s ahead")
    office.set_pc_clock(ahead)


def _work(people: People, step: Step) -> None:
    """Somebody leaves work for the next runs: a new record, or a change."""
    kind = ("sales_order", "vendor", "purchase_order", "item", "sales_order", "customer")[step.kind % 6]
    if step.wait < 2:
        people.create("ours", kind, step.a + step.b, step.c)
    elif step.wait < 4:
        people.edit("ours", kind, step.a, step.b, step.c)
    else:
        people.edit_lines("ours", _order(step), step.a, step.b, step.c)


def _round_with(office: Office, people: People, cut: Interruption | None) -> None:
    for flow in ROUND:
        _run(office, people, flow, cut=cut)


def _run(office: Office, people: People, flow: str, *, pause: float = 0, cut: Interruption | None = None) -> None:
    ran = office.run(flow, pause=pause, cut=cut)
    lines = [
        f"    {row['side']} {row['action']} {row['key']} {row['state']} {row['code']}: {row['rules'] or row['rule']}"
        for row in office.operations(ran.run_id)
    ]
    people.told.append("\n".join([f"run of {flow} {ran.stopped}", *lines]))


def furnish(office: Office, people: People) -> None:
    """Put a few records on each side, some of them on both."""
    for place, side in enumerate(("ours", "theirs")):
        for number in range(2):
            people.create(side, "vendor", number + place, number)  # one of them is on both sides
            people.create(side, "item", number + 2 * place, number + 1)
        people.create(side, "customer", place, 1)
        people.create(side, "customer", 2 + place, 3)
        for kind in ("sales_order", "purchase_order", "invoice"):
            people.create(side, kind, 1 - place, 2 * place)


STEPS = st.builds(
    Step,
    st.sampled_from([name for name, weight in WEIGHTS.items() for _ in range(weight)]),
    st.integers(0, 5), st.integers(0, 11), st.integers(0, 11), st.integers(0, 11), st.integers(0, 4),
)  # fmt: skip
SEQUENCES = st.tuples(st.booleans(), st.integers(0, 999), st.lists(STEPS, min_size=1, max_size=25))


def play(met: bool, order: int, steps: list[Step]) -> Counter[str]:
    """Let everything happen, then two quiet rounds and one more; check all promises.

    Args:
        met: both sides were agreed once before it begins.
        order: in which order the operations of a phase are applied; 0 for that of the plan.

    Returns:
        how many records each reason keeps apart, in the end.
    """
    office = Office(order)
    people = People(office)
    furnish(office, people)
    try:
        if met:
            for flow in ROUND:
                _run(office, people, flow)
        for step in steps:
            office.clock.advance(PAUSES[step.wait])
            runs = len(office.runs)
            DOINGS[step.what](office, people, step)
            if len(office.runs) > runs:
                promises.nothing_is_doubled(office, people)
        return _quiet(office, people)
    except AssertionError as error:
        story = "\n".join(people.told)
        raise AssertionError(f"{error}\n\nWhat happened:\n{story}") from None


def _quiet(office: Office, people: People) -> Counter[str]:
    compared = any(side == "ours" for side, _, _ in people.removed)  # only a full compare finds what the WMS deleted
    for number in range(2):
        people.told.append(f"-- quiet round {number + 1}")
        office.clock.advance(60)
        for flow in ROUND:
            ran = office.run(flow, full=compared and number == 0)
            _tell(office, people, flow, ran.run_id, ran.stopped)
            assert not ran.stopped, f"a quiet run of {flow} stopped: {ran.stopped}"
    promises.nothing_is_doubled(office, people)
    excused = promises.both_sides_agree(office, people)
    promises.no_edit_is_lost(office, people)
    people.told.append("-- one more round")
    written, before, late = (office.books.writes, office.warehouse.writes), office.fingerprint(), False
    for flow in ROUND:
        ran = office.run(flow)
        _tell(office, people, flow, ran.run_id, ran.stopped)
        for row in office.operations(ran.run_id):
            late = True  # an order of the last round moved a quantity of an item, whose flow goes before
            computed = promises.UNTIMED.get(row["object_type"], set())
            only_computed = row["side"] == "ours" and row["after"].keys() <= computed
            assert only_computed, f"a third quiet run of {flow} plans something"
    if not late:
        assert (office.books.writes, office.warehouse.writes) == written
        assert office.fingerprint() == before
    return excused


def _tell(office: Office, people: People, flow: str, run_id: str, stopped: str) -> None:
    lines = [
        f"    {row['side']} {row['action']} {row['key']} {row['state']} {row['code']}: {row['rules'] or row['rule']}"
        for row in office.operations(run_id)
    ]
    if lines or stopped:
        people.told.append("\n".join([f"run of {flow} {stopped}", *lines]))


__all__ = ["FLOWS", "SEQUENCES", "Step", "play"]
