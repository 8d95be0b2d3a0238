#include "training/pool.h"

#include <torch/torch.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <mutex>
#include <numeric>
#include <set>
#include <thread>

#include "training/random.h"

namespace fs2 {

/// Decodes samples: first the opening load (0 to N-1 of `order`), then, for a data set larger than the
/// pool, one random order after the other until stopped.
class SamplePool::Workers {
  public:
    Workers(const SamplePool& pool, std::vector<std::size_t> order, std::size_t opening, bool forever,
            const PoolOptions& options)
        : pool_(pool), order_(std::move(order)), opening_(opening), forever_(forever), seed_(options.seed) {
        for (int i = 0; i < std::max(1, options.threads); ++i)
            threads_.emplace_back([this](std::stop_token stop) { work(stop); });
    }
    ~Workers() {
        for (auto& thread : threads_) thread.request_stop();
        queue_.close();
    }

    BoundedQueue<Result<Arrival>>& queue() { return queue_; }

  private:
    /// Where the n-th sample to decode stands in the list.
    std::optional<std::size_t> next() {
        const std::lock_guard lock(mutex_);
        if (at_ == order_.size() || (!forever_ && at_ == opening_)) {
            if (!forever_) return std::nullopt;
            for (std::size_t i = order_.size(); i > 1; --i)
                std::swap(order_[i - 1], order_[below(keyOf({seed_, round_, i}), i)]);
            ++round_;
            at_ = 0;
        }
        return order_[at_++];
    }

    void work(std::stop_token stop) {
        while (!stop.stop_requested()) {
            const auto sample = next();
            if (!sample || !queue_.push(decode(*sample), stop)) return;
        }
    }

    Result<Arrival> decode(std::size_t index) {
        try {
            const auto memory = [&](torch::ScalarType type) {
                return torch::TensorOptions().dtype(type).pinned_memory(pool_.device_.is_cuda());
            };
            Arrival arrival;
            arrival.sample = index;
            arrival.photo = torch::empty({3, pool_.side_, pool_.side_}, memory(torch::kByte));
            arrival.labels = torch::empty({pool_.side_, pool_.side_}, memory(torch::kShort));
            auto loaded = loadSample(pool_.samples_[index], pool_.side_, arrival.photo.data_ptr<std::uint8_t>(),
                                     arrival.labels.data_ptr<std::int16_t>());
            if (!loaded) return loaded.error();
            arrival.loaded = std::move(*loaded);
            return arrival;
        } catch (const std::exception& e) {
            return Error{ErrorCode::OutOfMemory, pool_.samples_[index].shard + ": " + e.what()};
        }
    }

