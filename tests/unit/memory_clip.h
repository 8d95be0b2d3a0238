// A network with memory on random weights, and a clip for it: for the tests of runs through video.
#pragma once
#include <QTemporaryDir>

#include <torch/torch.h>

#include "annotation/core/mask_ops.h"
#include "model/checkpoints/weights.h"
#include "model/memory/memory_net.h"
#include "model/segmenter.h"

namespace fs2 {

constexpr int kClipWidth = 120, kClipHeight = 80, kClipSide = 96;

inline Mask block(int x, int y, int side = 24) {
    const double left = x, top = y;
    return fromPolygon(
        kClipWidth, kClipHeight,
        {{left, top}, {left + side, top}, {left + side, top + side}, {left, top + side}});
}

/// A textured picture that moves by a pixel a frame.
inline Frame clipFrame(int index) {
    auto frame = makeFrame(kClipWidth, kClipHeight);
    frame->index = FrameIndex{index};
    for (int y = 0; y < kClipHeight; ++y)
        for (int x = 0; x < kClipWidth; ++x) {
            auto* p = frame->pixels.data() + std::size_t(y) * std::size_t(frame->stride) +
                      4 * std::size_t(x);
            p[0] = std::uint8_t((x + index) * 3 + y);
            p[1] = std::uint8_t(y * 5);
            p[2] = std::uint8_t(((x + index) / 16 + y / 16) % 2 * 200);
        }
    return frame;
}

/// The options of a network whose weights lie in `dir`; objects are always seen, so that memory is
/// written.
inline SegmenterOptions clipOptions(const QTemporaryDir& dir, bool withMemory = true) {
    torch::manual_seed(9);
    FastSam2 net;
    if (withMemory) {
        net->addMemory();
        const torch::NoGradGuard guard;
        net->memory()->presenceHead->named_parameters()["2.bias"].fill_(20);
    }
    const auto path = dir.filePath(withMemory ? QStringLiteral("video.safetensors")
                                              : QStringLiteral("still.safetensors"));
    SegmenterOptions options;
    options.weightsPath = path.toStdString();
    options.device = "cpu";
    options.videoSize = options.workingSize = kClipSide;
    options.threads = 1;
    if (!saveSafetensors(options.weightsPath, shippedState(net)).ok()) options.weightsPath.clear();
    return options;
}

inline KnownMask given(int frame, int object, const Mask& mask, bool confirmed = true) {
    return {FrameIndex{frame}, ObjectId{object}, mask, confirmed};
}

}  // namespace fs2
