// SamplePool: decoded photos with their labels on the training device. What fits stays for good; of a
// larger data set worker threads decode further samples that replace the oldest ones between steps.
// One thread owns the pool; its workers only hand over values by a bounded queue (they wait when it is
// full). Errors: those of shards.h.
#pragma once
#include <torch/types.h>

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "annotation/core/bounded_queue.h"
#include "training/shards.h"

namespace fs2 {

struct PoolOptions {
    int side = 640;                 ///< of the canvas, pixels; larger photos are reduced
    std::int64_t bytes = 8ll << 30; ///< budget on the device
    int threads = 4;
    std::uint64_t seed = 1;         ///< of the order in which a large data set passes through
};

/// An object drawn at random, with what the choosers of kernels.h need.
struct Pick {
    kernels::PoolObject object;
    int height = 0;
    int width = 0;
    const std::vector<std::int32_t>* neighbours = nullptr;
};

class SamplePool {
  public:
    /// Reads the first load and returns when the pool is full. An empty list gives an empty pool.
    static Result<std::unique_ptr<SamplePool>> make(std::vector<PackedSample> samples,
                                                    torch::Device device, const PoolOptions& options);
    /// A pool that never changes, of photos (N, 3, P, P) uint8 and labels (N, P, P) int16 on the device
    /// and what describes each.
    static std::unique_ptr<SamplePool> of(torch::Tensor photos, torch::Tensor labels,
                                          std::vector<LoadedSample> loaded, const std::string& name);
    ~SamplePool();

    kernels::PhotoPool view() const;
    bool empty() const { return slots_.empty(); }
    int count() const { return int(slots_.size()); }
    std::size_t samples() const { return samples_.size(); }
    std::size_t objects() const;
    bool resident() const { return samples_.size() <= slots_.size(); }

    /// A set with weight sqrt(its images), one of its images, one of its objects: a function of `key`
    /// and of what is in the pool.
    Pick pick(std::uint64_t key) const;
    /// All objects of a photo.
    const std::vector<kernels::PoolObject>& objectsOf(int image) const {
        return slots_[std::size_t(image)].loaded.objects;
    }
    /// Height and width of a photo.
    std::array<int, 2> sizeOf(int image) const;
    /// The photos with objects of a set drawn by `key`, in the order of the list: the frames of a film.
    const std::vector<int>& filmOf(std::uint64_t key) const;
    /// Up to `count` different objects, by turns from every set: the same ones in every run.
    std::vector<Pick> spread(int count) const;

    /// Puts up to `most` waiting samples in the place of the oldest; queued on the current stream.
    Result<void> refresh(int most);

  private:
    struct Arrival {
        std::size_t sample = 0;
        LoadedSample loaded;
        torch::Tensor photo;   // (3, P, P) uint8 on the host
        torch::Tensor labels;  // (P, P) int16
    };
    struct Slot {
        std::size_t sample = 0;
        LoadedSample loaded;
    };
    struct Set {
        std::string name;
        std::vector<int> slots;  // with at least one object
        double upTo = 0;         // running sum of weights
    };
    class Workers;

    SamplePool(std::vector<PackedSample> samples, torch::Device device, const PoolOptions& options);
    const Set& setOf(std::uint64_t key) const;
    void place(int slot, Arrival arrival);
    void rebuildSets();

    std::vector<PackedSample> samples_;
    torch::Device device_;
    int side_;
    torch::Tensor photos_;  // (N, 3, P, P) uint8
    torch::Tensor labels_;  // (N, P, P) int16
    torch::Tensor sizes_;   // (N, 2) int32
    std::vector<Slot> slots_;
    std::vector<Set> sets_;
    int oldest_ = 0;
    int placed_ = 0;  // since rebuildSets()
    std::unique_ptr<Workers> workers_;
};

}  // namespace fs2
