#include "model/checkpoints/weights.h"

#include <torch/torch.h>

#include <algorithm>

#include "model/memory/memory_net.h"

namespace fs2 {

namespace {

TensorMap stateOf(torch::nn::Module& net) {
    TensorMap state;
    for (const auto& p : net.named_parameters()) state[p.key()] = p.value();
    for (const auto& b : net.named_buffers()) state[b.key()] = b.value();
    return state;
}

bool keepsFloat(const std::string& name) {
    const auto dot = name.rfind('.');
    const auto owner = dot == std::string::npos ? std::string{} : name.substr(0, dot);
    const auto last = owner.substr(owner.rfind('.') + 1);
    const bool norm = last.starts_with("bn") || last.ends_with("bn") ||
                      (last == "1" && owner.find("downsample") != std::string::npos);
    return norm || name.ends_with("frequencies");
}

/// Copies each of the file's tensors into the tensor of its name.
Result<void> copyInto(TensorMap state, const LoadedTensors& file, const std::string& path) {
    const auto wrong = [&](const std::string& why) {
        return Error{ErrorCode::WrongModel, path + ": these are weights of another network (" + why + ")"};
    };
    for (const auto& [name, tensor] : file.tensors)
        if (!state.contains(name)) return wrong("it holds " + name);
    torch::NoGradGuard noGrad;
    for (auto& [name, tensor] : state) {
        const auto found = file.tensors.find(name);
        if (found == file.tensors.end()) return wrong(name + " is missing");
        if (found->second.sizes() != tensor.sizes()) return wrong(name + " has another shape");
        tensor.copy_(found->second);
    }
    return {};
}

}  // namespace

Result<LoadedTensors> loadWeights(torch::nn::Module& net, const std::string& path) {
    auto file = loadSafetensors(path);
    if (!file) return file.error();
    if (auto ok = copyInto(stateOf(net), *file, path); !ok) return ok.error();
    return file;
}

Result<LoadedTensors> loadWeights(FastSam2& net, const std::string& path) {
    auto file = loadSafetensors(path);
    if (!file) return file.error();
    const auto ofMemory = [](const auto& entry) { return entry.first.starts_with("memory."); };
    const bool hasMemory = std::any_of(file->tensors.begin(), file->tensors.end(), ofMemory);
    if (hasMemory) net->addMemory();
    auto state = stateOf(*net);
    if (!hasMemory) std::erase_if(state, ofMemory);
    if (auto ok = copyInto(std::move(state), *file, path); !ok) return ok.error();
    if (const auto without = file->metadata.find("without"); hasMemory && without != file->metadata.end())
        net->memory()->switches.leaveOut(without->second);
    return file;
}

TensorMap shippedState(FastSam2& net) {
    TensorMap out;
    for (const auto& [name, tensor] : stateOf(*net)) {
        const bool half = tensor.is_floating_point() && !keepsFloat(name);
        out[name] = tensor.detach().to(torch::kCPU, half ? torch::kHalf : tensor.scalar_type()).clone();
    }
    return out;
}

}  // namespace fs2
