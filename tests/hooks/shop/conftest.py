"""A shop's database of its own for each test."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest

from tests.hooks.shop.rows import Shop

_NUMBERS = count(1)


@pytest.fixture
def shop(postgres: Any) -> Iterator[Shop]:
    """An empty shop's database whose tables are made."""
    name = f"shop_{next(_NUMBERS)}"
    postgres.create_database(name)
    shop = Shop(f"host={postgres.socket_dir} user=postgres dbname={name}")
    yield shop
    shop.database.close()
