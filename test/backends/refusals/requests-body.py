"""Posts a file as the body with requests. Arguments: URL, then a file and its type, repeated."""

import json
import sys

import requests

url, *cases = sys.argv[1:]
session = requests.Session()
for path, content_type in zip(cases[::2], cases[1::2]):
    with open(path, "rb") as file:
        answer = session.post(url, data=file, headers={"Content-Type": content_type})
        print(json.dumps({"status": answer.status_code, "body": answer.text}), flush=True)
