#include "training/clip_layers.h"

#include <algorithm>
#include <cstring>

#include <torch/torch.h>

#include "training/batch.h"

namespace fs2 {

using torch::Tensor;
namespace F = torch::nn::functional;

namespace {

constexpr int kFieldSide = 24;     // nodes of a bending field after smooth interpolation
constexpr int kInverseRounds = 4;  // of the fixed point that undoes a bend
constexpr int kMarginParts =
    8;  // a layer is drawn with a margin of size / 8, for what bends into view

/// Column `i` of (n, k) as (n, 1, 1).
Tensor column(const Tensor& t, int i) {
    return t.select(1, i).view({-1, 1, 1});
}

Places through(const Tensor& affine, const Places& p) {
    return {column(affine, 0) * p.x + column(affine, 1) * p.y + column(affine, 2),
            column(affine, 3) * p.x + column(affine, 4) * p.y + column(affine, 5)};
}

/// A step on the layer's photo as a step on the output.
Places outputStep(const Tensor& affine, const Places& d) {
    const auto det = column(affine, 0) * column(affine, 4) - column(affine, 1) * column(affine, 3);
    return {(column(affine, 4) * d.x - column(affine, 1) * d.y) / det,
            (column(affine, 0) * d.y - column(affine, 3) * d.x) / det};
}

Tensor gridSample(const Tensor& image, const Tensor& grid) {
    return F::grid_sample(image, grid,
                          F::GridSampleFuncOptions()
                              .mode(torch::kBilinear)
                              .padding_mode(torch::kBorder)
                              .align_corners(true));
}

/// The bend (n, 2, G, G) over the boxes (n, 4: middle, half sides) at points of the photo.
Places bendAt(const Tensor& field, const Tensor& box, const Places& p) {
    const auto d = gridSample(field, torch::stack({(p.x - column(box, 0)) / column(box, 2),
                                                   (p.y - column(box, 1)) / column(box, 3)},
                                                  3));
    return {d.select(1, 0), d.select(1, 1)};
}

/// The numbers of a layer of all clips, gathered for the device.
struct Numbers {
    std::vector<float> affines;              // (moment, clip, 6)
    std::vector<float> bends;                // (moment, clip, term)
    std::vector<float> fields;               // (clip, term, field)
    std::vector<float> boxes;                // (clip, 4)
    std::vector<float> gains;                // (frame, clip)
    std::vector<float> offsets;              // (clip, 3)
    std::vector<kernels::SampleSpec> specs;  // (frame, clip), of the picture with its margin
};

Numbers numbersOf(const std::vector<ClipPlan>& plans, int layer, int margin) {
    Numbers all;
    const auto which = std::size_t(layer);
    for (std::size_t m = 0; m < plans.front().layers[which].moments.size(); ++m)
        for (const ClipPlan& plan : plans) {
            const LayerMoment& moment = plan.layers[which].moments[m];
            all.affines.insert(all.affines.end(), moment.affine.m, moment.affine.m + 6);
            all.bends.insert(all.bends.end(), moment.bend.begin(), moment.bend.end());
            if (m == 0) continue;
            all.gains.push_back(moment.gain);
            kernels::SampleSpec spec{moment.image, {}, moment.affine};
            std::copy_n(plan.layers[which].labels.begin(), 3, spec.labels);
            float* a = spec.affine.m;
            a[2] -= float(margin) * (a[0] + a[1]);
            a[5] -= float(margin) * (a[3] + a[4]);
            all.specs.push_back(spec);
        }
    for (const ClipPlan& plan : plans) {
        const ClipLayer& l = plan.layers[which];
        all.boxes.insert(all.boxes.end(), {l.centreX, l.centreY, l.halfX, l.halfY});
        all.fields.insert(all.fields.end(), l.field.begin(), l.field.end());
        all.offsets.insert(all.offsets.end(), l.offset.begin(), l.offset.end());
    }
    return all;
}

Tensor uploadedBytes(const void* data, std::size_t bytes, torch::Device device) {
    auto host =
        torch::empty({std::int64_t(bytes)},
                     torch::TensorOptions().dtype(torch::kByte).pinned_memory(device.is_cuda()));
    std::memcpy(host.data_ptr(), data, bytes);
    return host.to(device, /*non_blocking=*/true);
}

/// (n, 5, W, W): colours, the soft mask of the label, 1 inside the photo.
Tensor warpedLayer(const SamplePool& pool, const std::vector<kernels::SampleSpec>& specs, int side,
                   torch::Device device) {
    const auto n = std::int64_t(specs.size());
    const auto options = torch::TensorOptions().dtype(torch::kFloat).device(device);
    auto colour = torch::empty({n, 3, side, side}, options);
    auto mask = torch::empty({n, 1, side, side}, options.dtype(torch::kByte));
    auto inside = torch::empty_like(mask);
    const auto list = uploadedBytes(specs.data(), specs.size() * sizeof specs[0], device);
    kernels::warpSamples(whereOf(device), pool.view(),
                         static_cast<const kernels::SampleSpec*>(list.data_ptr()), int(n), side,
                         colour.data_ptr<float>(), nullptr, mask.data_ptr<std::uint8_t>(),
                         inside.data_ptr<std::uint8_t>());
    const auto soft =
        F::avg_pool2d(mask.to(torch::kFloat), F::AvgPool2dFuncOptions(3).stride(1).padding(1));
    return torch::cat({colour, soft, inside.to(torch::kFloat)}, 1);
}

}  // namespace

Places pixelPlaces(int size, torch::Device device) {
    const auto line =
        torch::arange(size, torch::TensorOptions().dtype(torch::kFloat).device(device));
    return {line.view({1, 1, size}), line.view({1, size, 1})};
}

Tensor sampledAt(const Tensor& image, const Places& places) {
    const double w = double(image.size(3) - 1);
    const double h = double(image.size(2) - 1);
    return gridSample(image, torch::stack({places.x * (2 / w) - 1, places.y * (2 / h) - 1}, 3));
}

Tensor uploaded(const std::vector<float>& values, at::IntArrayRef shape, torch::Device device) {
    return uploadedBytes(values.data(), values.size() * sizeof(float), device)
        .view(torch::kFloat)
        .view(shape);
}

RenderedLayer renderLayer(const SamplePool& pool, const std::vector<ClipPlan>& plans, int layer,
                          int size, torch::Device device) {
    const int margin = size / kMarginParts;
    const Numbers numbers = numbersOf(plans, layer, margin);
    const auto clips = std::int64_t(plans.size());
    const auto n = std::int64_t(numbers.specs.size());
    const auto all = n + clips;  // with the moment before frame 0
    const auto perClip = [&](const std::vector<float>& values, std::int64_t k) {
        return uploaded(values, {1, clips, k}, device)
            .expand({n / clips, clips, k})
            .reshape({n, k});
    };
    constexpr std::int64_t kField = 2 * kBendSide * kBendSide;
    const auto affine = uploaded(numbers.affines, {all, 6}, device);
    const auto box = perClip(numbers.boxes, 4);
    const auto gain = uploaded(numbers.gains, {n, 1, 1, 1}, device);
    const auto offset = perClip(numbers.offsets, 3).view({n, 3, 1, 1});
    const auto coarse = (uploaded(numbers.bends, {all / clips, clips, kBendTerms, 1}, device) *
                         uploaded(numbers.fields, {1, clips, kBendTerms, kField}, device))
                            .sum(2);
    const auto field = F::interpolate(coarse.view({all, 2, kBendSide, kBendSide}),
                                      F::InterpolateFuncOptions()
                                          .size(std::vector<std::int64_t>{kFieldSide, kFieldSide})
                                          .mode(torch::kBicubic)
                                          .align_corners(true));
    const auto now = affine.narrow(0, clips, n);
    const auto then = affine.narrow(0, 0, n);

    const Places q = pixelPlaces(size, device);
    const Places a = through(now, q);
    const Places d = bendAt(field.narrow(0, clips, n), box, a);
    const Places step = outputStep(now, d);
    const auto drawn = sampledAt(warpedLayer(pool, numbers.specs, size + 2 * margin, device),
                                 {q.x + step.x + margin, q.y + step.y + margin});
    // The point p of the photo lay where the bend of the frame before leads to it.
    const Places p{a.x + d.x, a.y + d.y};
    Places b = p;
    for (int i = 0; i < kInverseRounds; ++i) {
        const Places e = bendAt(field.narrow(0, 0, n), box, b);
        b = {p.x - e.x, p.y - e.y};
    }
    return {(drawn.narrow(1, 0, 3) * gain + offset).clamp_(0, 1), drawn.select(1, 3),
            drawn.select(1, 4) > 0.99,
            outputStep(then, {b.x - column(then, 2), b.y - column(then, 5)})};
}

}  // namespace fs2
