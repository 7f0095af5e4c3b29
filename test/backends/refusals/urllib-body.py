"""Posts with urllib, which writes the whole body before it reads. Arguments: URL, then a file and its type, repeated."""

import json
import os
import sys
import urllib.error
import urllib.request

url, *cases = sys.argv[1:]
for path, content_type in zip(cases[::2], cases[1::2]):
    with open(path, "rb") as file:
        headers = {"Content-Type": content_type, "Content-Length": str(os.path.getsize(path))}
        request = urllib.request.Request(url, data=file, headers=headers, method="POST")
        try:
            answer = urllib.request.urlopen(request)
        except urllib.error.HTTPError as error:
            answer = error
        print(json.dumps({"status": answer.status, "body": answer.read().decode()}), flush=True)
