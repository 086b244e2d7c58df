"""Brings a database to the schema of this program, through Alembic from the first table on."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from annotator.model.errors import DamagedDatabase

APPLICATION_ID = 0x416E6E6F
"""`Anno` in the header of the file: a database of this program."""

_FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Schema:
    """The newest revision (a number as text, four digits) and the folder of its migrations."""

    head: str = "0001"
    versions: Path = _FOLDER / "versions"


SCHEMA = Schema()


def upgrade(connection: Connection, schema: Schema) -> None:
    """Run the migrations up to `schema.head`, all in one transaction; none may be open.

    Raises DamagedDatabase, and changes nothing, where a row would point at nothing afterwards.
    """
    # Alembic takes longer to import than the store to start, and is needed once per version.
    from alembic import command
    from alembic.config import Config

    def finish() -> None:
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={int(schema.head)}")
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise DamagedDatabase(
                f"The database could not be brought up to date: {len(broken)} rows would point at "
                f"nothing, the first in table {broken[0][0]}. It is kept as it was."
            )

    config = Config()
    config.set_main_option("script_location", str(_FOLDER).replace("%", "%%"))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", str(schema.versions).replace("%", "%%"))
    config.attributes |= {"connection": connection, "finish": finish}
    own = driver(connection)
    # While foreign keys are on, rebuilding a parent table deletes rows of its children. They can
    # be switched off outside a transaction only, so on the driver's connection, which begins none.
    own.execute("PRAGMA foreign_keys=OFF")
    try:
        command.upgrade(config, schema.head)
    finally:
        own.execute("PRAGMA foreign_keys=ON")


def driver(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection under SQLAlchemy's."""
    own = connection.connection.driver_connection
    assert isinstance(own, sqlite3.Connection)
    return own
