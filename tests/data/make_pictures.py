#!/usr/bin/env python3
"""Makes the odd pictures of tests/data/pictures (they are committed; needs Pillow).

use: make_pictures.py [FOLDER]
"""
import pathlib
import sys

from PIL import Image, ImageDraw


def photo(width=64, height=48):
    """A red disc on a blue-green gradient."""
    picture = Image.new("RGB", (width, height))
    for y in range(height):
        for x in range(width):
            picture.putpixel((x, y), (30, 60 + 2 * y, 200 - 2 * x))
    ImageDraw.Draw(picture).ellipse((20, 12, 44, 36), fill=(220, 40, 40))
    return picture


def main():
    folder = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parent / "pictures")
    folder.mkdir(parents=True, exist_ok=True)
    picture = photo()
    picture.save(folder / "plain.jpg", quality=90)
    picture.save(folder / "plain.png")
    picture.convert("CMYK").save(folder / "cmyk.jpg", quality=90)
    picture.convert("L").save(folder / "grey.jpg", quality=90)
    picture.convert("L").convert("I;16").save(folder / "grey16.png")
    picture.crop((30, 20, 31, 21)).save(folder / "one_pixel.png")
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right to see it upright: 48 x 64
    picture.save(folder / "turned.jpg", quality=90, exif=exif)
    whole = (folder / "plain.jpg").read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) // 2])
    (folder / "header_only.png").write_bytes((folder / "plain.png").read_bytes()[:40])
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "text.jpg").write_text("This is no picture.\n")


if __name__ == "__main__":
    main()
