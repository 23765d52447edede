"""Reads a SubRip and a WebVTT file through other people's libraries and prints the cues that each of them finds."""

import json
import sys
from datetime import timedelta

import pysrt
import pysubs2
import srt
import webvtt

subrip, web = sys.argv[1:3]


def clock(text):
    hours, minutes, seconds = text.split(":")
    return round((int(hours) * 60 + int(minutes)) * 60000 + float(seconds) * 1000)


def by_srt(path):
    with open(path, encoding="utf-8") as file:
        cues = list(srt.parse(file.read()))
    step = timedelta(milliseconds=1)
    return [[cue.start // step, cue.end // step, cue.content] for cue in cues]


def by_pysrt(path):
    # Its own way to open files does not work with Python 3.11.
    with open(path, encoding="utf-8") as file:
        cues = pysrt.from_string(file.read())
    return [[cue.start.ordinal, cue.end.ordinal, cue.text] for cue in cues]


def by_pysubs2(path):
    # What a viewer sees: without styles and comments.
    return [[cue.start, cue.end, cue.plaintext] for cue in pysubs2.load(path)]


def by_webvtt(cues):
    return [[clock(cue.start), clock(cue.end), cue.text] for cue in cues]


print(
    json.dumps(
        {
            "srt": {
                "srt": by_srt(subrip),
                "pysrt": by_pysrt(subrip),
                "pysubs2": by_pysubs2(subrip),
                "webvtt-py": by_webvtt(webvtt.from_srt(subrip)),
            },
            "vtt": {"pysubs2": by_pysubs2(web), "webvtt-py": by_webvtt(webvtt.read(web))},
        }
    )
)
