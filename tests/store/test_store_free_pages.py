"""What disappears is gone from free pages too: every page of the file, decrypted by hand.

SQLCipher 4: pages of 4096 bytes under AES-256-CBC, each with 16 bytes of IV and 64 of MAC at its
end; the first 16 bytes of the file are the salt.

Source: https://www.zetetic.net/sqlcipher/design/
"""

import asyncio
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from store_people import KEY, add_person, receive

from messenger.core.clock import ManualClock
from messenger.store import connection as connection_module
from messenger.store.connection import SALT_LEN
from messenger.store.database import Store, Transaction
from messenger.store.files import DATABASE_NAME

PAGE_LEN = 4096
IV_LEN, MAC_LEN = 16, 64
CANARY = "zaunkönig "
MESSAGE_COUNT = 60


def plain_pages(path: Path, raw_key: bytes) -> bytes:
    """Every page of a database file, decrypted, the free ones too."""
    data = path.read_bytes()
    plain = b""
    for start in range(0, len(data), PAGE_LEN):
        page = data[start : start + PAGE_LEN]
        body = page[SALT_LEN if start == 0 else 0 : -IV_LEN - MAC_LEN]
        iv = page[-IV_LEN - MAC_LEN : -MAC_LEN]
        decryptor = Cipher(algorithms.AES(raw_key), modes.CBC(iv)).decryptor()
        plain += decryptor.update(body) + decryptor.finalize()
    return plain


async def story(folder: Path, *, remove: bool) -> None:
    store = Store.open(folder, KEY, clock=ManualClock(), create=True)

    def fill(tx: Transaction) -> list[int]:
        ada = add_person(tx, "Ada")
        return [receive(tx, ada.id, n, CANARY * 400).row for n in range(MESSAGE_COUNT)]

    rows = await store.write(fill)
    if remove:
        await store.write_removal(lambda tx: [tx.changes.remove(row) for row in rows])
        assert await store.write(lambda tx: tx._connection.value("PRAGMA freelist_count")) > 50
    await store.close()


@pytest.mark.parametrize("remove", [False, True], ids=["kept", "gone"])
def test_no_page_remembers_what_disappeared(tmp_path: Path, remove: bool) -> None:
    asyncio.run(story(tmp_path, remove=remove))
    raw_key = connection_module._raw_key(KEY)
    plain = plain_pages(tmp_path / DATABASE_NAME, raw_key[:-SALT_LEN])
    assert (b"CREATE TABLE message" in plain) is True  # decrypted rightly
    assert (CANARY.encode() * 3 in plain) is not remove
    assert (b"zaunkonig" in plain) is not remove  # its word in the index
