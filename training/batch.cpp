#include "training/batch.h"

#include <torch/torch.h>

#include <cmath>
#include <cstring>

#ifdef FS2_CUDA
#include <c10/cuda/CUDAStream.h>
#endif

#include "training/random.h"

namespace fs2 {

using torch::Tensor;

namespace {

/// Purposes of random keys, so that no two draws share numbers.
enum Purpose : std::uint64_t { kObject = 11, kWindow, kLayers, kScenes, kPaste, kPhotometric, kShare };

static_assert(kMaskTokens == 4 && kPromptPoints == kernels::kMaxClicks + 2);
static_assert(kernels::kClickRadius == kClickRadius && kernels::kPriorLogit == kPriorClamp);

int shareOf(double share, int count, std::uint64_t key) {
    return std::min(count, int(std::floor(share * count + unit(key))));
}

kernels::DType typeOf(bool half) { return half ? kernels::DType::BFloat16 : kernels::DType::Float32; }

/// (n, S, S, C) memory seen as (n, C, S, S).
Tensor channelsLast(int count, int channels, int size, bool half, torch::Device device) {
    const auto options = torch::TensorOptions().dtype(half ? torch::kBFloat16 : torch::kFloat).device(device);
    return torch::empty({count, size, size, channels}, options).permute({0, 3, 1, 2});
}

}  // namespace

kernels::Where whereOf(torch::Device device) {
    kernels::Where where;
    where.cuda = device.is_cuda();
#ifdef FS2_CUDA
    if (where.cuda) where.stream = c10::cuda::getCurrentCUDAStream(device.index()).stream();
#endif
    return where;
}

void* Scratch::get(std::size_t bytes) {
    if (!bytes_.defined() || std::size_t(bytes_.numel()) < bytes)
        bytes_ = torch::empty({std::int64_t(bytes)}, torch::TensorOptions().dtype(torch::kByte).device(device_));
    return bytes_.data_ptr();
}

BatchMaker::BatchMaker(const SamplePool& pool, torch::Device device, Mixture mixture, std::uint64_t seed, bool half)
    : pool_(pool), device_(device), mixture_(mixture), seed_(seed), half_(half), scratch_(device) {
    if (pool.empty()) mixture_ = {1, 0};
}

Tensor BatchMaker::upload(const void* data, std::size_t bytes) const {
    auto host = torch::empty({std::int64_t(bytes)},
                             torch::TensorOptions().dtype(torch::kByte).pinned_memory(device_.is_cuda()));
    std::memcpy(host.data_ptr(), data, bytes);
    return host.to(device_, /*non_blocking=*/true);
}

Tensor BatchMaker::sampleSpecs(std::uint64_t key, int count, int size) const {
    std::vector<kernels::SampleSpec> specs;
    for (int b = 0; b < count; ++b) {
        const Pick pick = pool_.pick(keyOf({key, kObject, std::uint64_t(b)}));
        specs.push_back(kernels::chooseSample(keyOf({key, kWindow, std::uint64_t(b)}), pick.object,
                                              pick.height, pick.width, size, *pick.neighbours));
    }
    return upload(specs.data(), specs.size() * sizeof specs[0]);
}

Tensor BatchMaker::pasteSpecs(std::uint64_t key, int count, int size) const {
    std::vector<kernels::PasteSpec> specs(std::size_t(count) * kernels::kPasteLayers);
    for (int b = 0; b < count; ++b) {
        const std::uint64_t sample = keyOf({key, kLayers, std::uint64_t(b)});
        const std::size_t layers = 1 + below(sample, kernels::kPasteLayers - 1);
        for (std::size_t k = 0; k < layers; ++k) {
            Pick pick;
            for (std::uint64_t attempt = 0; attempt < 8; ++attempt) {
                pick = pool_.pick(keyOf({sample, k, attempt}));
                if (pick.object.area >= 150 && 2 * pick.object.area < pick.height * pick.width) break;
            }
            specs[std::size_t(b) * kernels::kPasteLayers + k] =
                kernels::choosePaste(keyOf({sample, k, kWindow}), pick.object, size);
        }
    }
    return upload(specs.data(), specs.size() * sizeof specs[0]);
}

Batch BatchMaker::make(std::uint64_t draw, int count, int size) {
    const torch::NoGradGuard guard;
    const std::uint64_t key = keyOf({seed_, draw});
    const auto where = whereOf(device_);
    const auto pixels = std::int64_t(size) * size;
    const auto bytes = torch::TensorOptions().dtype(torch::kByte).device(device_);
    const Tensor image = torch::empty({count, 3, size, size}, bytes.dtype(torch::kFloat));
    Batch batch{channelsLast(count, 3, size, half_, device_), torch::empty({count, size, size}, bytes),
                torch::empty({count, size, size}, bytes)};
    auto* target = batch.target.data_ptr<std::uint8_t>();
    auto* valid = batch.valid.data_ptr<std::uint8_t>();
    auto* colours = image.data_ptr<float>();

    const int scenes = shareOf(mixture_.scenes, count, keyOf({key, kShare, 1}));
    const int pasted = std::min(count - scenes, shareOf(mixture_.pasted, count, keyOf({key, kShare, 2})));
    const int photos = count - scenes;  // the last `pasted` of them get cut-outs
    if (photos > 0) {
        const Tensor specs = sampleSpecs(key, photos, size);
        kernels::warpSamples(where, pool_.view(), static_cast<const kernels::SampleSpec*>(specs.data_ptr()), photos,
                             size, colours, nullptr, target, valid);
    }
    if (pasted > 0) {
        const auto first = std::int64_t(photos - pasted) * pixels;
        const Tensor specs = pasteSpecs(key, pasted, size);
        kernels::pasteCutouts(where, {keyOf({key, kPaste})}, pool_.view(),
                              static_cast<const kernels::PasteSpec*>(specs.data_ptr()), pasted, kernels::kPasteLayers,
                              size, scratch_.get(kernels::pasteScratch(pasted, size)), colours + 3 * first, nullptr,
                              target + first, valid + first);
    }
    if (scenes > 0) {
        const auto first = std::int64_t(photos) * pixels;
        kernels::renderScenes(where, {keyOf({key, kScenes})}, scenes, size, {}, pool_.view(),
                              scratch_.get(kernels::sceneScratch(scenes, size)), colours + 3 * first, nullptr,
                              target + first, valid + first);
    }
    kernels::photometric(where, {keyOf({key, kPhotometric})}, count, size, 1, colours, valid,
                         scratch_.get(kernels::photometricScratch(count)), batch.images.data_ptr(), typeOf(half_),
                         kernels::Layout::ChannelsLast);
    return batch;
}

ClickSimulator::ClickSimulator(torch::Device device, bool half) : device_(device), half_(half), scratch_(device) {}

void ClickSimulator::start(int count, int size) {
    const auto numbers = torch::TensorOptions().dtype(torch::kFloat).device(device_);
    size_ = size;
    clicks_ = torch::full({count, kernels::kMaxClicks, 3}, -1, numbers);
    counts_ = torch::zeros({count}, numbers.dtype(torch::kInt));
    boxes_ = torch::zeros({count, 4}, numbers);
    boxes_.narrow(1, 2, 2).fill_(-1);
    logits_ = torch::zeros({count, 1, size, size}, numbers);
    hasPrior_ = torch::zeros({count}, numbers.dtype(torch::kByte));
}

kernels::ClickState ClickSimulator::state() {
    return {clicks_.data_ptr<float>(), counts_.data_ptr<std::int32_t>(), boxes_.data_ptr<float>()};
}

void ClickSimulator::begin(std::uint64_t key, const Batch& batch, const kernels::FirstClickOptions& options) {
    const torch::NoGradGuard guard;
    const int count = int(batch.target.size(0));
    start(count, int(batch.target.size(1)));
    kernels::firstClicks(whereOf(device_), {key}, count, size_, options, batch.target.data_ptr<std::uint8_t>(),
                         batch.valid.data_ptr<std::uint8_t>(), scratch_.get(kernels::clickScratch(count, size_)),
                         state(), logits_.data_ptr<float>(), hasPrior_.data_ptr<std::uint8_t>());
}

void ClickSimulator::next(std::uint64_t key, const Batch& batch, const Tensor& logits, float two) {
    const torch::NoGradGuard guard;
    logits_ = logits.to(torch::kFloat).contiguous();
    const int count = int(batch.target.size(0));
    kernels::nextClicks(whereOf(device_), {key}, count, size_, two, logits_.data_ptr(), kernels::DType::Float32,
                        batch.target.data_ptr<std::uint8_t>(), batch.valid.data_ptr<std::uint8_t>(),
                        scratch_.get(kernels::clickScratch(count, size_)), state());
}

PromptTensors ClickSimulator::prompts(std::uint64_t key, float drop) {
    const torch::NoGradGuard guard;
    const int count = int(clicks_.size(0));
    PromptTensors prompts;
    prompts.maps = channelsLast(count, 4, size_, half_, device_);
    kernels::drawClicks(whereOf(device_), {key}, count, size_, drop, state(), logits_.data_ptr(),
                        kernels::DType::Float32, prompts.maps.data_ptr(), typeOf(half_),
                        kernels::Layout::ChannelsLast);
    const auto type = clicks_.select(2, 2);
    const auto hasBox = (boxes_.select(1, 2) >= boxes_.select(1, 0)).unsqueeze(1);  // (B, 1)
    const auto pad = torch::full_like(type, double(kPad));
    const auto corner = [&](PointType kind) {
        return torch::where(hasBox, torch::full_like(hasBox, double(kind), torch::kFloat), double(kPad));
    };
    prompts.points = torch::cat({clicks_.narrow(2, 0, 2), boxes_.view({count, 2, 2})}, 1).clamp_min(0);
    prompts.types = torch::cat({torch::where(type >= 0, type, pad), corner(kBoxTopLeft), corner(kBoxBottomRight)}, 1)
                        .to(torch::kLong);
    return prompts;
}

Tensor ClickSimulator::ambiguous() const {
    const auto noBox = boxes_.select(1, 2) < boxes_.select(1, 0);
    return (counts_ <= 1).logical_and(noBox).logical_and(hasPrior_ == 0).to(torch::kFloat);
}

void ClickSimulator::put(int at, const Tensor& x, const Tensor& y, const Tensor& type) {
    clicks_.select(1, at).copy_(torch::stack({x, y, type}, 1));
    counts_.add_((type >= 0).to(torch::kInt));
}

}  // namespace fs2
