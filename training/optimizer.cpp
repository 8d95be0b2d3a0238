#include "training/optimizer.h"

#include <algorithm>
#include <cmath>

namespace fs2 {

using torch::Tensor;

namespace {

/// The fused kernels want equal strides; where a side is 1 (1x1 convolutions) a gradient may name
/// the same memory by other ones.
Tensor withStridesOf(const Tensor& gradient, const Tensor& parameter) {
    if (gradient.strides() == parameter.strides()) return gradient;
    if (gradient.is_contiguous() && parameter.is_contiguous())
        return gradient.as_strided(parameter.sizes(), parameter.strides());
    const auto format = at::MemoryFormat::ChannelsLast;
    if (gradient.dim() == 4 && gradient.is_contiguous(format) && parameter.is_contiguous(format))
        return gradient.as_strided(parameter.sizes(), parameter.strides());
    return torch::empty_like(parameter).copy_(gradient);
}

struct Lists {
    std::vector<Tensor> parameters, gradients, m, v, steps;
};

}  // namespace

AdamW::AdamW(torch::OrderedDict<std::string, Tensor> parameters, AdamWOptions options)
    : options_(options) {
    const torch::NoGradGuard guard;
    for (const auto& item : parameters) {
        const Tensor& p = item.value();
        slots_.push_back({item.key(), p, torch::zeros_like(p), torch::zeros_like(p)});
    }
    const auto device = slots_.empty() ? torch::Device(torch::kCPU) : slots_.front().parameter.device();
    steps_ = torch::zeros({}, torch::TensorOptions().dtype(torch::kFloat).device(device));
}

StepReport AdamW::step(double learningRate) {
    const torch::NoGradGuard guard;
    Lists decayed, plain;
    std::vector<Tensor> gradients;
    for (const Slot& slot : slots_) {
        if (!slot.parameter.grad().defined()) continue;
        Lists& lists = slot.parameter.dim() > 1 ? decayed : plain;
        lists.parameters.push_back(slot.parameter);
        lists.gradients.push_back(withStridesOf(slot.parameter.grad(), slot.parameter));
        lists.m.push_back(slot.m);
        lists.v.push_back(slot.v);
        lists.steps.push_back(steps_);
        gradients.push_back(lists.gradients.back());
    }
    StepReport report;
    if (gradients.empty()) {
        report.gradientNorm = torch::zeros_like(steps_);
        report.skipped = torch::zeros_like(steps_);
        return report;
    }
    report.gradientNorm = torch::stack(at::_foreach_norm(gradients, 2)).norm();
    const auto finite = report.gradientNorm.isfinite();
    report.skipped = finite.logical_not().to(torch::kFloat);
    // The fused kernel divides gradients by `scale` and does nothing where `skipped` is 1.
    const auto scale = (report.gradientNorm / options_.clip).clamp_min(1);
    steps_.add_(1 - report.skipped);
    for (Lists* lists : {&decayed, &plain}) {
        if (lists->parameters.empty()) continue;
        at::_fused_adamw_(lists->parameters, lists->gradients, lists->m, lists->v, {}, lists->steps,
                          learningRate, options_.beta1, options_.beta2,
                          lists == &decayed ? options_.weightDecay : 0, options_.epsilon,
                          /*amsgrad=*/false, /*maximize=*/false, scale, report.skipped);
    }
    for (Slot& slot : slots_) slot.parameter.mutable_grad().reset();
    return report;
}

TensorMap AdamW::state() const {
    TensorMap state{{"steps", steps_}};
    for (const Slot& slot : slots_) {
        state["m." + slot.name] = slot.m;
        state["v." + slot.name] = slot.v;
    }
    return state;
}

Result<void> AdamW::load(const TensorMap& state) {
    const torch::NoGradGuard guard;
    for (const auto& [name, tensor] : this->state()) {
        const auto found = state.find(name);
        if (found == state.end() || found->second.sizes() != tensor.sizes())
            return Error{ErrorCode::WrongModel, "the optimizer's " + name + " is missing or of another shape"};
        tensor.copy_(found->second);
    }
    return {};
}

MovingAverage::MovingAverage(torch::nn::Module& source, torch::nn::Module& average, double decay)
    : decay_(decay) {
    const torch::NoGradGuard guard;
    const auto from = namedState(source), to = namedState(average);
    for (const auto& [name, tensor] : from) {
        const Tensor& copy = to.at(name);
        copy.copy_(tensor);
        if (!tensor.is_floating_point()) continue;
        source_.push_back(tensor);
        average_.push_back(copy);
    }
}

double MovingAverage::decayAt(std::int64_t step) const {
    return std::min(decay_, (1.0 + double(step)) / (10.0 + double(step)));
}

void MovingAverage::update(std::int64_t step) {
    const torch::NoGradGuard guard;
    at::_foreach_lerp_(average_, source_, 1 - decayAt(step));
}

double Schedule::rate(std::int64_t step, double progress) const {
    const double warm = std::min(1.0, double(step + 1) / double(std::max<std::int64_t>(1, warmUp)));
    const double done = from + (1 - from) * std::clamp(progress, 0.0, 1.0);
    return base * warm * (0.5 + 0.5 * std::cos(M_PI * done)) + 1e-3 * base;
}

TensorMap namedState(const torch::nn::Module& module) {
    TensorMap state;
    for (const auto& item : module.named_parameters()) state[item.key()] = item.value();
    for (const auto& item : module.named_buffers()) state[item.key()] = item.value();
    return state;
}

Result<void> loadState(torch::nn::Module& module, const TensorMap& tensors) {
    const torch::NoGradGuard guard;
    const auto state = namedState(module);
    for (const auto& [name, tensor] : tensors)
        if (!state.contains(name)) return Error{ErrorCode::WrongModel, name + " is not of this network"};
    for (const auto& [name, tensor] : state) {
        const auto found = tensors.find(name);
        if (found == tensors.end()) return Error{ErrorCode::WrongModel, name + " is missing"};
        if (found->second.sizes() != tensor.sizes())
            return Error{ErrorCode::WrongModel, name + " has another shape"};
    }
    for (const auto& [name, tensor] : state) tensor.copy_(tensors.at(name));
    return {};
}

}  // namespace fs2
