// fs2-model-kernels-check: the model's CUDA kernels against their CPU twins, gradients included,
// and the time of the deformable convolution against a plain 3x3 one of the same shape. Exit code 0
// if all agree, 1 if not, 77 without a GPU.
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAGuard.h>
#include <c10/cuda/CUDAStream.h>
#include <cuda_runtime.h>
#include <torch/torch.h>

#include "model/rapsam/deform_conv.h"

namespace fs2 {
namespace {

using torch::Tensor;

bool allAgree = true;

void compare(const char* what, const char* shape, const Tensor& device, const Tensor& host,
             double tolerance) {
    const auto d = device.to(torch::kCPU, torch::kFloat64), h = host.to(torch::kFloat64);
    const double scale = h.abs().max().item<double>(), worst = (d - h).abs().max().item<double>();
    const bool ok = worst <= tolerance * scale;  // false for NaN
    allAgree = allAgree && ok;
    std::printf("%-24s %-18s difference %.2e of the largest magnitude, at most %.0e  %s\n", shape,
                what, worst / scale, tolerance, ok ? "ok" : "DIFFERS");
    std::fflush(stdout);
}

struct Shape {
    std::int64_t batch, channels, outputs, height, width;
    double reach;  ///< offsets are drawn from -reach to reach pixels
};

/// Arguments on the GPU, on values that the type holds exactly; channels-last, as the networks have
/// them.
struct Case {
    Tensor x, offset, mask, weight;
    Case(const Shape& s, torch::ScalarType type) {
        const auto draw = [&](at::IntArrayRef size) {
            return torch::rand(size, torch::kFloat32) * 2 - 1;
        };
        const auto put = [&](const Tensor& t) {
            return t.to(torch::kCUDA, type).contiguous(torch::MemoryFormat::ChannelsLast);
        };
        x = put(draw({s.batch, s.channels, s.height, s.width}));
        weight = put(draw({s.outputs, s.channels, 3, 3}) / std::sqrt(9.0 * double(s.channels)));
        // one map for both, as a network's offset convolution makes it
        const Tensor both = put(draw({s.batch, 27, s.height, s.width}) * s.reach);
        offset = both.narrow(1, 0, 18);
        mask = both.narrow(1, 18, 9).sigmoid();
    }
    Tensor device() const { return deformConv2d(x, offset, mask, weight); }
    static Tensor host(const Tensor& t) { return t.to(torch::kCPU, torch::kFloat32); }
    Tensor twin() const { return deformConv2d(host(x), host(offset), host(mask), host(weight)); }
};

std::string nameOf(const Shape& s) {
    char text[64];
    std::snprintf(text, sizeof text, "%ldx%ld->%ld %ldx%ld", long(s.batch), long(s.channels),
                  long(s.outputs), long(s.height), long(s.width));
    return text;
}

void compareForward(const Shape& s) {
    torch::NoGradGuard noGrad;
    const Case f(s, torch::kFloat32), b(s, torch::kBFloat16);
    compare("float32", nameOf(s).c_str(), f.device(), f.twin(), 1e-5);
    compare("bfloat16", nameOf(s).c_str(), b.device(), b.twin(), 1e-2);
}

void compareGradients(const Shape& s, torch::ScalarType type, double tolerance) {
    const Case c(s, type);
    const auto leaf = [](const Tensor& t) { return t.detach().clone().requires_grad_(); };
    const auto gradients = [&](const std::vector<Tensor>& v, const Tensor& seed) {
        return torch::autograd::grad({deformConv2d(v[0], v[1], v[2], v[3])}, v, {seed});
    };
    const Tensor seed = torch::rand({s.batch, s.outputs, s.height, s.width}).to(torch::kCUDA, type);
    const auto device = gradients({leaf(c.x), leaf(c.offset), leaf(c.mask), leaf(c.weight)}, seed);
    const auto twin = gradients({leaf(Case::host(c.x)), leaf(Case::host(c.offset)),
                                 leaf(Case::host(c.mask)), leaf(Case::host(c.weight))},
                                Case::host(seed));
    const char* names[] = {"gradient of x", "of offset", "of mask", "of weight"};
    for (std::size_t i = 0; i < 4; ++i)
        compare(names[i], nameOf(s).c_str(), device[i], twin[i], tolerance);
}

void check(cudaError_t e) {
    if (e != cudaSuccess) throw std::runtime_error(cudaGetErrorString(e));
}

/// Median microseconds of a call of `work`, which makes kEach, over kRuns calls on the current
/// stream.
constexpr int kRuns = 25, kEach = 20;
double median(const std::function<void()>& work) {
    const cudaStream_t stream = c10::cuda::getCurrentCUDAStream();
    cudaEvent_t from = nullptr, to = nullptr;
    check(cudaEventCreate(&from));
    check(cudaEventCreate(&to));
    std::vector<double> times;
    for (int run = -3; run < kRuns; ++run) {
        check(cudaEventRecord(from, stream));
        work();
        check(cudaEventRecord(to, stream));
        check(cudaEventSynchronize(to));
        float ms = 0;
        check(cudaEventElapsedTime(&ms, from, to));
        if (run >= 0) times.push_back(1000 * double(ms) / kEach);
    }
    check(cudaEventDestroy(from));
    check(cudaEventDestroy(to));
    std::nth_element(times.begin(), times.begin() + kRuns / 2, times.end());
    return times[kRuns / 2];
}

struct Times {
    double called,
        replayed;  ///< with the launches by the host; from a captured graph, without them
};
Times time(const std::function<void()>& work) {
    const auto all = [&] {
        for (int i = 0; i < kEach; ++i) work();
    };
    Times t{};
    t.called = median(all);
    at::cuda::CUDAGraph graph;
    graph.capture_begin();
    all();
    graph.capture_end();
    t.replayed = median([&] { graph.replay(); });
    return t;
}

void measure(const Shape& s, torch::ScalarType type) {
    torch::NoGradGuard noGrad;
    const c10::cuda::CUDAStreamGuard guard(c10::cuda::getStreamFromPool());
    const Case c(s, type);
    const Times ours = time([&] { c.device(); });
    const Times plain = time([&] { torch::conv2d(c.x, c.weight, {}, 1, 1); });
    std::printf(
        "%-20s %-8s offsets +-%.0f  deformable %7.1f us, plain %7.1f us, ratio %.2f  "
        "(launched by the host: %.1f, %.1f, %.2f)\n",
        nameOf(s).c_str(), type == torch::kBFloat16 ? "bfloat16" : "float32", s.reach,
        ours.replayed, plain.replayed, ours.replayed / plain.replayed, ours.called, plain.called,
        ours.called / plain.called);
    std::fflush(stdout);
}

int run() {
    if (!torch::cuda::is_available()) {
        std::puts("no CUDA device: nothing compared");
        return 77;
    }
    torch::manual_seed(1);
    torch::globalContext().setAllowTF32CuBLAS(false);
    torch::globalContext().setAllowTF32CuDNN(false);
    // the network's steps for a picture of 1333x800, padded to 1344x800
    const std::vector<Shape> steps{
        {1, 1024, 512, 25, 42, 1}, {1, 512, 256, 50, 84, 1}, {1, 256, 128, 100, 168, 1}};
    for (const Shape& s : steps) compareForward(s);
    for (const Shape& s : std::vector<Shape>{{2, 64, 8, 5, 3, 4},
                                             {3, 128, 136, 17, 13, 30},
                                             {1, 192, 64, 9, 70, 2},
                                             {2, 6, 5, 7, 9, 5},
                                             {1, 3, 16, 1, 1, 2}})
        compareForward(s);
    for (const Shape& s : std::vector<Shape>{{2, 6, 5, 7, 9, 3}, {2, 128, 64, 11, 10, 2}}) {
        compareGradients(s, torch::kFloat32, 2e-5);
        compareGradients(s, torch::kBFloat16, 2e-2);
    }
    torch::globalContext().setBenchmarkCuDNN(true);  // the plain convolution at its best
    for (Shape s : steps) {
        for (const double reach : {1.0, 8.0}) {
            s.reach = reach;
            measure(s, torch::kBFloat16);
        }
        measure(s, torch::kFloat32);
    }
    std::puts(allAgree ? "all agree" : "some differ");
    return allAgree ? 0 : 1;
}

}  // namespace
}  // namespace fs2

int main() {
    try {
        return fs2::run();
    } catch (const std::exception& e) {
        std::fprintf(stderr, "fs2-model-kernels-check: %s\n", e.what());
        return 1;
    }
}
