"""
FastAPI as its tutorials write it: UploadFile in chunks of 1 MiB, StaticFiles, a Pillow thumbnail.
Image.thumbnail calls draft by itself, so a JPEG is decoded at a fraction of its size.
"""
import io
import os
import shutil
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


@app.post("/photos/thumbnail", status_code=201)
def upload_with_thumbnail(file: UploadFile):
    path = os.path.join(directory, str(uuid.uuid4()))
    with open(path, "wb") as out:
        shutil.copyfileobj(file.file, out, 1024 * 1024)
    with Image.open(path) as image:
        width, height = image.size
        image.thumbnail((300, 300))
        image.save(path + ".webp", "WEBP", quality=78, method=2)
    return {"size": os.path.getsize(path), "width": width, "height": height}


@app.get("/thumbnail/{name}")
def thumbnail(name: str, n: int = 0):
    with Image.open(os.path.join(directory, os.path.basename(name))) as image:
        image.thumbnail((320, 320))
        out = io.BytesIO()
        image.save(out, "WEBP", quality=78, method=2)
    return Response(out.getvalue(), media_type="image/webp")


app.mount("/static", StaticFiles(directory=directory))
