#!/usr/bin/env python3
"""Makes the checkpoints of tests/data/checkpoints with PyTorch (2.11); the tests need only its output.

use: make_checkpoints.py FOLDER

Every tensor's values are known from its name, so that the tests can check them: element i in row-major
order is (FNV-1a of the name + i) % 251 - 125, for bool that % 2, for unsigned types without the - 125.
"""
import collections
import io
import pathlib
import sys
import tarfile
import types

import torch


def values(name, shape, dtype):
    hash_ = 14695981039346656037
    for byte in name.encode():
        hash_ = (hash_ ^ byte) * 1099511628211 % 2**64
    count = int(torch.tensor(shape).prod()) if shape else 1
    low = 0 if dtype in (torch.uint8, torch.bool) else 125
    numbers = [(hash_ % 2**32 + i) % 251 - low for i in range(count)]
    if dtype == torch.bool:
        numbers = [n % 2 for n in numbers]
    return torch.tensor(numbers, dtype=dtype).reshape(shape)


class Net(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = torch.nn.Conv2d(3, 4, 3)
        self.bn = torch.nn.BatchNorm2d(4)
        self.fc = torch.nn.Linear(4, 2)


def state():
    net = Net()
    made = net.state_dict()
    for name, tensor in made.items():
        tensor.copy_(values(name, list(tensor.shape), tensor.dtype))
    return made


def views():
    """Parts, transposed, reversed in memory, repeated, shared, parameters, no elements."""
    def placed(name, shape, make):
        tensor = make(values(name, shape, torch.float32))
        assert torch.equal(tensor, values(name, shape, torch.float32))
        return tensor

    base = torch.arange(60, dtype=torch.float32)
    made = collections.OrderedDict()
    made["transposed"] = placed("transposed", [4, 5], lambda t: t.t().contiguous().t())
    made["channels_last"] = placed("channels_last", [2, 3, 4, 5],
                                   lambda t: t.to(memory_format=torch.channels_last))
    made["column"] = placed("column", [6], lambda t: torch.stack([t, t + 1000], 1)[:, 0])
    made["offset"] = base[10:16]
    made["shared"] = base.view(6, 10)
    made["expanded"] = torch.tensor([7.0]).expand(3, 4)
    made["parameter"] = torch.nn.Parameter(values("parameter", [2, 3], torch.float32))
    made["buffer"] = torch.nn.Buffer(values("buffer", [5], torch.float32))
    made["scalar"] = values("scalar", [], torch.float32)
    made["none"] = torch.zeros(0, 3)
    return made


def dtypes():
    kinds = dict(f32=torch.float32, f16=torch.float16, bf16=torch.bfloat16, f64=torch.float64, i64=torch.int64,
                 i32=torch.int32, i16=torch.int16, i8=torch.int8, u8=torch.uint8, bool=torch.bool)
    made = {name: values(name, [3, 2], dtype) for name, dtype in kinds.items()}
    made["complex"] = torch.zeros(2, dtype=torch.complex64)
    made["uint16"] = torch.zeros(2, dtype=torch.uint16)
    return made


def foreign():
    """A module that no reader has: as mmengine's classes to a program without mmengine."""
    module = types.ModuleType("foreign_engine.hub")

    class HistoryBuffer:
        def __init__(self, log):
            self.log, self.loop = log, self

        def __reduce__(self):
            return (HistoryBuffer, (self.log,), {"log": self.log, "loop": self})

    class Scalars(list):
        pass

    class Table(dict):
        pass

    for kind in (HistoryBuffer, Scalars, Table):
        kind.__module__, kind.__qualname__ = module.__name__, kind.__name__
        setattr(module, kind.__name__, kind)
    sys.modules["foreign_engine"] = types.ModuleType("foreign_engine")
    sys.modules[module.__name__] = module
    return module


def engine_checkpoint(prefix=""):
    hub = foreign()
    net = Net()
    optimizer = torch.optim.AdamW(net.parameters())
    net.fc(torch.ones(1, 4)).sum().backward()
    optimizer.step()
    named = collections.OrderedDict((prefix + k, v) for k, v in state().items())
    named._metadata = state()._metadata
    table = hub.Table(a=1)
    table["self"] = table
    return {
        "meta": {"epoch": 12, "iter": 3 * 10**12, "seed": -(2**70), "cfg": "model = dict()", "loss": 0.25,
                 "none": None, "set": {1, 2}, "frozen": frozenset([3]), "bytes": b"\0\1", "table": table},
        "message_hub": {"log_scalars": hub.Scalars([hub.HistoryBuffer([1.0, 2.0])])},
        "optimizer": optimizer.state_dict(),
        "rng_state": torch.zeros(4, dtype=torch.uint8),
        "state_dict": named,
        "param_schedulers": [],
    }


def main():
    folder = pathlib.Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    old = dict(_use_new_zipfile_serialization=False)
    torch.save(state(), folder / "state.pth")
    torch.save(state(), folder / "legacy.pth", **old)
    torch.save(views(), folder / "views.pth")
    torch.save(views(), folder / "views_legacy.pth", **old)
    torch.save(dtypes(), folder / "dtypes.pth")
    torch.save(engine_checkpoint(), folder / "engine.pth")
    torch.save(engine_checkpoint("module."), folder / "engine_legacy.pth", **old)
    for protocol in (3, 4, 5):
        torch.save(engine_checkpoint(), folder / f"protocol{protocol}.pth", pickle_protocol=protocol)
    torch.save(state(), folder / "protocol1.pth", pickle_protocol=1, **old)
    torch.save({"model": {"state_dict": state()}, "epoch": 3}, folder / "nested.pth")
    torch.save(Net(), folder / "whole_module.pth")
    torch.save({"epoch": 3, "lr": 0.1}, folder / "no_weights.pth")
    torch.save(values("tensor", [2, 2], torch.float32), folder / "lone.pth")
    torch.jit.script(torch.nn.Linear(2, 2)).save(str(folder / "script.pt"))
    torch.serialization.set_crc32_options(False)
    torch.save(state(), folder / "no_checksums.pth")
    with tarfile.open(folder / "tar.pth", "w", format=tarfile.USTAR_FORMAT) as tar:
        for name in ("sys_info", "pickle", "tensors", "storages"):
            tar.addfile(tarfile.TarInfo(name), io.BytesIO())


if __name__ == "__main__":
    main()
