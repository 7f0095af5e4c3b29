"""
FastAPI as its tutorials write it: UploadFile in chunks of 1 MiB, StaticFiles, a Pillow thumbnail.
Image.thumbnail calls draft by itself, so a JPEG is decoded at a fraction of its size.
"""
import io
import os
import uuid

from fastapi import FastAPI, Response, UploadFile
from fastapi.staticfiles import StaticFiles
from PIL import Image

directory = os.environ["BENCH_DIRECTORY"]
app = FastAPI()


@app.get("/")
def root():
    return "ok"


@app.post("/", status_code=201)
async def upload(file: UploadFile):
    size = 0
    with open(os.path.join(directory, str(uuid.uuid4())), "wb") as out:
        while chunk := await file.read(1024 * 1024):
            out.write(chunk)
            size += len(chunk)
    return {"size": size}


@app.get("/thumbnail/{name}")
def thumbnail(name: str, n: int = 0):
    with Image.open(os.path.join(directory, os.path.basename(name))) as image:
        image.thumbnail((320, 320))
        out = io.BytesIO()
        image.save(out, "WEBP", quality=78, method=2)
    return Response(out.getvalue(), media_type="image/webp")


app.mount("/static", StaticFiles(directory=directory))
