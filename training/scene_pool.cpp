#include "training/scene_pool.h"

#include <algorithm>

#include <torch/torch.h>

#include "training/batch.h"
#include "training/random.h"

namespace fs2 {

std::unique_ptr<SamplePool> makeScenePool(const SamplePool& textures, torch::Device device,
                                          int count, int side, std::uint64_t seed) {
    constexpr int kAtOnce = 16;
    const torch::NoGradGuard guard;
    const auto on = torch::TensorOptions().device(device);
    const auto image = torch::empty({kAtOnce, 3, side, side}, on.dtype(torch::kFloat));
    const auto target = torch::empty({kAtOnce, side, side}, on.dtype(torch::kByte));
    const auto labels = torch::empty({kAtOnce, side, side}, on.dtype(torch::kShort));
    Scratch scratch(device);
    std::vector<torch::Tensor> allPhotos, allLabels;
    std::vector<LoadedSample> described;
    for (int first = 0; first < count; first += kAtOnce) {
        const int n = std::min(kAtOnce, count - first);
        kernels::renderScenes(whereOf(device), {keyOf({seed, std::uint64_t(first)})}, n, side, {},
                              textures.view(), scratch.get(kernels::sceneScratch(n, side)),
                              image.data_ptr<float>(), labels.data_ptr<std::int16_t>(),
                              target.data_ptr<std::uint8_t>(), nullptr);
        const auto photos = (image.clamp(0, 1) * 255).round().to(torch::kByte);
        const auto host = labels.cpu();
        for (int i = 0; i < n; ++i) {
            LoadedSample loaded;
            loaded.width = loaded.height = side;
            describeObjects(host[i].data_ptr<std::int16_t>(), side, kernels::kSceneLabels - 1,
                            loaded);
            if (loaded.objects.empty()) continue;
            described.push_back(std::move(loaded));
            allPhotos.push_back(photos[i].clone());
            allLabels.push_back(labels[i].clone());
        }
    }
    return SamplePool::of(torch::stack(allPhotos), torch::stack(allLabels), std::move(described),
                          "scenes");
}

}  // namespace fs2
