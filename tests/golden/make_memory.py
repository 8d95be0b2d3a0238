#!/usr/bin/env python3
"""Makes tests/golden/fastsam2_s/memory.safetensors: the memory of fastsam2_s (MemoryNet: write, read, the
two paths, DPSR, presence), written a second time in plain PyTorch from MODEL.md part A, run on formula
weights and inputs. Needs torch, numpy and safetensors; the tests need none of them.

Usage: python tests/golden/make_memory.py OUT.safetensors"""
import math, sys
import torch, torch.nn.functional as F
from safetensors.torch import save_file
from make_fastsam2 import backbone, conv, decoder, lin, map_attention, neck, pyramid, uniform, up, weight

M = "memory."


def group_norm(x, n):
    return F.group_norm(x, 8, weight(n + ".weight", x.shape[1]), weight(n + ".bias", x.shape[1]))


def key(f16):
    return conv(f16, M + "key", 64, 3, bias=True).flatten(2)


def write(f16, mask):
    x = F.relu(conv(mask, M + "mask4", 16, 3, 2, bias=True))
    x = F.relu(conv(x, M + "mask8", 32, 3, 2, bias=True))
    x = F.relu(conv(x, M + "mask16", 64, 3, 2, bias=True) + conv(f16, M + "feature16", 64, 1, bias=True))
    value = x + conv(F.relu(group_norm(x, M + "value_norm")), M + "value", 64, 3, bias=True)
    share = F.adaptive_avg_pool2d(mask, value.shape[2:])
    return torch.cat([value, share], 1).flatten(2)


def read(query, keys, values, h, w):
    """One object after the other: L2 distance, top 30, softmax."""
    out = []
    for o in range(len(values)):
        k = keys[min(o, len(keys) - 1)].double()
        q = query[0].double()
        near = -((q.unsqueeze(2) - k.unsqueeze(1)) ** 2).sum(0) + (q**2).sum(0).unsqueeze(1)
        best, index = (near / 8).topk(min(30, k.shape[1]), 1)
        share = torch.softmax(best, 1).float()
        out.append(torch.einsum("pt,cpt->cp", share, values[o][:, index]))
    return torch.stack(out).view(len(values), -1, h, w)


def pooled(pointers):
    return (torch.softmax(lin(pointers, M + "pointer_weight", 1), 1) * pointers).sum(1)


def entropy(x):
    p = torch.sigmoid(x)
    return -(p * torch.log2(p) + (1 - p) * torch.log2(1 - p))


def prior_maps(prior):
    full = F.interpolate(prior, scale_factor=2, mode="bilinear", align_corners=False)
    return torch.cat([full, torch.zeros_like(full).repeat(1, 3, 1, 1)], 1)


def no_points(n):
    return torch.zeros(n, 26, 2), torch.full((n, 26), 4)


def track(f, keys, values, pointers, previous):
    f2, f4, f8, f16 = f
    n, (h, w) = len(values), f16.shape[2:]
    r = read(key(f16), keys, values, h, w)
    m = F.relu(group_norm(conv(r, M + "read", 64, 3, bias=True), M + "read_norm"))
    t = lin(pointers, M + "pointer_token", 64)
    for i in range(2):
        m, t = map_attention(m, t, f"{M}attention.{i}.", 4, 128, 2)
    seen16 = f16 + conv(m, M + "to16", 192, 1, bias=True)
    seen8 = f8 + up(conv(m, M + "to8", 96, 1, bias=True), f8)
    points, types = no_points(n)
    logits, _, iou, pointer = decoder((f2, f4, seen8, seen16), prior_maps(previous.clamp(-6, 6) / 6), points, types, "decoder.")
    a = logits[:, :1]
    seen = F.relu(conv(f4, M + "map4", 64, 1, bias=True) + up(conv(f8, M + "map8", 64, 1, bias=True), f4))
    known = pooled(pointers)
    k = lin(F.relu(lin(known, M + "kernel.0", 256)), M + "kernel.2", 65)
    b = torch.einsum("oc,bchw->ohw", k[:, :64], seen).unsqueeze(1) + k[:, 64].view(n, 1, 1, 1)
    a4 = F.avg_pool2d(a, 2)
    facts = torch.cat([a4.clamp(-10, 10), b.clamp(-10, 10), entropy(a4), entropy(b)], 1)
    g = torch.sigmoid(up(conv(F.relu(conv(facts, M + "gate1", 16, 1, bias=True)), M + "gate2", 1, 1, bias=True), a))
    fused = g * a + (1 - g) * up(b, a)
    alike = F.cosine_similarity(pointer, known, 1)
    strongest = torch.sigmoid(fused.flatten(1).amax(1))
    x = torch.cat([pointer, known, torch.stack([alike, strongest], 1)], 1)
    presence = lin(F.relu(lin(x, M + "presence.0", 128)), M + "presence.2", 1)[:, 0]
    return {"logits": fused, "path_a": a, "path_b": b, "iou": iou[:, 0], "presence": presence, "pointer": pointer}


def main():
    data = lambda name, *shape: (2 * uniform("input:" + name, shape) - 1).float()
    out = {}

    def keep(name, t):
        flat = t.flatten().contiguous()
        step = max(1, -(-flat.numel() // 4096))
        out[name] = flat[::step].clone()
        out[name + ":absmax"] = flat.abs().max().view(1)

    def encode(name):
        stem, c = backbone(data(name, 1, 3, 64, 96), "backbone.")
        return pyramid(stem, c, *neck(c, "neck."), "pyramid.")

    with torch.no_grad():
        frames = [encode(f"frame{i}") for i in range(4)]
        masks = [(data(f"mask{i}", 2, 1, 32, 48) + 1) / 2 for i in range(3)]
        keys = torch.cat([key(f[3]) for f in frames[:3]], 2)
        values = torch.cat([write(f[3], m) for f, m in zip(frames, masks)], 2)
        keep("keys", keys), keep("values", values)
        points, types = no_points(2)
        f = tuple(x.expand(2, -1, -1, -1) for x in frames[0])
        given = decoder(f, prior_maps(2 * masks[0] - 1), points, types, "decoder.")[3]
        keep("given.pointer", given)
        pointers = data("pointers", 2, 3, 256)
        for k, v in track(frames[3], keys, values, pointers, 8 * data("previous", 2, 1, 32, 48)).items():
            keep(k, v)
    save_file(out, sys.argv[1])
    print(len(out), "tensors,", sum(v.nbytes for v in out.values()), "bytes")


if __name__ == "__main__":
    main()
