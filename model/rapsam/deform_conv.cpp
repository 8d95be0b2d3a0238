#include "model/rapsam/deform_conv.h"

#include <algorithm>
#include <cstdint>

#include <ATen/Parallel.h>

#include "model/cuda/deform_conv.h"

#ifdef FS2_CUDA
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#endif

namespace fs2 {
namespace {

using torch::Tensor;

deform::DType typeOf(const Tensor& t) {
    if (t.scalar_type() == torch::kFloat64) return deform::DType::Float64;
    return t.scalar_type() == torch::kBFloat16 ? deform::DType::BFloat16 : deform::DType::Float32;
}

deform::StridedMap mapOf(const Tensor& t) {
    return {t.data_ptr(), typeOf(t), t.stride(0), t.stride(1), t.stride(2), t.stride(3)};
}

/// The arguments in the memory and the types that the kernels want, and the loops over the columns
/// in blocks of pixels, on either device.
struct Operands {
    Tensor x;             // (B, H, W, C)
    Tensor offset, mask;  // (B, 18, H, W), (B, 9, H, W)
    Tensor weight;        // (O, 9 * C), ordered (tap, channel)
    deform::DeformInput in;

    Operands(const Tensor& maps, const Tensor& offsets, const Tensor& masks, const Tensor& filters)
        : x(maps.to(workType(maps)).permute({0, 2, 3, 1}).contiguous()),
          offset(offsets.to(pointType(offsets, masks))),
          mask(masks.to(pointType(offsets, masks))),
          weight(filters.to(x.scalar_type())
                     .permute({0, 2, 3, 1})
                     .contiguous()
                     .view({filters.size(0), -1})) {
        in = {int(x.size(0)), int(x.size(3)), int(x.size(1)), int(x.size(2)),
              typeOf(x),      x.data_ptr(),   mapOf(offset),  mapOf(mask)};
    }

    static torch::ScalarType workType(const Tensor& t) {
        const auto type = t.scalar_type();
        return type == torch::kFloat64 || (type == torch::kBFloat16 && t.is_cuda())
                   ? type
                   : torch::kFloat32;
    }
    /// On the CPU offset and mask have the type of x; on the GPU they are both float32 or bfloat16.
    torch::ScalarType pointType(const Tensor& offsets, const Tensor& masks) const {
        if (!x.is_cuda()) return x.scalar_type();
        return workType(offsets) == workType(masks) ? workType(offsets) : torch::kFloat32;
    }

    Tensor emptyLikeOutput() const {
        return torch::empty({x.size(0), x.size(1), x.size(2), weight.size(0)}, x.options());
    }

    /// work(first, count, columns of those pixels)
    template <class Work>
    void forEachBlock(Work work) const {
        // CPU: what stays in the caches while the product reads it
        const std::int64_t most = (x.is_cuda() ? 64 << 20 : 1 << 20) / weight.size(1);
        const std::int64_t pixels = in.pixels(), size = std::max<std::int64_t>(most, 64);
        Tensor columns = torch::empty({std::min(size, pixels), weight.size(1)}, x.options());
        for (std::int64_t first = 0; first < pixels; first += size) {
            const std::int64_t count = std::min(size, pixels - first);
            auto block = columns.narrow(0, 0, count);
            gather(first, block);
            work(first, count, block);
        }
    }

    void gather(std::int64_t first, Tensor& columns) const {
#ifdef FS2_CUDA
        if (x.is_cuda())
            return deform::gpu::deformColumns(c10::cuda::getCurrentCUDAStream(), in, int(first),
                                              int(columns.size(0)), columns.data_ptr());
#endif
        auto* to = static_cast<char*>(columns.data_ptr());
        const auto row = columns.size(1) * columns.element_size();
        at::parallel_for(0, columns.size(0), 8, [&](std::int64_t begin, std::int64_t end) {
            deform::deformColumns(in, int(first + begin), int(end - begin), to + begin * row);
        });
    }

