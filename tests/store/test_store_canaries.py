"""Nothing a person wrote, and no key, can be read in any file of a profile."""

import asyncio
import base64
from pathlib import Path

from store_people import add_person, id_of, key_of, receive
from test_store_vault import FakeKeyring

from messenger.core.clock import ManualClock
from messenger.core.types import Address, Contact
from messenger.store.database import Store, Transaction
from messenger.store.files import DATABASE_NAME, KEY_FILE_NAME
from messenger.store.slots import CHEAP_COST_FOR_TESTING_ONLY
from messenger.store.vault import Vault

PASSPHRASE = "canary-passphrase"
TEXTS = [f"canary-{kind}-{'q' * 9}" for kind in ("sent", "received", "draft", "alias", "setting")]
PRIVATE_KEY = bytes(range(100, 132))
SESSION = b"canary-ratchet-state" * 3


def plant(tx: Transaction) -> Contact:
    ada = add_person(tx, "canary-name")
    tx.contacts.set_alias(ada.id, TEXTS[3])
    tx.contacts.save_address(ada.id, Address("canary-host.example", 4_242), "link", 1)
    for number in range(200):  # enough for several pages and a checkpoint
        tx.messages.add_outgoing(ada.id, id_of(number), TEXTS[0] + " 今天天气很好" * 40, 1)
        receive(tx, ada.id, 1_000 + number, TEXTS[1] + " filling" * 40)
    tx.drafts.save(ada.id, TEXTS[2])
    tx.settings.put_preference("canary-preference", TEXTS[4])
    tx.identity.save(PRIVATE_KEY, 1)
    tx.sessions.save(ada.id, SESSION)
    tx.flights.add(b"canary-flight-tag"[:16], 1)
    return ada


def canaries(secrets: list[bytes]) -> set[bytes]:
    """Each planted thing as text in two encodings, or as raw bytes, hexadecimal and base64."""
    texts = [*TEXTS, "canary", PASSPHRASE, "今天天气", "filling", "message", "CREATE TABLE"]
    found = {text.encode(code) for text in texts for code in ("utf-8", "utf-16-le")}
    for secret in (*secrets, PRIVATE_KEY, SESSION, key_of("canary-name"), id_of(7)[-8:] * 2):
        found |= {secret, secret.hex().encode(), base64.b64encode(secret)[:-4]}
    return found


def search_files(folder: Path, planted: set[bytes]) -> set[str]:
    """Return the names of the files that were looked through; fail on the first find."""
    names = set()
    for path in folder.rglob("*"):
        if path.is_file():
            names.add(path.name)
            content = path.read_bytes()
            for canary in planted:
                assert canary not in content, (path.name, canary)
    return names


def test_nothing_readable_on_disk(tmp_path: Path) -> None:
    keyring = FakeKeyring()
    vault, key = Vault.create(
        tmp_path,
        passphrase=PASSPHRASE,
        keyring=keyring,
        cost_for_testing_only=CHEAP_COST_FOR_TESTING_ONLY,
    )
    code = vault.add_recovery(key)
    (keyring_secret,) = keyring.entries.values()
    planted = canaries([key, bytes.fromhex(keyring_secret), code.encode(), code[:11].encode()])

    async def scene() -> None:
        store = Store.open(tmp_path, key, clock=ManualClock(), create=True)
        ada = await store.write(plant)
        assert await store.read(lambda reader: reader.search("canary", ada.id, 5))
        names = search_files(tmp_path, planted)
        assert names >= {DATABASE_NAME, DATABASE_NAME + "-wal", DATABASE_NAME + "-shm"}
        assert KEY_FILE_NAME in names
        await store.write(lambda tx: tx.contacts.remove(ada.id))
        search_files(tmp_path, planted)
        await store.close()
        search_files(tmp_path, planted)

    asyncio.run(scene())


def test_the_search_for_canaries_can_find_one(tmp_path: Path) -> None:
    (tmp_path / "leak").write_bytes(b"\0\1" + PRIVATE_KEY.hex().encode() + b"\2")
    try:
        search_files(tmp_path, canaries([]))
    except AssertionError:
        return
    raise AssertionError("the canary was not found")


def test_the_log_is_emptied_after_a_removal(tmp_path: Path) -> None:
    async def scene() -> None:
        store = Store.open(tmp_path, bytes(32), clock=ManualClock(), create=True)
        ada = await store.write(plant)
        log = tmp_path / (DATABASE_NAME + "-wal")
        assert log.stat().st_size > 0
        await store.write(lambda tx: tx.contacts.remove(ada.id))
        assert log.stat().st_size == 0
        await store.close()

    asyncio.run(scene())
