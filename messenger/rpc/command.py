"""``hum rpc``: reads its part of the command line and serves until it is told to stop."""

import argparse
import asyncio
import sys

from messenger.core.errors import InputError
from messenger.core.proxy_text import check_credentials
from messenger.core.types import Address, Proxy
from messenger.engine.options import EngineOptions, parse_address, profile_folder
from messenger.rpc.covers import parse_cover
from messenger.rpc.network import parse_proxy
from messenger.rpc.opening import Opening, read_passphrase
from messenger.rpc.server import Server
from messenger.update.own_files import running


def run_rpc(options: argparse.Namespace) -> int:
    """Serve one profile on stdin and stdout; 1 and one line on stderr if it cannot.

    Raises:
        InputError: something on the command line does not fit.
    """
    passphrase = read_passphrase(options.passphrase_file) if options.passphrase_file else None
    if (options.restore is None) != (options.backup_passphrase_file is None):
        raise InputError("--restore and --backup-passphrase-file belong together.")
    opening = Opening(
        options.name,
        use_keyring=passphrase is None,
        passphrase=passphrase,
        restore=options.restore,
        backup_passphrase=read_passphrase(options.backup_passphrase_file)
        if options.restore
        else "",
    )
    engine_options = EngineOptions(
        data_dir=profile_folder(options.data_dir, options.profile),
        listen=_listen(options.listen),
        cover=parse_cover(options.cover) if options.cover else None,
        proxy=_proxy(options),
        direct=not options.no_direct,
        program=running(),
        relays=tuple(options.relay),
    )
    sys.setswitchinterval(0.0005)  # design section 12: store and loop share this process
    failure = asyncio.run(_serve(engine_options, opening))
    if failure is None:
        return 0
    print(f"hum: {failure}", file=sys.stderr)
    return 1


async def _serve(options: EngineOptions, opening: Opening) -> str | None:
    return await Server(options, opening).run()


def _proxy(options: argparse.Namespace) -> Proxy | None:
    if options.proxy is None:
        if options.proxy_password_file is not None:
            raise InputError("--proxy-password-file belongs to --proxy.")
        return None
    file = options.proxy_password_file
    proxy = parse_proxy(options.proxy, read_passphrase(file) if file else "")
    try:
        check_credentials(proxy)
    except ValueError as error:
        raise InputError(f"--proxy: {error}.") from error
    return proxy


def _listen(text: str | None) -> Address | None:
    if text is None:
        return None
    try:
        return parse_address(text)
    except ValueError as error:
        raise InputError(f"--listen: {error}.") from error