    void addGradients(std::int64_t first, const Tensor& gradColumns,
                      const deform::DeformGradients& out) const {
#ifdef FS2_CUDA
        if (x.is_cuda())
            return deform::gpu::deformGradients(c10::cuda::getCurrentCUDAStream(), in,
                                                gradColumns.data_ptr(), int(first),
                                                int(gradColumns.size(0)), out);
#endif
        const auto* from = static_cast<const char*>(gradColumns.data_ptr());
        const auto row = gradColumns.size(1) * gradColumns.element_size();
        at::parallel_for(0, gradColumns.size(0), 8, [&](std::int64_t begin, std::int64_t end) {
            deform::deformPointGradients(in, from + begin * row, int(first + begin),
                                         int(end - begin), out);
        });
        at::parallel_for(0, in.channels, 16, [&](std::int64_t begin, std::int64_t end) {
            deform::deformInputGradient(in, from, int(first), int(gradColumns.size(0)), int(begin),
                                        int(end - begin), out);
        });
    }
};

/// One kernel for all, where the GPU has one for these shapes.
bool computeFused([[maybe_unused]] const Operands& o, [[maybe_unused]] Tensor& out) {
#ifdef FS2_CUDA
    if (!o.x.is_cuda()) return false;
    const auto plan = deform::gpu::planDeformFused(o.in, int(o.weight.size(0)));
    if (plan.splits == 0) return false;
    const auto scratch =
        torch::empty({std::int64_t(plan.scratchBytes)}, o.x.options().dtype(torch::kUInt8));
    deform::gpu::deformFused(c10::cuda::getCurrentCUDAStream(), o.in, o.weight.data_ptr(),
                             int(o.weight.size(0)), plan, scratch.data_ptr(), out.data_ptr());
    return true;
#else
    return false;
#endif
}

Tensor compute(const Tensor& x, const Tensor& offset, const Tensor& mask, const Tensor& weight) {
    const Operands o(x, offset, mask, weight);
    Tensor out = o.emptyLikeOutput();
    if (!computeFused(o, out)) {
        const Tensor rows = out.view({-1, out.size(3)}), filters = o.weight.t();
        o.forEachBlock([&](std::int64_t first, std::int64_t count, const Tensor& columns) {
            Tensor part = rows.narrow(0, first, count);
            at::mm_out(part, columns, filters);
        });
    }
    return out.permute({0, 3, 1, 2}).to(x.scalar_type());
}

struct DeformConv : torch::autograd::Function<DeformConv> {
    static Tensor forward(torch::autograd::AutogradContext* context, const Tensor& x,
                          const Tensor& offset, const Tensor& mask, const Tensor& weight) {
        context->save_for_backward({x, offset, mask, weight});
        return compute(x, offset, mask, weight);
    }

    static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                   torch::autograd::variable_list gradients) {
        const auto saved = context->get_saved_variables();
        const Tensor &x = saved[0], &offset = saved[1], &mask = saved[2], &weight = saved[3];
        const Operands o(x, offset, mask, weight);
        const Tensor gradOut = gradients[0]
                                   .to(o.x.scalar_type())
                                   .permute({0, 2, 3, 1})
                                   .reshape({-1, o.weight.size(0)});
        const auto wide = o.x.options().dtype(
            o.x.scalar_type() == torch::kFloat64 ? torch::kFloat64 : torch::kFloat32);
        const Tensor gradX = torch::zeros(o.x.sizes(), wide);
        const Tensor gradOffset = torch::empty(offset.sizes(), wide);
        const Tensor gradMask = torch::empty(mask.sizes(), wide);
        Tensor gradWeight = torch::zeros(o.weight.sizes(), wide);
        const deform::DeformGradients out{gradX.data_ptr(), gradOffset.data_ptr(),
                                          gradMask.data_ptr()};
        o.forEachBlock([&](std::int64_t first, std::int64_t count, const Tensor& columns) {
            const Tensor grad = gradOut.narrow(0, first, count);
            gradWeight += at::mm(grad.t(), columns);
            o.addGradients(first, at::mm(grad, o.weight), out);
        });
        return {gradX.permute({0, 3, 1, 2}).to(x.scalar_type()),
                gradOffset.to(offset.scalar_type()), gradMask.to(mask.scalar_type()),
                gradWeight.view({weight.size(0), 3, 3, weight.size(1)})
                    .permute({0, 3, 1, 2})
                    .to(weight.scalar_type())};
    }
};

}  // namespace

Tensor deformConv2d(const Tensor& x, const Tensor& offset, const Tensor& mask,
                    const Tensor& weight) {
    constexpr std::int64_t taps = deform::kTaps;
    TORCH_CHECK(
        x.dim() == 4 && weight.dim() == 4 && x.numel() > 0 &&
            offset.sizes() == at::IntArrayRef({x.size(0), 2 * taps, x.size(2), x.size(3)}) &&
            mask.sizes() == at::IntArrayRef({x.size(0), taps, x.size(2), x.size(3)}) &&
            weight.sizes() == at::IntArrayRef({weight.size(0), x.size(1), 3, 3}),
        "deformConv2d: the shapes do not fit together: x ", x.sizes(), ", offset ", offset.sizes(),
        ", mask ", mask.sizes(), ", weight ", weight.sizes());
    TORCH_CHECK(x.size(0) * x.size(2) * x.size(3) < std::int64_t(1) << 29,
                "deformConv2d: too many pixels: ", x.sizes());
    for (const auto& t : {offset, mask, weight})
        TORCH_CHECK(t.device() == x.device(), "deformConv2d: arguments on ", x.device(), " and ",
                    t.device());
    TORCH_CHECK(x.is_cpu() || (x.is_cuda() && x.scalar_type() != torch::kFloat64),
                "deformConv2d: no ", x.scalar_type(), " on ", x.device());
#ifdef FS2_CUDA
    const c10::cuda::OptionalCUDAGuard guard(x.is_cuda() ? std::optional(x.device())
                                                         : std::nullopt);
#endif
    const bool differentiate =
        torch::GradMode::is_enabled() && (x.requires_grad() || offset.requires_grad() ||
                                          mask.requires_grad() || weight.requires_grad());
    return differentiate ? DeformConv::apply(x, offset, mask, weight)
                         : compute(x, offset, mask, weight);
}

}  // namespace fs2
