#include "model/rapsam/vis_linking.h"

#include <torch/torch.h>

#include <algorithm>
#include <numeric>

#include "model/rapsam/assignment.h"

namespace fs2 {

std::vector<int> clipEnds(int frames) {
    const int length = frames <= 15 ? 3 : 5;
    const int clips = (frames + length - 1) / length;
    const int shortfall = clips * length - frames;
    std::vector<int> ends;
    int end = 0;
    for (int i = 0; i < clips; ++i) {
        const bool shorter = shortfall < clips && i >= clips - shortfall;
        end = std::min(frames, end + length - (shorter ? 1 : 0));
        ends.push_back(end);
    }
    return ends;
}

std::vector<int> linkedRows(const torch::Tensor& target, const torch::Tensor& current) {
    const auto unit = [](const torch::Tensor& x) {
        return x.to(torch::kFloat) / x.to(torch::kFloat).norm(2, {1}, true);
    };
    const auto cost = (1 - torch::matmul(unit(target), unit(current).t())).cpu().to(torch::kDouble).contiguous();
    const auto* begin = cost.const_data_ptr<double>();
    return cheapestAssignment({begin, begin + cost.numel()}, int(target.size(0)));
}

std::vector<int> ClipLinker::add(const torch::Tensor& kernels, const torch::Tensor& classes,
                                 const torch::Tensor& masks) {
    std::vector<int> rows(std::size_t(kernels.size(0)));
    std::iota(rows.begin(), rows.end(), 0);
    if (kernels_.defined()) rows = linkedRows(kernels_, kernels);
    const auto order = torch::tensor(std::vector<std::int64_t>(rows.begin(), rows.end())).to(kernels.device());
    kernels_ = kernels.index_select(0, order);
    classes_.push_back(classes.index_select(0, order));
    masks_.push_back(masks.index_select(0, order));
    return rows;
}

torch::Tensor ClipLinker::classes() const { return torch::stack(classes_).mean(0); }
torch::Tensor ClipLinker::masks() const { return torch::cat(masks_, 1); }

}  // namespace fs2
