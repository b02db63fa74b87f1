"""Runs migrations on the connection that app.db.migrate lends; rooms never run this themselves."""

from alembic import context

from app.db.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata(),
    include_name=lambda name, kind, _parents: (
        not (kind == "table" and str(name).startswith("procrastinate_"))
    ),
)
context.run_migrations()
