"""Asks a server through the official client of OpenAI, in every form, and prints what the client made of the answers."""

import json
import sys

from openai import OpenAI, APIStatusError

base_url, key, path = sys.argv[1:4]
client = OpenAI(base_url=base_url, api_key=key, max_retries=0, timeout=60)
create = client.audio.transcriptions.create
result = {}


def opened():
    return open(path, "rb")


def refusal(**options):
    """The client's own kind of error for a call that has to fail."""
    try:
        with opened() as file:
            OpenAI(base_url=base_url, api_key=options.pop("api_key", key), max_retries=0).audio.transcriptions.create(
                file=file, **options
            )
    except APIStatusError as error:
        return {"kind": type(error).__name__, "status": error.status_code, "code": error.code, "request_id": error.request_id}
    return None


with opened() as file:
    answer = create(model="whisper-1", file=file)
    result["json"] = {"text": answer.text, "type": type(answer).__name__, "seconds": answer.usage.seconds}
with opened() as file:
    answer = create(
        model="whisper-1",
        file=file,
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
        language="en",
        prompt="A talk.",
        temperature=0.2,
    )
    result["verbose"] = {
        "text": answer.text,
        "type": type(answer).__name__,
        "language": answer.language,
        "duration": float(answer.duration),
        "words": [word.word for word in answer.words],
        "segments": [{"start": item.start, "end": item.end, "text": item.text} for item in answer.segments],
        "seek": [item.seek for item in answer.segments],
    }
for form in ["srt", "vtt", "text"]:
    with opened() as file:
        result[form] = create(model="whisper-1", file=file, response_format=form)
with opened() as file:
    pieces, final, usage = [], None, None
    for event in create(model="gpt-4o-transcribe", file=file, response_format="json", stream=True):
        if event.type == "transcript.text.delta":
            pieces.append(event.delta)
        elif event.type == "transcript.text.done":
            final, usage = event.text, event.usage.output_tokens
    result["stream"] = {"pieces": len(pieces), "joined": "".join(pieces), "final": final, "tokens": usage}
with opened() as file:
    answer = create(model="gpt-4o-transcribe", file=file, include=["logprobs"], chunking_strategy="auto")
    result["tokens"] = {"text": answer.text, "type": answer.usage.type, "input": answer.usage.input_tokens}
with opened() as file:
    answer = create(
        model="gpt-4o-transcribe",
        file=file,
        chunking_strategy={"type": "server_vad", "threshold": 0.5, "prefix_padding_ms": 300, "silence_duration_ms": 200},
    )
    result["strategy"] = answer.text
with opened() as file:
    answer = create(
        model="gpt-4o-transcribe-diarize", file=file, response_format="diarized_json", chunking_strategy="auto"
    )
    result["diarized"] = {"text": answer.text, "type": type(answer).__name__, "speakers": [item.speaker for item in answer.segments]}
# Other ways of giving the file: a pair, and plain bytes.
with opened() as file:
    result["pair"] = create(model="whisper-1", file=("speech.wav", file.read(), "audio/wav")).text
result["wrong_key"] = refusal(model="whisper-1", api_key="wrong")
result["wrong_model"] = refusal(model="whisper-9")
print(json.dumps(result))
