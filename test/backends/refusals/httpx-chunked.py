"""Posts a file in chunks with httpx. Arguments: URL, then a file and its type, repeated."""

import json
import sys

import httpx

url, *cases = sys.argv[1:]
with httpx.Client(timeout=60) as client:
    for path, content_type in zip(cases[::2], cases[1::2]):
        with open(path, "rb") as file:
            chunks = iter(lambda: file.read(65536), b"")
            answer = client.post(url, content=chunks, headers={"Content-Type": content_type})
            print(json.dumps({"status": answer.status_code, "body": answer.text}), flush=True)
