"""The pictures of messages, ready to be painted: from memory, from the database, or made anew.

The first time a picture is wanted its bytes go through the thumbnail process and a small copy is
kept in the encrypted database; later times read that. Everything else is done in a thread beside
the window's, one picture at a time, the last one wanted first. What is held in memory is bounded.
"""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import field
from typing import TYPE_CHECKING, Final, Protocol

from PySide6.QtCore import QObject, QSize, QThreadPool, Signal, Slot
from PySide6.QtGui import QImage

from messenger.core.errors import LockedError, MessengerError, NotAllowedError, StoreCorruptError
from messenger.core.frozen import frozen
from messenger.core.types import Message
from messenger.engine.commands import Command, GetPreview, KeepPreview, ReadPicture
from messenger.engine.events import MessageAdded, MessageRemoved, Reply

if TYPE_CHECKING:  # a start of the window, most of which show no picture, does not wait for these
    from messenger.gui.picture_limits import PictureProblem
    from messenger.gui.thumbnail_client import Thumbnail, ThumbnailClient

ROOM: Final = QSize(720, 560)  # pixels of a small copy: what a bubble shows, at 200 %
MAX_HELD_LEN: Final = 24 << 20  # bytes of pictures that are ready
MAX_QUEUED: Final = 64  # pictures that wait; older wishes are dropped, painting wishes again
_NOTHING: Final = QSize()
# Bytes that are not here any more, or damaged on this disk: they will not come back.
_GONE: Final = (NotAllowedError, StoreCorruptError)


class Asking(Protocol):
    """What is needed of the engine's client."""

    def send(self, command: Command) -> None: ...

    def request(self, command: Command, receiver: Callable[[Reply], None]) -> int: ...


@frozen
class _Wish:
    """A picture that is to be ready in a size; without one only its small copy is to be made."""

    row: int  # Message.row
    size: QSize = field(default_factory=QSize)  # device pixels
    ratio: float = 1.0


@frozen
class _Made:
    """What the thread has done for a wish."""

    wish: _Wish
    image: QImage | None  # ready to be painted
    preview: bytes | None = field(default=None, repr=False)  # to be kept
    damaged: bool = False


class _Worker(QObject):
    """Does the work in a thread; outlives whoever is not there any more to hear of it."""

    made = Signal(object)

    def read(self, wish: _Wish, preview: bytes) -> None:
        """Make a small copy ready."""
        from messenger.gui.picture_work import decoded  # noqa: PLC0415  see above

        image = decoded(preview)
        if image.isNull():
            self.made.emit(_Made(wish, None, damaged=True))
        else:
            self.made.emit(_Made(wish, _ready(image, wish)))

    def encode(self, wish: _Wish, thumbnail: "Thumbnail") -> None:
        """Make a small copy of pixels, and make it ready too if it is wanted."""
        from messenger.gui.picture_work import encoded  # noqa: PLC0415  see above

        image = thumbnail.image()
        self.made.emit(_Made(wish, _ready(image, wish), encoded(image)))


def _ready(image: QImage, wish: _Wish) -> QImage | None:
    from messenger.gui.picture_work import ready_to_paint  # noqa: PLC0415  see above

    return None if wish.size.isEmpty() else ready_to_paint(image, wish.size, wish.ratio)


