#include "training/clips.h"

#include <algorithm>
#include <cmath>

#include <torch/torch.h>

#include "training/clip_layers.h"
#include "training/random.h"
#include "training/scene_pool.h"

namespace fs2 {

using torch::Tensor;
namespace F = torch::nn::functional;

namespace {

enum Purpose : std::uint64_t { kPlans = 31, kShare, kGrain, kDevelop, kScenes };

// What a pixel shows: 0 the photo, 1 to 4 a cut-out, and
constexpr int kBaseObject = kClipLayers;   // the photo's object
constexpr int kNothing = kClipLayers + 1;  // outside the photo
constexpr int kGrainSide = 512;
constexpr float kStrength = 0.7F;  // of the photometric changes, one draw a clip

/// The layers of clips put together; time-major.
struct Frames {
    Tensor image;   // (T, C, 3, S, S) 0 to 1
    Tensor shows;   // (T, C, S, S) uint8
    Tensor target;  // (T, C, S, S) bool
    Places before;  // (T, C, S, S)
};

/// A number of each clip, as (1, C, 1, 1, 1).
template <class Of>
Tensor ofEach(const std::vector<ClipPlan>& plans, torch::Device device, Of of) {
    std::vector<float> values;
    for (const ClipPlan& plan : plans) values.push_back(of(plan));
    return uploaded(values, {1, std::int64_t(plans.size()), 1, 1, 1}, device);
}

/// Draws layer `k` over what is there. The shadow falls down and to the right.
void addCutout(Frames& frames, const RenderedLayer& layer, int k, const Tensor& shadow) {
    const auto shape = frames.image.sizes();
    const auto side = shape[4];
    // The rim is cut off, so that little of the cut-out's old surroundings comes along.
    const auto cover = ((layer.cover - 0.25) * 1.6).clamp(0, 1).unsqueeze(1);  // (n, 1, S, S)
    const auto reach = std::max<std::int64_t>(1, side / 40);
    const auto shade = torch::constant_pad_nd(
        F::avg_pool2d(cover, F::AvgPool2dFuncOptions(2 * reach + 1).stride(1).padding(reach)),
        {reach, -reach, reach, -reach});
    const auto full = [&](const Tensor& t) {
        return t.view({shape[0], shape[1], t.size(1), side, side});
    };
    frames.image.mul_(1 - shadow * full(shade)).lerp_(full(layer.colour), full(cover));
    const auto on = (cover > 0.5).view(frames.shows.sizes());
    frames.shows.masked_fill_(on, k);
    frames.before.x = torch::where(on, layer.before.x.view(on.sizes()), frames.before.x);
    frames.before.y = torch::where(on, layer.before.y.view(on.sizes()), frames.before.y);
}

/// The planned target's pixels. Where too few of them show on frame 0, the target is what shows
/// most there: a cut-out, the photo's object, or all of the photo.
Tensor chosenTarget(const Tensor& shows, const std::vector<ClipPlan>& plans, torch::Device device) {
    constexpr int kChoices = kBaseObject + 1;
    const auto clips = std::int64_t(plans.size());
    std::vector<float> planned(plans.size() * kChoices, 0);
    for (std::size_t c = 0; c < plans.size(); ++c)
        planned[c * kChoices + std::size_t(plans[c].target == 0 ? kBaseObject : plans[c].target)] =
            1e9F;
    const auto first = shows[0].flatten(1);
    std::vector<Tensor> counts;
    for (int k = 0; k < kChoices; ++k) counts.push_back((first == k).sum(1).to(torch::kFloat));
    const auto count = torch::stack(counts, 1);  // (C, choices)
    const double least = std::max(16.0, 0.0015 * double(first.size(1)));
    auto score = (count + uploaded(planned, {clips, kChoices}, device)) * (count >= least);
    score.select(1, 0).fill_(0.5);
    const auto choice = score.argmax(1).to(torch::kByte).view({1, clips, 1, 1});
    return (shows == choice).logical_or((choice == 0).logical_and(shows == kBaseObject));
}

Frames composed(const SamplePool& pool, const std::vector<ClipPlan>& plans, int size,
                torch::Device device) {
    const auto clips = std::int64_t(plans.size());
    const auto frames = std::int64_t(plans.front().layers[0].moments.size()) - 1;
    const RenderedLayer base = renderLayer(pool, plans, 0, size, device);
    const auto object = (base.cover > 0.5).to(torch::kByte) * kBaseObject;
    const auto map = [&](const Tensor& t) { return t.view({frames, clips, size, size}); };
    Frames out;
    out.image = (base.colour * base.inside.unsqueeze(1)).view({frames, clips, 3, size, size});
    out.shows = map(object.masked_fill_(base.inside.logical_not(), kNothing));
    out.before = {map(base.before.x), map(base.before.y)};
    for (int k = 1; k < kClipLayers; ++k) {
        const auto layer = [k](const ClipPlan& p) -> const ClipLayer& {
            return p.layers[std::size_t(k)];
        };
        if (std::none_of(plans.begin(), plans.end(),
                         [&](const ClipPlan& p) { return !layer(p).empty(); }))
            continue;
        const auto shadow =
            ofEach(plans, device, [&](const ClipPlan& p) { return layer(p).shadow; });
        addCutout(out, renderLayer(pool, plans, k, size, device), k, shadow);
    }
    out.target = chosenTarget(out.shows, plans, device);
    return out;
}

/// Blurs every pixel along its motion while the shutter is open.
void blurMotion(Frames& frames, const std::vector<ClipPlan>& plans, torch::Device device) {
    if (std::all_of(plans.begin(), plans.end(), [](const ClipPlan& p) { return p.shutter == 0; }))
        return;
    constexpr int kTaps = 7;
    constexpr int kSmooth = 9;  // pixels, so that the blur does not end at the edge of what moves
    const auto shape = frames.image.sizes();
    const auto n = shape[0] * shape[1];
    const int size = int(shape[4]);
    const Places q = pixelPlaces(size, device);
    const auto open = ofEach(plans, device, [](const ClipPlan& p) {
                          return p.shutter;
                      }).view({1, shape[1], 1, 1});
    const auto flow = [&](const Tensor& before, const Tensor& here) {
        const auto way =
            (here - before).clamp(-size / 8.0, size / 8.0).mul_(open).view({n, 1, size, size});
        return F::avg_pool2d(way, F::AvgPool2dFuncOptions(kSmooth).stride(1).padding(kSmooth / 2))
            .squeeze(1);
    };
    const Places way{flow(frames.before.x, q.x), flow(frames.before.y, q.y)};
    const auto image = frames.image.view({n, 3, size, size});
    auto sum = torch::zeros_like(image);
    for (int k = 0; k < kTaps; ++k) {
        const double part = (k + 0.5) / kTaps - 0.5;
        sum.add_(sampledAt(image, {q.x + part * way.x, q.y + part * way.y}));
    }
    frames.image = sum.div_(kTaps).view(shape);
}

/// Light that changes slowly, and noise that changes with every frame.
void addLightAndGrain(Frames& frames, const std::vector<ClipPlan>& plans, const Tensor& grain,
                      std::uint64_t key, torch::Device device) {
    const auto count = frames.image.size(0);
    const auto size = frames.image.size(4);
    std::vector<float> drifts;
    for (const ClipPlan& plan : plans)
        drifts.insert(drifts.end(), plan.drift.begin(), plan.drift.end());
    const auto drift = uploaded(drifts, {std::int64_t(plans.size()), 3, 1, 1}, device);
    const auto noise = ofEach(plans, device, [](const ClipPlan& p) { return p.noise; })[0];
    const auto tiles = (size - 1) / kGrainSide + 2;
    const auto sheet = grain.repeat({1, tiles, tiles});
    for (std::int64_t t = 0; t < count; ++t) {
        const auto top = std::int64_t(below(keyOf({key, kGrain, std::uint64_t(t), 1}), kGrainSide));
        const auto left =
            std::int64_t(below(keyOf({key, kGrain, std::uint64_t(t), 2}), kGrainSide));
        const double late = count > 1 ? double(t) / double(count - 1) : 0;
        auto image = frames.image[t];
        image.mul_(1 + late * drift)
            .add_(noise * sheet.narrow(1, top, size).narrow(2, left, size))
            .clamp_(0, 1);
    }
}

/// 1 where the place before is inside and shows the same layer; not on frame 0, and not in films.
Tensor seenBefore(const Frames& frames, const std::vector<ClipPlan>& plans, torch::Device device) {
    const auto& shows = frames.shows;
    const auto size = shows.size(3);
    const auto last = shows.size(0) - 1;
    auto seen = torch::zeros_like(shows);
    if (last == 0) return seen;
    const auto x = frames.before.x.narrow(0, 1, last).round();
    const auto y = frames.before.y.narrow(0, 1, last).round();
    const auto inside = (x >= 0).logical_and(y >= 0).logical_and(x < size).logical_and(y < size);
    const auto at =
        (y.clamp(0, size - 1) * size + x.clamp(0, size - 1)).to(torch::kLong).flatten(2);
    // The photo's object is no layer of its own.
    const auto layers = shows.masked_fill(shows == kBaseObject, 0);
    const auto then = layers.narrow(0, 0, last).flatten(2).gather(2, at).view(x.sizes());
    const auto now = layers.narrow(0, 1, last);
    const auto known =
        ofEach(plans, device, [](const ClipPlan& p) { return p.film ? 0.F : 1.F; })[0] > 0;
    const auto same = inside.logical_and(then == now).logical_and(now != kNothing);
    seen.narrow(0, 1, last).copy_(same.logical_and(known.view({1, -1, 1, 1})));
    return seen;
}

Tensor joined(const std::vector<Frames>& groups, Tensor Frames::*member) {
    std::vector<Tensor> parts;
    for (const Frames& group : groups) parts.push_back(group.*member);
    return parts.size() == 1 ? parts.front() : torch::cat(parts, 1);
}

}  // namespace

ClipMaker::ClipMaker(const SamplePool& photos, torch::Device device, const ClipOptions& options,
                     std::uint64_t seed, bool half, const SamplePool* films)
    : photos_(photos),
      films_(films),
      device_(device),
      options_(options),
      seed_(seed),
      half_(half),
      scratch_(device) {
    const torch::NoGradGuard guard;
    if (!films || films->empty()) options_.films = 0;
    if (photos.empty()) options_.scenes = 1;
    if (options_.scenes > 0)
        scenes_ = makeScenePool(photos, device, options_.scenePool, options_.sceneSide,
                                keyOf({seed, kScenes}));
    grain_ =
        torch::randn({3, kGrainSide, kGrainSide}, at::detail::createCPUGenerator(seed)).to(device);
}

Result<std::unique_ptr<SamplePool>> loadFilms(const std::vector<std::string>& folders,
                                              torch::Device device, int side) {
    auto samples = indexShards(folders);
    if (!samples) return samples.error();
    std::sort(samples->begin(), samples->end(),
              [](const PackedSample& a, const PackedSample& b) { return a.path < b.path; });
    PoolOptions options;
    options.side = side;
    options.bytes = std::int64_t(samples->size()) * side * side * 5;  // all of them
    return SamplePool::make(std::move(*samples), device, options);
}

ClipBatch ClipMaker::make(std::uint64_t draw, int clips, int frames, int size) {
    const torch::NoGradGuard guard;
    const std::uint64_t key = keyOf({seed_, draw});
    const auto shareOf = [&](double share, std::uint64_t purpose, int most) {
        return std::min(most, int(std::floor(share * clips + unit(keyOf({key, kShare, purpose})))));
    };
    const int films = shareOf(options_.films, 1, clips);
    const int scenes = photos_.empty() ? clips - films : shareOf(options_.scenes, 2, clips - films);
    std::vector<ClipPlan> plans;
    std::vector<Frames> groups;
    const auto add = [&](const SamplePool* pool, int count) {
        if (count == 0) return;
        std::vector<ClipPlan> group;
        for (int i = 0; i < count; ++i) {
            const std::uint64_t own =
                keyOf({key, kPlans, std::uint64_t(plans.size() + group.size())});
            group.push_back(pool == films_ ? planFilm(*pool, own, frames, size)
                                           : planClip(*pool, own, frames, size, options_.motion));
        }
        groups.push_back(composed(*pool, group, size, device_));
        plans.insert(plans.end(), group.begin(), group.end());
    };
    add(&photos_, clips - films - scenes);
    add(scenes_.get(), scenes);
    add(films_, films);

    Frames all{joined(groups, &Frames::image),
               joined(groups, &Frames::shows),
               joined(groups, &Frames::target),
               {}};
    std::vector<Tensor> x, y;
    for (const Frames& group : groups) {
        x.push_back(group.before.x);
        y.push_back(group.before.y);
    }
    all.before = {torch::cat(x, 1), torch::cat(y, 1)};
    groups.clear();
    blurMotion(all, plans, device_);
    addLightAndGrain(all, plans, grain_, key, device_);

    const auto valid = (all.shows != kNothing).to(torch::kByte);
    auto previous = torch::stack({all.before.x, all.before.y}, 4);
    previous[0].zero_();
    return {developed(all.image, valid, keyOf({key, kDevelop})).transpose(0, 1),
            all.target.to(torch::kByte).transpose(0, 1), valid.transpose(0, 1),
            previous.transpose(0, 1), seenBefore(all, plans, device_).transpose(0, 1)};
}

Tensor ClipMaker::developed(const Tensor& image, const Tensor& valid, std::uint64_t key) {
    const int frames = int(image.size(0));
    const int clips = int(image.size(1));
    const int size = int(image.size(4));
    auto out = torch::empty({frames, clips, size, size, 3},
                            image.options().dtype(half_ ? torch::kBFloat16 : torch::kFloat));
    // The same key for every frame: one draw for each clip.
    for (int t = 0; t < frames; ++t)
        kernels::photometric(whereOf(device_), {key}, clips, size, kStrength,
                             image[t].data_ptr<float>(), valid[t].data_ptr<std::uint8_t>(),
                             scratch_.get(kernels::photometricScratch(clips)), out[t].data_ptr(),
                             half_ ? kernels::DType::BFloat16 : kernels::DType::Float32,
                             kernels::Layout::ChannelsLast);
    return out.permute({0, 1, 4, 2, 3});
}

}  // namespace fs2
