"""Runs migrations on the connection that app.db.migrate lends; rooms never run this themselves."""

import re

from alembic import context

from app.db.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    # Procrastinate's tables are its own; months of clicks are made as they come.
    include_name=lambda name, kind, _parents: (
        not (kind == "table" and re.match(r"procrastinate_|clicks_(\d{6}|rest)$", str(name)))
    ),
)
context.run_migrations()
