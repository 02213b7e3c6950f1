"""The vendor's schema, as far as it is served here."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from graphql import GraphQLSchema, build_schema

_FILE = Path(__file__).parent / "schema.graphql"


@cache
def schema() -> GraphQLSchema:
    """The schema of `schema.graphql`."""
    return build_schema(_FILE.read_text())
