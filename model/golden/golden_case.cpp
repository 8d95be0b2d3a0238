#include "model/golden/golden_case.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace fs2::golden {

namespace {

constexpr std::int64_t kFlipsAllowed = 3;
constexpr double kNearZero = 1e-3;
constexpr double kScoreAllowed = 2e-4;
constexpr double kLooseAllowed = 1e-2;  ///< of absmax, after a flip in single precision

/// Bytes of the record as a tensor that owns them.
torch::Tensor asTensor(const NpyArray& array, torch::ScalarType type) {
    auto out = torch::empty({std::int64_t(array.count())}, type);
    std::copy(array.bytes.begin(), array.bytes.end(), static_cast<char*>(out.mutable_data_ptr()));
    return out;
}

/// numpy.unpackbits: the most significant bit first.
torch::Tensor unpacked(const NpyArray& array, std::int64_t count) {
    const auto packed = asTensor(array, torch::kByte).unsqueeze(1);
    const auto masks = torch::tensor({128, 64, 32, 16, 8, 4, 2, 1}, torch::kByte);
    return packed.bitwise_and(masks).ne(0).flatten().narrow(0, 0, count);
}

}  // namespace

void Case::add(const std::string& name, double worst, double allowed, const std::string& measure,
               bool holds) {
    lines_.push_back({name_ + "/" + name, worst, allowed, measure, holds});
}

const NpyArray* Case::take(const std::string& name, const char* dtype) {
    const auto found = recorded_.find(name);
    if (found == recorded_.end()) return nullptr;
    taken_.insert(name);
    if (found->second.dtype == dtype) return &found->second;
    add(name, 0, 0, "the record is of type " + found->second.dtype, false);
    return nullptr;
}

torch::Tensor Case::recordedTensor(const std::string& name) {
    const auto* record = take(name, "F32");
    return record ? asTensor(*record, torch::kFloat) : torch::empty({0});
}

std::optional<double> Case::difference(const std::string& name, const torch::Tensor& got,
                                       std::int64_t step, double absmax) {
    const auto* record = take(name, "F32");
    if (!record) return std::nullopt;
    const auto fault = [&](const std::string& why) {
        add(name, 0, 0, why, false);
        return std::nullopt;
    };
    if (!got.defined()) return fault("the network does not make it");
    const auto want = asTensor(*record, torch::kFloat);
    const auto have = got.detach().to(torch::kFloat).cpu().flatten().slice(0, 0, got.numel(), step);
    if (have.numel() != want.numel())
        return fault(std::to_string(have.numel()) + " values, recorded are " + std::to_string(want.numel()));
    if (want.numel() == 0) return 0;
    if (absmax <= 0) absmax = want.abs().max().item<double>();
    return (have - want).abs().max().item<double>() / std::max(absmax, 1e-30);
}

void Case::tensor(const std::string& name, const torch::Tensor& got, std::int64_t step, double absmax,
                  double allowed) {
    if (const auto worst = difference(name, got, step, absmax))
        add(name, *worst, allowed, "of absmax", *worst <= allowed);
}

void Case::tensorAfterFlip(const std::string& name, const torch::Tensor& got, const torch::Tensor& exact,
                           std::int64_t step, double absmax, double allowed) {
    const auto single = difference(name, got, step, absmax);
    if (!single) return;
    if (*single <= allowed) return add(name, *single, allowed, "of absmax", true);
    const auto worst = difference(name, exact, step, absmax);
    if (!worst) return;
    const bool near = *single <= kLooseAllowed;
    add(name, near ? *worst : *single, near ? allowed : kLooseAllowed,
        near ? "of absmax in double precision (a pixel near 0 has crossed it)" : "of absmax", near && *worst <= allowed);
}

std::int64_t Case::flips(const std::string& name, const torch::Tensor& logits) {
    const auto* record = take(name, "U8");
    if (!record) return 0;
    const auto have = logits.to(torch::kFloat).cpu().flatten();
    if (std::int64_t(record->count()) != (have.numel() + 7) / 8) {
        add(name, 0, 0, "another number of bits", false);
        return 0;
    }
    const auto differ = unpacked(*record, have.numel()) != (have > 0);
    const auto count = differ.sum().item<std::int64_t>();
    const auto far = differ.logical_and(have.abs() >= kNearZero).sum().item<std::int64_t>();
    add(name, double(count), double(kFlipsAllowed), "flips", count <= kFlipsAllowed && far == 0);
    return count;
}

