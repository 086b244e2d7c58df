"""Runs the migrations on the connection that `migrate.upgrade` hands over, as one transaction."""

from __future__ import annotations

from alembic import context

from annotator.store.tables import metadata

given = context.config.attributes
context.configure(
    connection=given["connection"],
    target_metadata=metadata,  # for its names of constraints
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
    given["finish"]()
