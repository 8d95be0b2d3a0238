#!/usr/bin/env python3
"""Makes the sample pictures: still lifes of shaded, textured things, computed from numbers alone.

    python3 resources/samples/make_samples.py        (needs numpy and Pillow)

The same numbers give the same pictures. They are in the public domain (CC0).
"""
import pathlib

import numpy as np
from PIL import Image, ImageFilter

FOLDER = pathlib.Path(__file__).resolve().parent
W, H, SS = 960, 640, 2  # drawn at twice the size, then made smaller: smooth edges


def noise(rng, shape, cell, octaves=4):
    """Smooth noise, 0 to 1: bicubic grids of falling cell size."""
    total, weight, out = 0.0, 1.0, np.zeros(shape)
    for _ in range(octaves):
        grid = rng.random((shape[0] // cell + 3, shape[1] // cell + 3)).astype(np.float32)
        big = Image.fromarray(grid).resize(
            ((shape[1] // cell + 3) * cell, (shape[0] // cell + 3) * cell), Image.BICUBIC)
        out += weight * np.asarray(big)[: shape[0], : shape[1]]
        total += weight
        weight *= 0.55
        cell = max(2, cell // 2)
    return np.clip(out / total, 0, 1)


class Scene:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.shape = (H * SS, W * SS)
        self.y, self.x = np.mgrid[0 : H * SS, 0 : W * SS].astype(np.float32) / SS
        self.rgb = np.zeros(self.shape + (3,), np.float32)

    def table(self, wall, wood, horizon):
        """A wall, and a wooden board whose grain runs to the side."""
        fall = 1.05 - 0.35 * np.hypot((self.x - W * 0.35) / W, (self.y - H * 0.1) / H)
        back = np.array(wall)[None, None] * (fall + 0.08 * (noise(self.rng, self.shape, 160) - 0.5))[..., None]
        grain = noise(self.rng, (self.shape[0], self.shape[1] // 12), 24)
        grain = np.asarray(Image.fromarray(grain.astype(np.float32)).resize(self.shape[::-1], Image.BICUBIC))
        rings = 0.5 + 0.5 * np.sin(grain * 60 + self.y * 0.05)
        depth = np.clip((self.y - horizon) / (H - horizon), 0, 1)
        board = np.array(wood)[None, None] * (0.72 + 0.18 * rings + 0.25 * depth)[..., None]
        mask = (self.y > horizon)[..., None]
        self.rgb = np.where(mask, board, back).astype(np.float32)
        edge = np.exp(-np.abs(self.y - horizon) / 3)[..., None]
        self.rgb *= 1 - 0.35 * edge

    def shadow(self, mask, dx, dy, strength=0.55, blur=14):
        moved = np.roll(np.roll(mask.astype(np.float32), dx * SS, 1), dy * SS, 0)
        soft = Image.fromarray((moved * 255).astype(np.uint8)).filter(ImageFilter.GaussianBlur(blur * SS))
        self.rgb *= 1 - strength * (np.asarray(soft, np.float32) / 255)[..., None]

    def blend(self, alpha, colour):
        a = np.clip(alpha, 0, 1)[..., None].astype(np.float32)
        self.rgb = self.rgb * (1 - a) + np.asarray(colour, np.float32) * a

    def shaded(self, inside, normal_x, normal_y, colour, gloss=0.55, power=40):
        """Paints a body: diffuse light from the upper left, a highlight, a rim of bounced light."""
        nz = np.sqrt(np.clip(1 - normal_x**2 - normal_y**2, 0, 1))
        light = np.array([-0.5, -0.62, 0.6])
        light /= np.linalg.norm(light)
        dot = np.clip(normal_x * light[0] + normal_y * light[1] + nz * light[2], 0, 1)
        half = light + np.array([0, 0, 1])
        half /= np.linalg.norm(half)
        spec = np.clip(normal_x * half[0] + normal_y * half[1] + nz * half[2], 0, 1) ** power
        bounce = 0.16 * np.clip(normal_y, 0, 1) * (1 - nz)
        colour = np.asarray(colour, np.float32)
        body = colour * (0.22 + 0.85 * dot + bounce)[..., None] + gloss * spec[..., None]
        self.blend(inside, body)

    def ball(self, cx, cy, r, colour, squash=1.0, texture=None, gloss=0.5, shadow=True):
        nx, ny = (self.x - cx) / r, (self.y - cy) / (r * squash)
        inside = nx**2 + ny**2 < 1
        if shadow:
            low = ((self.x - cx - r * 0.25) / (r * 1.05)) ** 2 + ((self.y - cy - r * squash * 0.9) / (r * 0.28)) ** 2 < 1
            self.shadow(low, 0, 0, 0.6, max(6, int(r * 0.12)))
        tint = np.asarray(colour, np.float32)
        if texture is not None:
            tint = tint * (1 - texture[..., None]) + np.asarray(colour, np.float32) * 0.45 * texture[..., None]
        self.shaded(inside, nx, ny, tint, gloss)
        return inside

    def apple(self, cx, cy, r, colour):
        streaks = noise(self.rng, self.shape, 40) * np.clip(1 - np.abs(self.x - cx) / r, 0, 1) * 0.8
        inside = self.ball(cx, cy, r, colour, 0.93, streaks)
        dent = np.exp(-(((self.x - cx) / (r * 0.33)) ** 2 + ((self.y - cy + r * 0.74) / (r * 0.13)) ** 2))
        self.rgb *= 1 - 0.55 * (dent * inside)[..., None]
        stem = np.abs(self.x - cx - 0.16 * (cy - r * 0.8 - self.y)) < r * 0.045
        self.blend(stem & (self.y > cy - r * 1.2) & (self.y < cy - r * 0.72), (0.28, 0.18, 0.08))
        return inside

    def orange(self, cx, cy, r):
        pores = noise(self.rng, self.shape, 8, 2)
        return self.ball(cx, cy, r, (0.95, 0.5, 0.07), 0.97, np.clip((pores - 0.52) * 1.6, 0, 0.5), 0.35)

    def mug(self, cx, base, r, height, colour, stripes=None):
        top, squash = base - height, 0.26
        ex = (self.x - cx) / r
        handle = np.abs(np.hypot((self.x - cx - r * 1.02) / 0.8, self.y - base + height * 0.5) - height * 0.28) < height * 0.065
        handle &= self.x > cx + r * 0.9
        low = (ex**2 < 1.1) & (self.y > top) & (self.y < base + r * squash)
        self.shadow(low, int(r * 0.5), int(r * 0.12), 0.42, 16)
        self.shaded(handle, np.clip((self.x - cx - r) / r, -0.6, 0.9), (self.y - base + height * 0.5) / height, colour, 0.4)
        curve = squash * r * np.sqrt(np.clip(1 - ex**2, 0, 1))
        body = (np.abs(ex) < 1) & (self.y > top) & (self.y < base + curve)
        tint = np.broadcast_to(np.asarray(colour, np.float32), self.rgb.shape).copy()
        if stripes is not None:
            band = ((self.y - curve - top) / height * stripes[0]).astype(int) % 2 == 1
            tint[band] = stripes[1]
        self.shaded(body, ex * 0.98, np.zeros_like(ex), tint, 0.35, 18)
        rim = ex**2 + ((self.y - top) / (r * squash)) ** 2
        self.blend(rim < 1, np.asarray(colour) * 0.9 + 0.08)
        self.blend(rim < 0.86, np.asarray(colour) * 0.35)
        coffee = ex**2 + ((self.y - top - r * 0.1) / (r * squash)) ** 2
        self.blend((coffee < 0.74) & (rim < 0.86), (0.2, 0.1, 0.04))

    def plate(self, cx, cy, r, colour, squash=0.36):
        d = np.hypot((self.x - cx) / r, (self.y - cy) / (r * squash))
        self.shadow(d < 1.02, 10, 12, 0.45, 14)
        self.blend(d < 1, np.asarray(colour))
        shade = 0.86 + 0.2 * (self.x - cx) / r * -0.6
        self.blend((d < 0.97), np.asarray(colour) * shade[..., None])
        self.blend(np.abs(d - 0.66) < 0.012, np.asarray(colour) * 0.72)
        self.blend(np.abs(d - 0.9) < 0.014, (0.2, 0.36, 0.62))
        return d < 0.66

    def box(self, x0, y0, w, h, depth, colour, pattern=None):
        """A box seen from the front, a little from above and from the right."""
        front = (self.x > x0) & (self.x < x0 + w) & (self.y > y0) & (self.y < y0 + h)
        k = np.clip((y0 - self.y) / depth, 0, 1)
        top = (self.y <= y0) & (self.y > y0 - depth) & (self.x > x0 + k * depth) & (self.x < x0 + w + k * depth)
        m = np.clip((self.x - x0 - w) / depth, 0, 1)
        side = (self.x >= x0 + w) & (self.x < x0 + w + depth) & (self.y > y0 - m * depth) & (self.y < y0 + h - m * depth)
        self.shadow(front | side, int(depth * 0.7), 10, 0.45, 14)
        tint = np.broadcast_to(np.asarray(colour, np.float32), self.rgb.shape).copy()
        if pattern is not None:
            tint[pattern] = tint[pattern] * 0.35 + 0.5
        fall = 0.92 - 0.12 * (self.y - y0) / h
        self.blend(front, tint * fall[..., None])
        self.blend(top, np.asarray(colour) * 1.16)
        self.blend(side, np.asarray(colour) * 0.58)

    def leaf(self, cx, cy, length, width, angle, colour):
        c, s = np.cos(angle), np.sin(angle)
        u, v = (self.x - cx) * c + (self.y - cy) * s, -(self.x - cx) * s + (self.y - cy) * c
        t = u / length
        inside = (np.abs(t) < 1) & (np.abs(v) < width * np.cos(np.clip(t, -1, 1) * np.pi / 2) ** 0.8)
        self.shadow(inside, 5, 7, 0.4, 6)
        veins = 0.9 + 0.1 * np.sin((u - np.abs(v) * 1.2) * 0.35)
        self.shaded(inside, v / width * 0.6, -t * 0.3, np.asarray(colour)[None, None] * veins[..., None], 0.15)
        self.blend(inside & (np.abs(v) < width * 0.045), np.asarray(colour) * 1.5 + 0.05)

    def bottle(self, cx, base, r, height, colour):
        """Glass: the background shows through, darker at the edges."""
        t = np.clip((base - self.y) / height, 0, 1)
        radius = r * np.where(t < 0.58, 1, np.where(t < 0.74, 1 - (t - 0.58) / 0.16 * 0.66, 0.34))
        ex = (self.x - cx) / radius
        body = (np.abs(ex) < 1) & (self.y < base) & (self.y > base - height)
        self.shadow(body, int(r * 0.9), 6, 0.25, 18)
        glass = self.rgb * np.asarray(colour) * 1.15
        edge = np.clip(np.abs(ex), 0, 1) ** 4
        glass *= (1 - 0.6 * edge)[..., None]
        glass += (0.55 * np.exp(-(((ex + 0.62) / 0.09) ** 2)) * (t > 0.05))[..., None]
        self.blend(body, glass)
        self.blend((np.abs(self.x - cx) < r * 0.4) & (t > 0.955) & (self.y > base - height - 1) & (self.y < base), (0.55, 0.4, 0.24))
        label = body & (t > 0.16) & (t < 0.42) & (np.abs(ex) < 0.96)
        self.blend(label, np.array([0.92, 0.88, 0.76]) * (1.02 - 0.35 * ex**2)[..., None])
        self.blend(label & (np.abs(t - 0.29) < 0.035) & (np.abs(ex) < 0.6), (0.45, 0.1, 0.12))

    def save(self, name):
        image = self.rgb + self.rng.normal(0, 0.012, self.rgb.shape)
        out = Image.fromarray((np.clip(image, 0, 1) ** (1 / 1.12) * 255).astype(np.uint8))
        out = out.resize((W, H), Image.LANCZOS)
        out.save(FOLDER / name, quality=84, optimize=True)


def breakfast():
    s = Scene(1)
    s.table((0.62, 0.68, 0.7), (0.55, 0.36, 0.2), 250)
    s.plate(430, 470, 250, (0.93, 0.93, 0.9))
    s.apple(350, 405, 74, (0.78, 0.1, 0.1))
    s.orange(492, 425, 66)
    s.ball(420, 490, 34, (0.35, 0.12, 0.4), 0.95, None, 0.6)
    s.ball(478, 512, 32, (0.4, 0.14, 0.44), 0.95, None, 0.6)
    s.mug(760, 480, 82, 170, (0.16, 0.42, 0.6), (5, (0.9, 0.9, 0.86)))
    s.leaf(160, 560, 80, 26, -0.5, (0.2, 0.45, 0.16))
    s.save("breakfast.jpg")


def shelf():
    s = Scene(2)
    s.table((0.72, 0.62, 0.5), (0.32, 0.22, 0.15), 430)
    checks = ((s.x // 22 + s.y // 22) % 2 == 0) & (s.y > 250)
    s.box(90, 300, 170, 210, 46, (0.75, 0.28, 0.2), checks)
    s.bottle(390, 520, 62, 360, (0.35, 0.62, 0.4))
    s.bottle(520, 540, 48, 290, (0.72, 0.5, 0.25))
    s.mug(680, 540, 64, 120, (0.86, 0.78, 0.6))
    s.ball(840, 480, 74, (0.2, 0.5, 0.55), 1.0, (np.sin(s.y * 0.35) > 0).astype(np.float32) * 0.6, 0.4)
    s.save("shelf.jpg")


def garden():
    s = Scene(3)
    grass = noise(s.rng, s.shape, 28, 5)
    s.rgb = (np.array([0.2, 0.36, 0.12])[None, None] * (0.6 + 0.9 * grass)[..., None]).astype(np.float32)
    for i in range(26):
        cx, cy = s.rng.uniform(0, W), s.rng.uniform(0, H)
        s.leaf(cx, cy, s.rng.uniform(34, 62), s.rng.uniform(11, 20), s.rng.uniform(0, 6.3),
               (s.rng.uniform(0.3, 0.75), s.rng.uniform(0.28, 0.42), 0.1))
    stones = noise(s.rng, s.shape, 12, 3)
    s.ball(230, 210, 92, (0.55, 0.54, 0.52), 0.72, stones, 0.05)
    s.ball(340, 290, 58, (0.62, 0.56, 0.5), 0.76, stones, 0.05)
    s.apple(640, 250, 84, (0.45, 0.62, 0.14))
    s.apple(760, 370, 78, (0.8, 0.16, 0.1))
    s.orange(480, 470, 72)
    s.save("garden.jpg")


def toys():
    s = Scene(4)
    s.table((0.82, 0.8, 0.74), (0.7, 0.62, 0.5), 300)
    stripes = (((s.x + s.y) // 18) % 2 == 0)
    s.box(120, 380, 120, 120, 34, (0.85, 0.65, 0.12), stripes)
    s.box(300, 420, 110, 110, 30, (0.2, 0.55, 0.35))
    s.box(205, 290, 100, 92, 28, (0.75, 0.2, 0.35))
    panels = (np.sin((s.x - 560) * 0.05) * np.sin((s.y - 430) * 0.05) > 0).astype(np.float32)
    s.ball(570, 430, 104, (0.9, 0.9, 0.88), 1.0, panels * 0.95, 0.35)
    d = np.hypot((s.x - 800) / 96, (s.y - 480) / 62)
    ring = (d < 1) & (d > 0.5)
    s.shadow(ring, 10, 14, 0.5, 10)
    bend = np.clip((d - 0.75) * 4, -1, 1)
    s.shaded(ring, (s.x - 800) / 96 * bend * 0.8, (s.y - 480) / 62 * bend * 0.8, (0.2, 0.35, 0.75), 0.5)
    s.ball(720, 300, 44, (0.85, 0.3, 0.1), 1.0, None, 0.7)
    s.save("toys.jpg")


def night():
    s = Scene(5)
    s.table((0.1, 0.11, 0.17), (0.14, 0.1, 0.09), 360)
    glow = np.exp(-np.hypot((s.x - 300) / 240, (s.y - 240) / 200) ** 2)
    s.rgb += glow[..., None] * np.array([0.5, 0.32, 0.12])
    s.box(250, 430, 100, 96, 20, (0.4, 0.32, 0.24))
    flame = np.hypot((s.x - 300) / (20 + (s.y - 330) * 0.12), (s.y - 350) / 62)
    s.blend(np.clip(1.6 - flame * 1.4, 0, 1), (1.0, 0.85, 0.5))
    s.ball(560, 470, 80, (0.35, 0.1, 0.12), 0.95, None, 0.4)
    s.ball(700, 500, 56, (0.14, 0.24, 0.16), 0.97, None, 0.4)
    s.mug(840, 530, 58, 110, (0.3, 0.32, 0.36))
    s.save("night.jpg")


def coins():
    s = Scene(6)
    cloth = noise(s.rng, s.shape, 10, 3)
    weave = 0.5 + 0.25 * np.sin(s.x * 2.2) + 0.25 * np.sin(s.y * 2.2)
    s.rgb = (np.array([0.16, 0.24, 0.42])[None, None] * (0.7 + 0.4 * cloth + 0.25 * weave)[..., None]).astype(np.float32)
    metals = [(0.78, 0.52, 0.28), (0.8, 0.78, 0.74), (0.85, 0.7, 0.3)]
    placed = []
    while len(placed) < 17:
        r = s.rng.uniform(34, 64)
        cx, cy = s.rng.uniform(r, W - r), s.rng.uniform(r, H - r)
        if any(np.hypot(cx - x, cy - y) < 0.8 * (r + q) for x, y, q in placed):
            continue
        placed.append((cx, cy, r))
        d = np.hypot(s.x - cx, s.y - cy) / r
        s.shadow(d < 1, 5, 6, 0.5, 5)
        tint = np.asarray(metals[len(placed) % 3])
        brushed = 0.82 + 0.2 * np.cos(2 * np.arctan2(s.y - cy, s.x - cx) + 0.9) + 0.08 * np.sin(d * 90)
        s.blend(d < 1, tint * brushed[..., None])
        s.blend((d < 0.98) & (d > 0.86), tint * 1.12)
        s.blend(np.abs(d - 0.84) < 0.02, tint * 0.55)
        star = np.cos(5 * np.arctan2(s.y - cy, s.x - cx) + len(placed)) * 0.16 + 0.42
        s.blend(d < star, tint * 0.7)
    s.save("coins.jpg")


if __name__ == "__main__":
    for make in (breakfast, shelf, garden, toys, night, coins):
        make()
