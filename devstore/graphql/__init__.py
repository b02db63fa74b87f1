"""The Admin GraphQL API of the devstore: the real 2026-10 schema, executed on the state."""
