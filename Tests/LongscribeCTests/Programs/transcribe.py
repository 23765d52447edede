"""Transcribes a recording through the C interface, with nothing but Python's own ctypes.

    python3 transcribe.py LIBRARY OPTIONS.json REQUEST.json [EVENTS]

Prints the status, the events and the answer as JSON. After so many EVENTS the work is cancelled, from another thread.
"""

import json
import sys
import threading

# snippet: python-class
import ctypes


class Longscribe:
    """A provider, ready to work. Use it in a with statement."""

    EVENT = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_void_p)

    def __init__(self, options, library="liblongscribe.so.1"):
        # CDLL lets other threads of Python work while a call waits.
        self.library = ctypes.CDLL(library)
        self.library.longscribe_string_free.restype = None
        for function in (self.library.longscribe_transcribe, self.library.longscribe_plan,
                         self.library.longscribe_probe, self.library.longscribe_cancel,
                         self.library.longscribe_close, self.library.longscribe_string_free):
            # Without its type, a pointer would be cut to 32 bits.
            function.argtypes = [ctypes.c_void_p] + {
                "longscribe_transcribe": [ctypes.c_char_p, self.EVENT, ctypes.c_void_p, ctypes.c_void_p],
                "longscribe_plan": [ctypes.c_char_p, ctypes.c_void_p],
                "longscribe_probe": [ctypes.c_char_p, ctypes.c_void_p],
            }.get(function.__name__, [])
        self.handle = ctypes.c_void_p()
        status, answer = self._answer(
            lambda place: self.library.longscribe_open(
                json.dumps(options).encode(), ctypes.byref(self.handle), place))
        if status != 0:
            raise ValueError(answer["error"]["message"])

    def transcribe(self, request, event=lambda event: None):
        """The status and the answer. Events come as dictionaries, on this thread."""
        callback = self.EVENT(lambda line, _: event(json.loads(line)))
        return self._answer(
            lambda place: self.library.longscribe_transcribe(
                self.handle, json.dumps(request).encode(), callback, None, place))

    def cancel(self):
        self.library.longscribe_cancel(self.handle)

    def _answer(self, call):
        place = ctypes.c_char_p()
        status = call(ctypes.byref(place))
        answer = json.loads(place.value)
        self.library.longscribe_string_free(ctypes.cast(place, ctypes.c_void_p))
        return status, answer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.library.longscribe_close(self.handle)
# end


def main():
    library, options, request = sys.argv[1:4]
    limit = int(sys.argv[4]) if len(sys.argv) > 4 else None
    options, request = (json.load(open(path, encoding="utf-8")) for path in (options, request))
    events = []
    enough = threading.Event()
    here = threading.get_ident()
    threads = set()

    def take(event):
        threads.add(threading.get_ident())
        events.append(event)
        if limit is not None and len(events) >= limit:
            enough.set()

    with Longscribe(options, library) as longscribe:

        def stop():
            if enough.wait(60):
                longscribe.cancel()

        canceller = threading.Thread(target=stop, daemon=True)
        if limit is not None:
            canceller.start()
        status, answer = longscribe.transcribe(request, take)
    print(json.dumps({
        "status": status, "events": events, "answer": answer, "own_thread": threads <= {here},
    }))


if __name__ == "__main__":
    main()
