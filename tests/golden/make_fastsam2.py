#!/usr/bin/env python3
"""Makes tests/golden/fastsam2_s/blocks.safetensors: each block of fastsam2_s, written a second time in
plain PyTorch from MODEL.md, run on formula weights and inputs. Needs torch, numpy and
safetensors; the tests need none of them.

Usage: python tests/golden/make_fastsam2.py OUT.safetensors"""
import math, sys
import numpy as np, torch, torch.nn.functional as F
from safetensors.torch import save_file

M64 = (1 << 64) - 1


def fnv(text):
    h = 0xCBF29CE484222325
    for b in text.encode():
        h = ((h ^ b) * 0x100000001B3) & M64
    return h


def uniform(name, shape):
    """(sm(fnv(name) + i) >> 11) * 2^-53, row-major; splitmix64."""
    n = int(np.prod(shape))
    with np.errstate(over="ignore"):
        x = np.arange(n, dtype=np.uint64) + np.uint64(fnv(name)) + np.uint64(0x9E3779B97F4A7C15)
        x = (x ^ (x >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        x = (x ^ (x >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        x ^= x >> np.uint64(31)
    return torch.from_numpy((x >> np.uint64(11)).astype(np.float64) * 2.0**-53).reshape(shape)


def weight(name, *shape):
    """The formula of fillByFormula() in tests/unit/model_blocks_test.cpp."""
    r = 2 * uniform(name, shape) - 1
    last = name.rsplit(".", 1)[-1]
    if last == "running_var":
        w = 1.1 + 0.1 * r
    elif last == "frequencies":
        w = 4 * r
    elif last == "running_mean" or last == "bias":
        w = 0.1 * r
    elif len(shape) == 1:
        w = 1 + 0.1 * r
    else:
        fan = math.prod(shape[1:])
        w = math.sqrt(3 / fan) * r
    return w.float()


def bn(x, n):
    c = x.shape[1]
    g = lambda k: weight(f"{n}.{k}", c)
    return F.batch_norm(x, g("running_mean"), g("running_var"), g("weight"), g("bias"))


def conv(x, n, o, k, stride=1, dilation=1, groups=1, bias=False):
    w = weight(n + ".weight", o, x.shape[1] // groups, k, k)
    return F.conv2d(x, w, weight(n + ".bias", o) if bias else None, stride, dilation * (k // 2), dilation, groups)


def lin(x, n, o):
    return F.linear(x, weight(n + ".weight", o, x.shape[-1]), weight(n + ".bias", o))


def ln(x, n):
    c = x.shape[-1]
    return F.layer_norm(x, (c,), weight(n + ".weight", c), weight(n + ".bias", c))


def cbr(x, c, b, o, k=3, stride=1, dilation=1, relu=True):
    y = bn(conv(x, c, o, k, stride, dilation), b)
    return F.relu(y) if relu else y


def up(x, like):
    return F.interpolate(x, size=like.shape[2:], mode="bilinear", align_corners=False)


def bottleneck(x, n, inner, d):
    y = cbr(x, n + "conv1", n + "bn1", inner, 1)
    y = cbr(y, n + "conv2", n + "bn2", inner, 3, 1, d)
    return F.relu(cbr(y, n + "conv3", n + "bn3", x.shape[1], 1, relu=False) + x)


def attention(q, k, v, heads):
    B, n, C = q.shape
    s = lambda t: t.view(B, -1, heads, C // heads).transpose(1, 2)
    a = torch.softmax(s(q) @ s(k).transpose(-1, -2) / math.sqrt(C // heads), -1)
    return (a @ s(v)).transpose(1, 2).reshape(B, n, C)


def map_attention(m, t, n, heads, hidden, reduce):
    m = m + conv(m, n + "pos", m.shape[1], 3, groups=m.shape[1], bias=True)
    B, C, H, W = m.shape
    a = m.flatten(2).transpose(1, 2)
    a = a if t is None else torch.cat([a, t], 1)
    z = ln(a, n + "norm1")
    k = z
    if reduce > 1:
        small = F.avg_pool2d(z[:, : H * W].transpose(1, 2).reshape(B, C, H, W), reduce, ceil_mode=True)
        k = small.flatten(2).transpose(1, 2)
        k = k if t is None else torch.cat([k, z[:, H * W :]], 1)
    kv = lin(k, n + "kv", 2 * C)
    a = a + lin(attention(lin(z, n + "q", C), kv[..., :C], kv[..., C:], heads), n + "out", C)
    a = a + lin(F.gelu(lin(ln(a, n + "norm2"), n + "fc1", hidden)), n + "fc2", C)
    return a[:, : H * W].transpose(1, 2).reshape(B, C, H, W), None if t is None else a[:, H * W :]


def basic(x, n, o, stride):
    y = cbr(x, n + "conv1", n + "bn1", o, 3, stride)
    y = cbr(y, n + "conv2", n + "bn2", o, relu=False)
    s = x if stride == 1 and x.shape[1] == o else cbr(x, n + "downsample.0", n + "downsample.1", o, 1, stride, relu=False)
    return F.relu(y + s)


def backbone(x, n):
    stem = cbr(x, n + "conv1", n + "bn1", 64, 7, 2)
    y, out = F.max_pool2d(stem, 3, 2, 1), []
    for i, o in enumerate((64, 128, 256, 512)):
        y = basic(y, f"{n}layer{i+1}.0.", o, 1 if i == 0 else 2)
        y = basic(y, f"{n}layer{i+1}.1.", o, 1)
        out.append(y)
    return stem, out


def neck(c, n):
    d, a, x = n + "deconv.", [], None
    for k in range(4):
        side = conv(c[3 - k], f"{d}lateral_conv{k}", c[3 - k].shape[1] // 2, 1, bias=True)
        if k == 0:
            x = side
        else:
            s = f"{d}deform_conv{k}."
            o = side.shape[1]
            y = cbr(x, s + "conv", s + "bn", o)
            y = F.conv_transpose2d(y, weight(s + "up_sample.weight", o, o, 4, 4), None, 2, 1)
            x = side + F.relu(bn(y, s + "up_bn"))
        a.append(conv(x, f"{d}conv_a{5-k}", 128, 1))
    S = a[3] + weight(d + "bias", 1, 128, 1, 1) + sum(up(v, a[3]) for v in a[:3])
    S = conv(S, d + "output_conv", 128, 3, bias=True)
    B, _, H, W = S.shape
    cx = torch.linspace(-1, 1, W).view(1, 1, 1, W).expand(B, 1, H, W)
    cy = torch.linspace(-1, 1, H).view(1, 1, H, 1).expand(B, 1, H, W)
    return conv(torch.cat([S, cx, cy], 1), n + "loc_conv", 256, 1, bias=True), a[0], a[1], a[2]


def pyramid(stem, c, F4, a5, a4, a3, n):
    one = lambda x, k, o: conv(x, n + k, o, 1, bias=True)
    x = one(c[3], "in32", 256)
    for i in range(2):
        x, _ = map_attention(x, None, f"{n}context.{i}.", 8, 512, 1)
    f16 = cbr(one(c[2], "in16", 192) + one(a4, "level16", 192) + up(one(x, "from32", 192), a4), n + "smooth16", n + "smooth16_bn", 192)
    f8 = cbr(one(c[1], "in8", 96) + one(a3, "level8", 96) + up(one(f16, "from16", 96), a3), n + "smooth8", n + "smooth8_bn", 96)
    return one(stem, "out2", 16), one(F4, "out4", 48), f8, f16


def positions(xy, n):
    a = (xy.unsqueeze(-1) * (2 * math.pi / 512) * weight(n + "frequencies", 2, 64)).sum(-2)
    return lin(torch.cat([a.sin(), a.cos()], -1), n + "pos", 192)


def fusion(points, types, n):
    w = positions(points, n) * (types != 4).unsqueeze(-1)
    e = weight(n + "types", 8, 192)
    t = torch.cat([w + e[types], weight(n + "no_text", 1, 1, 192).expand(len(points), 1, 192) + e[6]], 1)
    x = weight(n + "query", 1, 1, 192).expand(len(points), 1, 192)
    kv = lin(t, n + "kv", 384)
    x = ln(x + lin(attention(lin(x, n + "q", 192), kv[..., :192], kv[..., 192:], 6), n + "out", 192), n + "norm1")
    return ln(x + lin(F.relu(lin(x, n + "fc1", 768)), n + "fc2", 192), n + "norm2"), t


def mlp(x, n, o):
    return lin(F.relu(lin(x, n + ".0", x.shape[-1])), n + ".2", o)


def kernel_masks(k, m):
    return torch.einsum("bkc,bchw->bkhw", k[..., :-1], m) + k[..., -1:, None]


def decoder(f, maps, points, types, n):
    f2, f4, f8, f16 = f
    p2 = cbr(maps, n + "prompt2", n + "prompt2_bn", 16, 3, 2)
    p4 = cbr(p2, n + "prompt4", n + "prompt4_bn", 32, 3, 2)
    z = F.relu(f8 + cbr(p4, n + "prompt8", n + "prompt8_bn", 96, 3, 2, relu=False))
    for i, d in enumerate((1, 2)):
        z = bottleneck(z, f"{n}before.{i}.", 64, d)
    y = cbr(z, n + "down", n + "down_bn", 192, 3, 2, relu=False) + f16
    B, _, H, W = y.shape
    ys, xs = torch.meshgrid((torch.arange(H) + 0.5) * 16, (torch.arange(W) + 0.5) * 16, indexing="ij")
    y = y + positions(torch.stack([xs, ys], -1), n + "prompt_fusion.").permute(2, 0, 1)
    q, t = fusion(points, types, n + "prompt_fusion.")
    t = torch.cat([weight(n + "mask_tokens", 1, 4, 192) + q, t], 1)
    for i in range(2):
        y, t = map_attention(y, t, f"{n}attention.{i}.", 6, 384, 2)
    z = F.relu(z + up(conv(y, n + "up8", 96, 1, bias=True), z))
    for i, d in enumerate((4, 2, 1)):
        z = bottleneck(z, f"{n}after.{i}.", 64, d)
    x4 = cbr(F.relu(up(conv(z, n + "up4", 48, 1, bias=True), f4) + f4 + conv(p4, n + "skip4", 48, 1, bias=True)), n + "refine4", n + "refine4_bn", 32)
    x2 = cbr(F.relu(up(conv(x4, n + "up2", 16, 1, bias=True), f2) + f2 + p2), n + "refine2", n + "refine2_bn", 16)
    m = t[:, :4]
    coarse = kernel_masks(mlp(m, n + "kernels4", 33), x4)
    logits = kernel_masks(mlp(m, n + "kernels2", 17), x2) + up(coarse, x2)
    return logits, coarse, torch.sigmoid(mlp(m, n + "iou_head", 1)[..., 0]), lin(m[:, 0], n + "pointer", 256)


def refiner(rgb, logits, n):
    x = torch.cat([rgb, logits.clamp(-8, 8) / 8, torch.sigmoid(logits)], 1)
    x = F.relu(conv(x, n + "one", 16, 3, bias=True))
    x = F.relu(conv(x, n + "two", 16, 3, 1, 2, bias=True))
    x = F.relu(conv(x, n + "three", 16, 3, bias=True))
    return logits + conv(x, n + "out", 1, 1, bias=True)


def main():
    data = lambda name, *shape: (2 * uniform("input:" + name, shape) - 1).float()
    out = {}

    def keep(name, t):
        """Every k-th element of the flattened tensor, at most 4096 of them, and the largest magnitude."""
        flat = t.flatten().contiguous()
        step = max(1, -(-flat.numel() // 4096))
        out[name] = flat[::step].clone()
        out[name + ":absmax"] = flat.abs().max().view(1)

    with torch.no_grad():
        keep("bottleneck", bottleneck(data("bottleneck", 2, 96, 12, 16), "bottleneck.", 64, 2))
        m, t = map_attention(data("attention.map", 2, 64, 7, 10), data("attention.tokens", 2, 5, 64), "attention.", 4, 128, 2)
        keep("attention.map", m), keep("attention.tokens", t)
        keep("basic", basic(data("basic", 1, 64, 16, 24), "basic.", 128, 2))
        stem, c = backbone(data("image", 1, 3, 64, 96), "backbone.")
        keep("backbone.stem", stem)
        for i, v in enumerate(c):
            keep(f"backbone.C{i+2}", v)
        F4, a5, a4, a3 = neck(c, "neck.")
        for k, v in (("F", F4), ("a5", a5), ("a4", a4), ("a3", a3)):
            keep("neck." + k, v)
        f = pyramid(stem, c, F4, a5, a4, a3, "pyramid.")
        for k, v in zip(("f2", "f4", "f8", "f16"), f):
            keep("pyramid." + k, v)
        points = torch.full((1, 26, 2), 0.0)
        types = torch.full((1, 26), 4)
        for i, (x, y, k) in enumerate(((31, 20, 1), (70, 55, 0), (10, 12, 2), (80, 60, 3))):
            points[0, i, 0], points[0, i, 1], types[0, i] = x, y, k
        q, t = fusion(points, types, "decoder.prompt_fusion.")
        keep("fusion.query", q), keep("fusion.tokens", t)
        maps = data("maps", 1, 4, 64, 96)
        for k, v in zip(("logits", "coarse", "iou", "pointer"), decoder(f, maps, points, types, "decoder.")):
            keep("decoder." + k, v)
        keep("refiner", refiner(data("refiner.rgb", 2, 3, 20, 28), 4 * data("refiner.logits", 2, 1, 20, 28), "refiner."))
    save_file(out, sys.argv[1])
    print(len(out), "tensors,", sum(v.nbytes for v in out.values()), "bytes")


if __name__ == "__main__":
    main()