void Case::pixels(const std::string& name, const torch::Tensor& got) {
    const bool packed = got.scalar_type() == torch::kBool;
    const auto* record = take(name, packed ? "U8" : "I32");
    if (!record) return;
    const auto have = got.cpu().flatten();
    const auto expected = packed ? (have.numel() + 7) / 8 : have.numel();
    if (std::int64_t(record->count()) != expected) return add(name, 0, 0, "another size", false);
    const auto want = packed ? unpacked(*record, have.numel()) : asTensor(*record, torch::kInt);
    const auto share = (have != want).sum().item<double>() / double(std::max<std::int64_t>(1, have.numel()));
    add(name, share, 1e-3, "of the pixels", share <= 1e-3);
}

void Case::integers(const std::string& name, const std::vector<std::int64_t>& got) {
    const auto* record = take(name, "I32");
    if (!record) return;
    const auto want = asTensor(*record, torch::kInt).to(torch::kLong);
    const auto have = torch::tensor(got, torch::kLong);
    if (have.numel() != want.numel()) return add(name, 0, 0, "another number of values", false);
    const auto differ = (have != want).sum().item<double>();
    add(name, differ, 0, "differing numbers", differ == 0);
}

void Case::bytes(const std::string& name, const torch::Tensor& got, int allowed) {
    const auto* record = take(name, "U8");
    if (!record) return;
    const auto want = asTensor(*record, torch::kByte).to(torch::kInt);
    const auto have = got.cpu().flatten().to(torch::kInt);
    if (have.numel() != want.numel()) return add(name, 0, 0, "another size", false);
    const auto worst = (have - want).abs().max().item<double>();
    add(name, worst, allowed, "levels", worst <= allowed);
}

void Case::instances(const std::string& prefix, const std::string& suffix, const std::vector<Instance>& got) {
    const auto full = [&](const char* what) { return prefix + what + suffix; };
    const auto* labels = take(full("ins_labels"), "I32");
    const auto* scores = take(full("ins_scores"), "F32");
    const auto* areas = take(full("ins_area"), "I32");
    if (!labels || !scores || !areas) return;
    const auto* boxes = take(full("ins_bboxes"), "F32");
    const auto label = asTensor(*labels, torch::kInt), area = asTensor(*areas, torch::kInt);
    const auto score = asTensor(*scores, torch::kFloat);
    const auto box = boxes ? asTensor(*boxes, torch::kFloat) : torch::Tensor();
    const auto name = full("instances");
    if (label.numel() != std::int64_t(got.size()))
        return add(name, double(got.size()), double(label.numel()), "instances", false);
    std::vector<bool> used(got.size());
    double worst = 0;
    for (std::int64_t i = 0; i < label.numel(); ++i) {
        double nearest = std::numeric_limits<double>::infinity();
        std::size_t match = got.size();
        for (std::size_t k = 0; k < got.size(); ++k) {
            const auto& g = got[k];
            const auto wanted = area[i].item<int>();
            if (used[k] || g.category != label[i].item<int>()) continue;
            if (double(std::abs(g.area - wanted)) > std::max(2., 1e-3 * wanted)) continue;
            if (boxes) {
                const Rect& r = g.bounds;
                const auto want = box.narrow(0, 4 * i, 4);
                const auto have = torch::tensor({r.x, r.y, r.x + r.width, r.y + r.height}, torch::kFloat);
                if ((have - want).abs().max().item<double>() > 1) continue;
            }
            // A pixel near 0 that joins a mask or leaves it brings a probability of .5 to the mean.
            const double crossed = .5 * double(std::abs(g.area - wanted)) / std::max(1, wanted);
            const double off = std::max(0., std::abs(double(g.score) - score[i].item<double>()) - crossed);
            if (off < nearest) {
                nearest = off;
                match = k;
            }
        }
        if (match == got.size()) return add(name, 1, kScoreAllowed, "a recorded instance is missing", false);
        used[match] = true;
        worst = std::max(worst, nearest);
    }
    add(name, worst, kScoreAllowed, "score", worst <= kScoreAllowed);
}

void Case::truth(const std::string& name, bool holds, const std::string& why) {
    add(name, holds ? 0 : 1, 0, why, holds);
}

void Case::unknown() {
    for (const auto& [name, array] : recorded_)
        if (!taken_.contains(name)) add(name, 0, 0, "nothing here makes this tensor", false);
}

}  // namespace fs2::golden
