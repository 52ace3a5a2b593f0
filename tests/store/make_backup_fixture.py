"""Write tests/fixtures/backups/vN.hum for the present format: once per format, never again.

PYTHONPATH=.:tests/store python tests/store/make_backup_fixture.py
"""

import sys
import tempfile
from pathlib import Path

from backup_files import filled, make_backup
from store_people import KEY

from messenger.store.backup_stream import BACKUP_VERSION
from messenger.store.connection import open_connection
from messenger.store.database import prepare

FIXTURES = Path(__file__).parent.parent / "fixtures" / "backups"


def main() -> None:
    path = FIXTURES / f"v{BACKUP_VERSION}.hum"
    if path.exists():
        sys.exit(f"{path.name} exists; backups of released formats are never made anew")
    FIXTURES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        connection = open_connection(Path(folder) / "hum.db", KEY)
        prepare(connection)
        filled(connection)
        make_backup(connection, path)
        connection.close()


if __name__ == "__main__":
    main()
