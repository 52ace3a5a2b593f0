"""What python-tuf fetches its files with: from a server or from a folder, within limits."""

import http.client
import io
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Final, cast
from urllib.parse import unquote, urlsplit

from tuf.api.exceptions import DownloadHTTPError, DownloadLengthMismatchError
from tuf.ngclient import FetcherInterface

from messenger.core.errors import (
    UpdateSourceError,
    UpdateTooSlowError,
    UpdateUnreachableError,
)
from messenger.update.job import Job
from messenger.update.limits import CHUNK_LEN, PATIENT, Patience
from messenger.update.line import PROXY_ERRORS, Dialler, Place, ask

_ABSENT: Final = 404  # HTTP; what ends the search for newer roots
_GOOD: Final = 200
STEPS: Final = 100  # how often the progress of a package is told


class Fetcher(FetcherInterface):
    """Gets one file at a time. ``last`` names the one that was asked for last."""

    def __init__(
        self, folder: Path, job: Job, dialler: Dialler, patience: Patience = PATIENT
    ) -> None:
        """``folder`` is where unfinished files are, with neither a name nor a remainder."""
        self._folder = folder
        self._job = job
        self._dialler = dialler
        self._patience = patience
        self.last = ""

    @contextmanager
    def download_file(self, url: str, max_length: int) -> Iterator[IO[bytes]]:
        """Yield an open file with the whole content.

        Raises:
            DownloadLengthMismatchError: it is longer; no more than that was read.
            DownloadHTTPError: there is no such file.
            UpdateUnreachableError, UpdateTooSlowError, CancelledByPersonError: as they say.
        """
        self.last = url.rsplit("/", 1)[-1]
        with tempfile.TemporaryFile(dir=self._folder) as file:
            done = told = 0
            for chunk in self._chunks(url, self._patience.deadline_s(max_length)):
                done += len(chunk)
                if done > max_length:
                    raise DownloadLengthMismatchError(f"{self.last} is longer than {max_length}")
                file.write(chunk)
                if done * STEPS // max_length > told and not self.last.endswith(".json"):
                    told = done * STEPS // max_length
                    self._job.progress(done, max_length)
                    self._job.check()
            file.seek(0)
            yield cast(IO[bytes], file)

    def _fetch(self, url: str) -> Iterator[bytes]:
        return self._chunks(url, self._patience.deadline_s(0))

    def _chunks(self, url: str, deadline_s: float) -> Iterator[bytes]:
        self._job.check()
        if url.startswith("file:"):
            yield from self._from_folder(url)
        else:
            yield from self._from_server(url, deadline_s)

    def _from_folder(self, url: str) -> Iterator[bytes]:
        try:
            with Path(unquote(urlsplit(url).path)).open("rb") as file:
                yield from self._pieces(file)
        except FileNotFoundError as error:
            raise DownloadHTTPError("there is no such file", _ABSENT) from error
        except OSError as error:
            raise UpdateUnreachableError(f"The file {self.last} cannot be read.") from error

    def _pieces(self, file: io.BufferedIOBase) -> Iterator[bytes]:
        while chunk := file.read1(CHUNK_LEN):
            self._job.check()
            yield chunk

    def _from_server(self, url: str, deadline_s: float) -> Iterator[bytes]:
        place = Place.of(url)
        try:
            connection = self._dialler.open(place, self._patience.silence_s)
            with closing(connection), self._job.watch(connection, deadline_s):
                with closing(ask(connection, url)) as answer:
                    if answer.status != _GOOD:
                        raise DownloadHTTPError(f"{self.last}: {answer.status}", answer.status)
                    yield from self._pieces(answer)
                self._end(None)
        except TimeoutError as error:
            raise UpdateTooSlowError(f"{place.host} does not go on sending.") from error
        except (OSError, http.client.HTTPException, *PROXY_ERRORS) as error:
            self._end(error)
            raise UpdateUnreachableError(f"{place.host} does not answer as it should.") from error
        except ValueError as error:
            raise UpdateSourceError("The server or the proxy has no usable address.") from error

    def _end(self, error: Exception | None) -> None:
        """Tell an end that we brought about from one that the network did."""
        self._job.check()
        if self._job.late:
            raise UpdateTooSlowError("The server sends too slowly.") from error
