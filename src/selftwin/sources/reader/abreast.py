"""Two children reading many files side by side, heard in the order of the files as if it were one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace
from queue import Full, Queue
from typing import TYPE_CHECKING, Self

from selftwin.sources.reader.process import FileDone, Hello

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

    from selftwin.sources.reader.process import Reading, Told

WAITING = 24  # words and batches that a child may be ahead: some fifty megabytes
_LOOKS = 0.2  # seconds between two looks whether anybody still listens


@dataclass(slots=True)
class Abreast:
    """The reading of several files by two children, each with every second one; iterate it once, in a `with` block.

    Who the files are of is seen by each child for its own half: the caller compares what `Started` says of people.
    """

    reading: Reading
    _children: list[_Child] = field(default_factory=list)

    def __enter__(self) -> Self:
        try:
            for first in (0, 1):
                self._children.append(_Child(replace(self.reading, files=self.reading.files[first::2])))
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        for child in self._children:
            child.end()

    def __iter__(self) -> Iterator[Told | pa.RecordBatch]:
        """What the children tell, file by file; raises `BrokenExport` when one dies before the end of its files."""
        yield self._children[0].next()  # Hello, and the other's is the same
        for number in range(len(self.reading.files)):
            child = self._children[number % 2]
            while not isinstance(word := child.next(), FileDone):
                if not isinstance(word, Hello):
                    yield word
            yield word


class _Child:
    """One of the two, and a thread that listens to it a little ahead."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading.__enter__()
        self._told: Queue[Told | pa.RecordBatch | BaseException] = Queue(WAITING)
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="selftwin-reading", daemon=True)
        self._thread.start()

    def next(self) -> Told | pa.RecordBatch:
        """The next word; what went wrong while listening is raised in its place."""
        word = self._told.get()
        if isinstance(word, BaseException):
            raise word
        return word

    def end(self) -> None:
        """Stop listening, and the child with it."""
        self._ended.set()
        self._reading.__exit__()
        self._thread.join()

    def _listen(self) -> None:
        try:
            for word in self._reading:
                self._put(word)
        except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
            self._put(error)

    def _put(self, word: Told | pa.RecordBatch | BaseException) -> None:
        while not self._ended.is_set():
            try:
                self._told.put(word, timeout=_LOOKS)
            except Full:
                continue
            return
