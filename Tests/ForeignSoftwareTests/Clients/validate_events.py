"""Holds event lines against their schema, and prints what is wrong, a JSON list of sentences."""

import json
import sys

from jsonschema import Draft202012Validator

schema, lines = sys.argv[1:3]
with open(schema, encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
problems, types = [], []
with open(lines, encoding="utf-8") as file:
    for line in file:
        event = json.loads(line)
        types.append(event.get("type"))
        # Of all that it is not, what it lacks to be what it says.
        found = list(validator.iter_errors(event))
        if found:
            closer = []
            if event.get("type") in schema["$defs"]:
                definition = {"$ref": f"#/$defs/{event['type']}", "$defs": schema["$defs"]}
                closer = [error.message for error in Draft202012Validator(definition).iter_errors(event)]
            problems.append({"line": line.strip(), "messages": closer or [error.message for error in found]})
print(json.dumps({"types": types, "problems": problems}))
