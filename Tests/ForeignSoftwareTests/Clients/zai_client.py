"""Asks a server through the official client of GLM and prints what the client made of the answers."""

import json
import sys

from zai import ZaiClient
from zai.core import APIStatusError

base_url, key, path = sys.argv[1:4]
result = {}


def client(token):
    return ZaiClient(base_url=base_url, api_key=token, max_retries=0)


with open(path, "rb") as file:
    answer = client(key).audio.transcriptions.create(model="glm-asr", file=file)
    result["text"] = answer.text
with open(path, "rb") as file:
    pieces = []
    for chunk in client(key).audio.transcriptions.create(model="glm-asr", file=file, stream=True):
        pieces.append(getattr(chunk, "delta", None) or "")
    result["stream"] = "".join(piece if isinstance(piece, str) else "" for piece in pieces)
try:
    with open(path, "rb") as file:
        client("wrong").audio.transcriptions.create(model="glm-asr", file=file)
except APIStatusError as error:
    result["refused"] = {"kind": type(error).__name__, "status": error.status_code}
print(json.dumps(result))