    const SamplePool& pool_;
    std::mutex mutex_;
    std::vector<std::size_t> order_;
    const std::size_t opening_;
    const bool forever_;
    const std::uint64_t seed_;
    std::size_t at_ = 0;
    std::uint64_t round_ = 0;
    BoundedQueue<Result<Arrival>> queue_{32};
    std::vector<std::jthread> threads_;
};

SamplePool::SamplePool(std::vector<PackedSample> samples, torch::Device device, const PoolOptions& options)
    : samples_(std::move(samples)), device_(device), side_(options.side) {
    const std::int64_t each = std::int64_t(side_) * side_ * 5;
    const auto room = std::max<std::int64_t>(1, options.bytes / each);
    const auto count = std::min(std::int64_t(samples_.size()), room);
    if (count == 0) return;
    const auto on = [&](torch::ScalarType type) { return torch::TensorOptions().dtype(type).device(device_); };
    photos_ = torch::zeros({count, 3, side_, side_}, on(torch::kByte));
    labels_ = torch::zeros({count, side_, side_}, on(torch::kShort));
    sizes_ = torch::ones({count, 2}, on(torch::kInt));
    slots_.resize(std::size_t(count));
}

SamplePool::~SamplePool() = default;

Result<std::unique_ptr<SamplePool>> SamplePool::make(std::vector<PackedSample> samples, torch::Device device,
                                                     const PoolOptions& options) {
    std::unique_ptr<SamplePool> pool(new SamplePool(std::move(samples), device, options));
    const std::size_t count = pool->slots_.size();
    if (count == 0) return pool;
    std::vector<std::size_t> order(pool->samples_.size());
    std::iota(order.begin(), order.end(), std::size_t(0));
    if (!pool->resident())
        for (std::size_t i = order.size(); i > 1; --i)
            std::swap(order[i - 1], order[below(keyOf({options.seed, ~std::uint64_t(0), i}), i)]);
    pool->workers_ = std::make_unique<Workers>(*pool, order, count, !pool->resident(), options);
    for (std::size_t done = 0; done < count; ++done) {
        auto arrival = pool->workers_->queue().pop({});
        if (!*arrival) return arrival->error();
        // What fits keeps its place in the list, so that a resumed run finds the same pool.
        const std::size_t slot = pool->resident() ? (*arrival)->sample : done;
        pool->place(int(slot), std::move(**arrival));
    }
    if (pool->resident()) pool->workers_.reset();
    pool->rebuildSets();
    if (pool->sets_.empty())
        return Error{ErrorCode::BadRequest, pool->samples_.front().shard + ": no object of 16 pixels or more"};
    return pool;
}

std::unique_ptr<SamplePool> SamplePool::of(torch::Tensor photos, torch::Tensor labels, std::vector<LoadedSample> loaded,
                                           const std::string& name) {
    const torch::NoGradGuard guard;
    PoolOptions options;
    options.side = int(photos.size(2));
    std::unique_ptr<SamplePool> pool(new SamplePool({}, photos.device(), options));
    pool->samples_.resize(1);
    pool->samples_.front().set = name;
    auto sizes = torch::empty({std::int64_t(loaded.size()), 2}, torch::kInt);
    for (std::size_t i = 0; i < loaded.size(); ++i) {
        for (auto& object : loaded[i].objects) object.image = std::int32_t(i);
        sizes[std::int64_t(i)][0] = loaded[i].height;
        sizes[std::int64_t(i)][1] = loaded[i].width;
        pool->slots_.push_back({0, std::move(loaded[i])});
    }
    pool->photos_ = std::move(photos);
    pool->labels_ = std::move(labels);
    pool->sizes_ = sizes.to(pool->device_);
    pool->rebuildSets();
    return pool;
}

void SamplePool::place(int slot, Arrival arrival) {
    const torch::NoGradGuard guard;
    photos_[slot].copy_(arrival.photo, /*non_blocking=*/true);
    labels_[slot].copy_(arrival.labels, true);
    const auto size = torch::tensor({arrival.loaded.height, arrival.loaded.width}, torch::kInt);
    sizes_[slot].copy_(device_.is_cuda() ? size.pin_memory() : size, true);
    for (auto& object : arrival.loaded.objects) object.image = slot;
    slots_[std::size_t(slot)] = {arrival.sample, std::move(arrival.loaded)};
}

void SamplePool::rebuildSets() {
    placed_ = 0;
    std::map<std::string, std::vector<int>> byName;
    for (std::size_t i = 0; i < slots_.size(); ++i)
        if (!slots_[i].loaded.objects.empty()) byName[samples_[slots_[i].sample].set].push_back(int(i));
    sets_.clear();
    double sum = 0;
    for (auto& [name, slots] : byName) {
        sum += std::sqrt(double(slots.size()));
        sets_.push_back({name, std::move(slots), sum});
    }
}

kernels::PhotoPool SamplePool::view() const {
    if (empty()) return {};
    return {photos_.data_ptr<std::uint8_t>(), labels_.data_ptr<std::int16_t>(),
            sizes_.data_ptr<std::int32_t>(), std::int32_t(slots_.size()), std::int32_t(side_)};
}

std::size_t SamplePool::objects() const {
    std::size_t sum = 0;
    for (const Slot& slot : slots_) sum += slot.loaded.objects.size();
    return sum;
}

const SamplePool::Set& SamplePool::setOf(std::uint64_t key) const {
    const double at = unit(key) * sets_.back().upTo;
    return *std::upper_bound(sets_.begin(), sets_.end() - 1, at, [](double x, const Set& s) { return x < s.upTo; });
}

Pick SamplePool::pick(std::uint64_t key) const {
    const Set& set = setOf(keyOf({key, 1}));
    const int slot = set.slots[below(keyOf({key, 2}), set.slots.size())];
    const LoadedSample& loaded = slots_[std::size_t(slot)].loaded;
    const std::size_t object = below(keyOf({key, 3}), loaded.objects.size());
    return {loaded.objects[object], loaded.height, loaded.width, &loaded.neighbours[object]};
}

std::array<int, 2> SamplePool::sizeOf(int image) const {
    const LoadedSample& loaded = slots_[std::size_t(image)].loaded;
    return {loaded.height, loaded.width};
}

const std::vector<int>& SamplePool::filmOf(std::uint64_t key) const { return setOf(key).slots; }

std::vector<Pick> SamplePool::spread(int count) const {
    std::vector<Pick> picks;
    std::set<std::pair<int, std::size_t>> taken;  // slot, object
    for (std::uint64_t turn = 0; turn < 64 && int(picks.size()) < count; ++turn)
        for (std::size_t s = 0; s < sets_.size() && int(picks.size()) < count; ++s) {
            const std::uint64_t key = keyOf({turn, s});
            const int slot = sets_[s].slots[below(key, sets_[s].slots.size())];
            const LoadedSample& loaded = slots_[std::size_t(slot)].loaded;
            const std::size_t k = below(mixed(key), loaded.objects.size());
            if (taken.emplace(slot, k).second)
                picks.push_back({loaded.objects[k], loaded.height, loaded.width, &loaded.neighbours[k]});
        }
    return picks;
}

Result<void> SamplePool::refresh(int most) {
    if (!workers_) return {};
    for (int i = 0; i < most && workers_->queue().size() > 0; ++i) {
        auto arrival = workers_->queue().pop({});
        if (!*arrival) return arrival->error();
        if ((*arrival)->loaded.objects.empty()) continue;
        place(oldest_, std::move(**arrival));
        oldest_ = (oldest_ + 1) % count();
        ++placed_;
    }
    if (placed_ > count() / 16) rebuildSets();
    return {};
}

}  // namespace fs2
