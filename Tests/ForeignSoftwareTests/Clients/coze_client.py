"""Asks a server through Coze's official client and prints what the client made of the answers."""

import json
import sys
from pathlib import Path

from cozepy import Coze, CozeAPIError, TokenAuth

base_url, key, path = sys.argv[1:4]


def ask(token):
    # The client adds /v1/audio/transcriptions by itself.
    client = Coze(auth=TokenAuth(token), base_url=base_url.removesuffix("/v1"))
    return client.audio.transcriptions.create(file=Path(path))


answer = ask(key)
result = {"text": answer.text, "logid": answer.response.logid}
try:
    ask("wrong")
except CozeAPIError as error:
    result["code"], result["refused"] = error.code, error.logid
print(json.dumps(result))
