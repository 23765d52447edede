"""Plans a recording, makes answers up for its chunks, and has them stitched. Prints all that came back, as JSON.

    python3 stitch.py LIBRARY RECORDING
"""

import ctypes
import json
import sys

from transcribe import Longscribe

path, recording = sys.argv[1:3]
library = ctypes.CDLL(path)


def stitch(request):
    place = ctypes.c_char_p()
    status = library.longscribe_stitch(json.dumps(request).encode(), ctypes.byref(place))
    answer = json.loads(place.value)
    library.longscribe_string_free(ctypes.cast(place, ctypes.c_void_p))
    return status, answer


with Longscribe({"provider": "glm"}, path) as longscribe:
    def call(function, request):
        return longscribe._answer(
            lambda place: function(longscribe.handle, json.dumps(request).encode(), place))

    result = {
        "probe": call(longscribe.library.longscribe_probe, {"input": recording, "exact": True}),
        "plan": call(longscribe.library.longscribe_plan, {"input": recording, "end": 90}),
    }

plan = result["plan"][1]["plan"]
names = [chunk["file"] for chunk in plan["chunks"]]
last = len(names) - 1
# An object, a body as text, the name of a file, and that without its extension.
words = "these are words that somebody may have said in this place, one after the other"
answers = {names[0]: {"text": f"{words} first"}, "1": json.dumps({"text": f"{words} second"})}
for index in range(2, len(names)):
    answers[names[index].split(".")[0]] = words
result["whole"] = stitch({"plan": plan, "answers": answers, "formats": ["txt"]})
result["text"] = stitch({"plan": json.dumps(plan), "answers": answers})
del answers["1"]
result["gap"] = stitch({"plan": plan, "answers": answers})
answers["1"] = "{\"error\": {\"code\": \"1302\", \"message\": \"too many\"}}"
result["unreadable"] = stitch({"plan": plan, "answers": answers})
result["stranger"] = stitch({"plan": plan, "answers": {"chunk-99999": "words"}})
result["nothing"] = stitch({"plan": plan})
result["bad"] = stitch({"plan": {"version": 1, "duration": 3, "chunks": []}, "answers": {}})
print(json.dumps(result))
