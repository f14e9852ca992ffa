"""Alembic's way in: the connection is handed over by `bot.database`, which alone opens databases."""

from alembic import context

context.configure(connection=context.config.attributes["connection"], transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
