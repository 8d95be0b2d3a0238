#!/usr/bin/env python3
"""Makes nets.safetensors, table.pth and shapes.json of tests/golden/openclip: OpenCLIP's text tower, ConvNeXt and ResNet
as open_clip_torch and timm compute them, of reduced size, on the formula weights and inputs of
tests/unit/model_formula.h; and the state names and shapes of the nets in full size.

Versions: torch 2.11.0, open_clip_torch 3.3.0, timm 1.0.31, numpy, safetensors.
Usage: python tests/golden/make_openclip.py FOLDER"""
import json
import re
import sys

import torch
from open_clip.model import CLIP
from open_clip.modified_resnet import ModifiedResNet
from open_clip.tokenizer import SimpleTokenizer
from open_clip.transformer import QuickGELU, TextTransformer
import open_clip
from safetensors.torch import save_file
from timm.models.convnext import ConvNeXt

from make_fastsam2 import uniform, weight

TEMPLATES = ["a photo of a {}.", "This is a photo of a {}", "There is a {} in the scene", "There is the {} in the scene",
             "a photo of a {} in the scene", "a photo of a small {}.", "a photo of a medium {}.", "a photo of a large {}.",
             "This is a photo of a small {}.", "This is a photo of a medium {}.", "This is a photo of a large {}.",
             "There is a small {} in the scene.", "There is a medium {} in the scene.", "There is a large {} in the scene."]
CLASSES = ["cat", "cup_or_mug", "TV/monitor, Screen ", "wall-other-merged", "кошка"]


def ours(name):
    """timm's names as RAP-SAM registers them."""
    return re.sub(r"^stages\.(\d)", lambda m: f"layer{int(m[1]) + 1}", name)


def fill(net, prefix):
    state = {k: weight(prefix + ours(k), *v.shape) if v.is_floating_point() else v for k, v in net.state_dict().items()}
    net.load_state_dict(state)
    return net.eval()


def image(name):
    return (2 * uniform("input:" + name, (2, 3, 64, 96)) - 1).float()


def ids(rows, vocabulary):
    """Rows of random ids that end with the largest one at different places, then zeros."""
    out = torch.zeros(len(rows), 77, dtype=torch.long)
    for i, length in enumerate(rows):
        r = uniform(f"input:ids{i}", (length,))
        out[i, :length] = (r * (vocabulary - 2)).long() + 1
        out[i, length - 1] = vocabulary - 1
    return out


def backbones(out):
    for name, eps in (("convnext", None), ("convnext_eps", 1e-5)):
        net = fill(ConvNeXt(depths=(2, 1, 3, 1), dims=(16, 32, 48, 64), norm_eps=eps, num_classes=0), name + ".")
        x = net.stem(image("image"))
        for i, stage in enumerate(net.stages):
            x = stage(x)
            out[f"{name}.C{i + 2}"] = x
    net = fill(ModifiedResNet(layers=(2, 1, 2, 1), output_dim=32, heads=2, image_size=64, width=16), "resnet.")
    maps = net.forward_intermediates(image("image"), intermediates_only=True)["image_intermediates"]
    for i, x in enumerate(maps[1:]):
        out[f"resnet.C{i + 2}"] = x


def towers(out):
    tokens = ids((3, 9, 77, 20), 500)
    out["ids"] = tokens
    for name, act in (("gelu", torch.nn.GELU), ("quickgelu", QuickGELU)):
        net = TextTransformer(vocab_size=500, width=128, heads=2, layers=3, output_dim=96, act_layer=act)
        fill(net, "tower.")
        out["tower." + name] = torch.nn.functional.normalize(net(tokens), dim=-1)


def table(out):
    """MODEL.md part E.8."""
    net = fill(TextTransformer(width=64, heads=1, layers=1, output_dim=32), "table.")
    tokenizer = SimpleTokenizer()
    rows = []
    for name in CLASSES:
        text = name.replace("_or_", ",").replace("/", ",").replace("_", " ").lower()
        row = []
        for synonym in (s.strip() for s in text.split(",")):
            if synonym:
                x = net(tokenizer([t.format(synonym) for t in TEMPLATES]))
                x = torch.nn.functional.normalize(x, dim=-1).mean(0)
                row.append(torch.nn.functional.normalize(x, dim=-1))
        rows.append(row)
    most = max(map(len, rows))
    out["table"] = torch.stack([torch.stack(r + [r[0]] * (most - len(r))) for r in rows])


def shapes():
    """Names and shapes of what the product reads, in full size; nothing is allocated."""
    found = {}
    with torch.device("meta"):
        for tower in ("ViT-L-14", "convnext_large_d_320"):
            config = open_clip.get_model_config(tower)
            state = CLIP(**config).state_dict()
            found["tower " + tower] = {k: list(v.shape) for k, v in state.items()
                                       if not k.startswith("visual.") and k != "logit_scale"}
        for name in ("convnext_base", "convnext_large", "convnext_xxlarge"):
            # What open_clip's configuration of that backbone makes its trunk of.
            config = next(c for c in map(open_clip.get_model_config, open_clip.list_models())
                          if c["vision_cfg"].get("timm_model_name") == name)
            state = CLIP(**{k: v for k, v in config.items() if k != "custom_text"}).visual.trunk.state_dict()
            found[name] = {ours(k): list(v.shape) for k, v in state.items() if not k.startswith("head.")}
        state = CLIP(**open_clip.get_model_config("RN50")).visual.state_dict()
        found["RN50"] = {k: list(v.shape) for k, v in state.items() if not k.startswith("attnpool.")}
    return found


def main(folder):
    out = {}
    with torch.no_grad():
        backbones(out)
        towers(out)
        table(out)
    save_file({k: v.contiguous() for k, v in out.items()}, folder + "/nets.safetensors")
    torch.save(out["table"], folder + "/table.pth")  # as RAP-SAM keeps its tables
    with open(folder + "/shapes.json", "w", encoding="ascii") as f:
        nets = (f'"{net}":{{\n' + ",\n".join(f'"{k}":{json.dumps(v, separators=(",", ":"))}' for k, v in s.items()) + "}"
                for net, s in shapes().items())
        f.write("{" + ",\n".join(nets) + "}\n")


main(sys.argv[1])
