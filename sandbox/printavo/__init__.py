"""One Printavo account behind the GraphQL API v2."""
