#include "model/golden/golden_formula.h"

#include <array>
#include <cmath>

#include "annotation/core/paths.h"

namespace fs2::golden {

namespace {

std::uint64_t splitMix(std::uint64_t x) {
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}

/// centre + reach * r, r from -1 to 1.
struct Spread {
    double centre = 0;
    double reach = 1;
};

bool ends(const std::string& name, std::string_view with) { return name.ends_with(with); }
bool contains(const std::string& name, std::string_view part) { return name.find(part) != std::string::npos; }

Spread spreadOf(const std::string& name, const torch::Tensor& tensor) {
    if (ends(name, ".running_mean")) return {0, .1};
    if (ends(name, ".running_var")) return {1.1, .1};
    if (name == "neck.loc_conv.bias") return {-.3, .1};
    for (const auto* bias : {"fc_norm.bias", "cls_fcs.1.bias", "mask_fcs.1.bias"})
        if (ends(name, bias)) return {-.5, .1};
    if (ends(name, ".bias") || ends(name, ".in_proj_bias")) return {0, .1};
    for (const auto* table : {"mask_tokens.weight", "pb_embedding.weight", "panoptic_head.kernels.weight"})
        if (ends(name, table)) return {0, .5};
    if (tensor.dim() == 1) return {1, .1};
    const double fan = ends(name, ".up_sample.weight") ? 4. * double(tensor.size(0))
                                                       : double(tensor.numel()) / double(tensor.size(0));
    const double gain = contains(name, "out_proj") ? .3 : contains(name, "input_layer") ? 2 : 1;
    return {0, gain * std::sqrt(3 / fan)};
}

/// How much the class embedding's dimension d counts.
double fading(std::int64_t d) { return 200. / (200. + double(d)); }

void fill(torch::Tensor tensor, const std::string& prefix, const std::string& name) {
    if (!tensor.is_floating_point()) {
        tensor.zero_();
        return;
    }
    const auto spread = spreadOf(name, tensor);
    const auto hash = fnv1a64(prefix + name);
    const bool place = name == "neck.loc_conv.weight";
    const bool embedding = name.starts_with("panoptic_head.panoptic_cls.0.");
    const auto width = tensor.dim() > 1 ? tensor.numel() / tensor.size(0) : 1;
    auto numbers = torch::empty(tensor.sizes(), torch::kFloat);
    auto* to = numbers.data_ptr<float>();
    at::parallel_for(0, tensor.numel(), 1 << 16, [&](std::int64_t begin, std::int64_t end) {
        for (auto i = begin; i < end; ++i) {
            double v = spread.centre + spread.reach * (2 * uniformAt(hash, std::uint64_t(i)) - 1);
            if (place && i % width >= 128) v *= 20;
            if (embedding) v *= fading(i / width);
            to[i] = float(v);
        }
    });
    tensor.copy_(numbers);
}

}  // namespace

double uniformAt(std::uint64_t hash, std::uint64_t index) {
    return double(splitMix(hash + index) >> 11) * 0x1p-53;
}

torch::Tensor uniform(const std::string& name, at::IntArrayRef shape) {
    auto out = torch::empty(shape, torch::kDouble);
    const auto hash = fnv1a64(name);
    auto* to = out.data_ptr<double>();
    for (std::int64_t i = 0; i < out.numel(); ++i) to[i] = uniformAt(hash, std::uint64_t(i));
    return out;
}

void fillWeights(torch::nn::Module& network, const std::string& prefix) {
    torch::NoGradGuard noGrad;
    for (const auto& p : network.named_parameters()) fill(p.value(), prefix, p.key());
    for (const auto& b : network.named_buffers()) fill(b.value(), prefix, b.key());
}

torch::Tensor textTable(const std::string& prefix) {
    constexpr std::int64_t classes = 133, words = 3, width = 768;
    const auto faded = 200 / (200 + torch::arange(width, torch::kDouble));
    auto table = (2 * uniform(prefix + "text_classifier", {classes, words, width}) - 1) * faded;
    for (std::int64_t c = 0; c < classes; ++c)
        for (std::int64_t k = c % 3 + 1; k < words; ++k) table[c][k].copy_(table[c][0]);
    return (table / table.norm(2, {-1}, true)).to(torch::kFloat);
}

torch::Tensor picture(const std::string& seed, std::int64_t H, std::int64_t W, std::int64_t t) {
    struct Patch {
        std::array<std::int64_t, 4> eighths;  // y0, x0, y1, x1
        std::array<std::uint8_t, 3> colour;
    };
    static constexpr std::array<Patch, 3> kPatches{{{{1, 1, 4, 3}, {200, 40, 20}},
                                                    {{2, 5, 7, 7}, {10, 60, 220}},
                                                    {{0, 4, 2, 8}, {240, 240, 240}}}};
    static constexpr std::array<std::uint8_t, 3> kDisk{30, 200, 90};
    const auto hash = fnv1a64("image:" + seed);
    const auto p1 = std::int64_t(hash % 191), p2 = std::int64_t(hash % 139);
    const auto triangle = [](std::int64_t v, std::int64_t p) { return std::abs(v % (2 * p) - p) * 255 / p; };
    auto out = torch::empty({H, W, 3}, torch::kByte);
    auto* to = out.data_ptr<std::uint8_t>();
    for (std::int64_t y = 0; y < H; ++y)
        for (std::int64_t x = 0; x < W; ++x)
            for (std::int64_t c = 0; c < 3; ++c, ++to) {
                const auto place = std::uint64_t(((t * H + y) * W + x) * 3 + c);
                const auto noise = std::int64_t(splitMix(hash + place) >> 56);
                *to = std::uint8_t((3 * triangle(5 * x + 2 * y + 40 * c + 6 * t + p1, 96) +
                                    2 * triangle(2 * x + 7 * y + 90 * c + 3 * t + p2, 70) + noise) / 6);
                for (const auto& [e, colour] : kPatches)
                    if (y >= e[0] * H / 8 + 2 * t && y < e[2] * H / 8 + 2 * t &&
                        x >= e[1] * W / 8 + 3 * t && x < e[3] * W / 8 + 3 * t)
                        *to = colour[std::size_t(c)];
                const auto dy = y - (5 * H / 8 + t), dx = x - (2 * W / 8 - 2 * t);
                if (dy * dy + dx * dx <= (H / 5) * (H / 5)) *to = kDisk[std::size_t(c)];
            }
    return out;
}

}  // namespace fs2::golden
