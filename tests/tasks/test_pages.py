"""A policy in words says what the policy does."""

from __future__ import annotations

from typing import Any

import pytest

from accordant.sync.merge import Names
from accordant.sync.policy import MergePolicy
from accordant.tasks.pages import policy_in_words

NAMES = Names("the WMS", "QuickBooks")


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        ({"kind": "latest timestamp", "tie": "ours"}, "the later change wins; where times are too close to tell (2 s"),
        ({"kind": "latest timestamp", "tie": "theirs"}, "the clocks' difference), QuickBooks decides."),
        ({"kind": "latest timestamp", "ask": True}, "A field that both changed waits for a person."),
        ({"kind": "authority", "authority": "ours"}, "A field that both changed: the WMS decides."),
        ({"kind": "authority", "authority": "ours", "exceptions": ["is_active"]}, "The WMS decides. QuickBooks may"),
        ({"kind": "authority", "authority": "theirs", "exceptions": []}, "Whatever the WMS changes is set back."),
        ({"kind": "one way", "authority": "theirs"}, "Everything comes from QuickBooks; nothing is ever written"),
        ({"kind": "net change"}, "Both sides' changes add up"),
        ({"kind": "net change", "theirs": ["quantity_on_hand"]}, "Always from QuickBooks: quantity on hand."),
        ({"kind": "net change", "ours": ["memo"]}, "Always from the WMS: memo."),
    ],
)
def test_a_policy_in_words(policy: dict[str, Any], words: str) -> None:
    assert words in "\n".join(policy_in_words(MergePolicy.model_validate(policy), NAMES, 2))