class Previews(QObject):
    """Owner: GUI thread.

    Signals:
        ready: int, the Message.row of a picture that can be painted now.
    """

    ready = Signal(int)

    def __init__(self, client: Asking, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._client = client
        self._held: OrderedDict[int, QImage] = OrderedDict()  # by Message.row
        self._wishes: OrderedDict[int, _Wish] = OrderedDict()  # the last one is next
        self._given_up: set[int] = set()  # rows, for this run only
        self._wish: _Wish | None = None  # that is worked on
        self._request = 0  # whose reply is awaited
        self._thumbnails: ThumbnailClient | None = None
        self._worker = _Worker()
        self._worker.made.connect(self._on_made)
        self._pool = QThreadPool(self, maxThreadCount=1)

    # -- what others ask ------------------------------------------------------------------------

    def picture(self, message: Message, size: QSize, ratio: float) -> QImage | None:
        """Return a picture to paint, perhaps in another size than wanted; None while it comes.

        Args:
            size: device pixels.
            ratio: device pixels a logical one.
        """
        image = self._held.get(message.row)
        if image is not None:
            self._held.move_to_end(message.row)
        if image is None or image.size() != size:
            self._want(_Wish(message.row, size, ratio))
        return image

    def failed(self, message: Message) -> bool:
        """Whether a picture is not shown in this run."""
        return message.row in self._given_up

    @Slot(object)
    def follow(self, event: object) -> None:
        """Have pictures of ours made small while their bytes are here; forget what is gone."""
        match event:
            case MessageAdded(message) if message.outgoing and message.file is not None:
                if message.file.picture is not None:
                    self._want(_Wish(message.row))
            case MessageRemoved(row=row):
                self._held.pop(row, None)
                self._wishes.pop(row, None)
            case _:
                pass

    def forget(self) -> None:
        """Hold nothing of any picture."""
        self._held.clear()
        self._wishes.clear()
        self._wish, self._request = None, 0
        if self._thumbnails is not None:
            self._thumbnails.cancel()

    @property
    def held_len(self) -> int:
        """Bytes of the pictures that are ready."""
        return sum(image.sizeInBytes() for image in self._held.values())

    @property
    def busy(self) -> bool:
        return self._wish is not None

    # -- one after the other --------------------------------------------------------------------

    def _want(self, wish: _Wish) -> None:
        if wish.row in self._given_up or wish == self._wish or self._wishes.get(wish.row) == wish:
            return
        self._wishes[wish.row] = wish
        self._wishes.move_to_end(wish.row)
        if len(self._wishes) > MAX_QUEUED:
            self._wishes.popitem(last=False)
        self._next()

    def _next(self) -> None:
        if self._wish is None and self._wishes:
            _, self._wish = self._wishes.popitem()
            self._request = self._client.request(GetPreview(self._wish.row), self._on_preview)

    def _done(self) -> None:
        self._wish, self._request = None, 0
        self._next()

    def _give_up(self, row: int, *, for_good: bool) -> None:
        """It is not shown in this run, or is a file like any other from now on."""
        self._given_up.add(row)
        if for_good:
            self._client.send(KeepPreview(row, None))
        self.ready.emit(row)
        self._done()

    def _on_preview(self, reply: Reply) -> None:
        wish = self._wish
        if wish is None or reply.request != self._request:
            return
        if isinstance(reply.result, bytes):
            self._read(wish, reply.result)
        elif reply.error is None:
            self._request = self._client.request(ReadPicture(wish.row), self._on_bytes)
        else:
            self._on_error(wish, reply.error)

    def _read(self, wish: _Wish, preview: bytes) -> None:
        if wish.size.isEmpty():
            self._done()
        else:
            worker = self._worker
            self._pool.start(lambda: worker.read(wish, preview))

    def _on_bytes(self, reply: Reply) -> None:
        wish = self._wish
        if wish is None or reply.request != self._request:
            return
        if isinstance(reply.result, bytes):
            self._thumbnailer().make(reply.result, ROOM)
        elif reply.error is not None:
            self._on_error(wish, reply.error)

    def _on_error(self, wish: _Wish, error: MessengerError) -> None:
        if isinstance(error, LockedError):
            self.forget()
        else:
            self._give_up(wish.row, for_good=isinstance(error, _GONE))

    # -- the process and the thread -------------------------------------------------------------

    def _thumbnailer(self) -> "ThumbnailClient":
        if self._thumbnails is None:
            from messenger.gui.thumbnail_client import ThumbnailClient  # noqa: PLC0415  see above

            self._thumbnails = ThumbnailClient(self)
            self._thumbnails.made.connect(self._on_thumbnail)
            self._thumbnails.failed.connect(self._on_problem)
        return self._thumbnails

    @Slot(object)
    def _on_thumbnail(self, thumbnail: "Thumbnail") -> None:
        wish, worker = self._wish, self._worker
        if wish is not None:
            self._pool.start(lambda: worker.encode(wish, thumbnail))

    @Slot(object)
    def _on_problem(self, problem: "PictureProblem") -> None:
        """A busy computer is no fault of the picture; anything else is."""
        from messenger.gui.picture_limits import PictureProblem  # noqa: PLC0415  see above

        if self._wish is not None:
            self._give_up(self._wish.row, for_good=problem is not PictureProblem.TIMEOUT)

    @Slot(object)
    def _on_made(self, made: _Made) -> None:
        if made.wish is not self._wish:
            return  # forgotten meanwhile
        row = made.wish.row
        if made.damaged:
            self._give_up(row, for_good=False)
            return
        if made.preview is not None:
            self._client.send(KeepPreview(row, made.preview))
        if made.image is not None:
            self._hold(row, made.image)
        self._done()

    def _hold(self, row: int, image: QImage) -> None:
        self._held[row] = image
        self._held.move_to_end(row)
        while self.held_len > MAX_HELD_LEN and len(self._held) > 1:
            self._held.popitem(last=False)
        self.ready.emit(row)
