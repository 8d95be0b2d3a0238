// One golden case: the recorded arrays, and how a tensor is compared with them. LibTorch. One thread.
#pragma once
#include <torch/types.h>

#include <map>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/golden/golden.h"
#include "model/checkpoints/npy.h"
#include "model/rapsam/panoptic_output.h"

namespace fs2::golden {

class Case {
  public:
    Case(std::string name, std::map<std::string, NpyArray> recorded, std::vector<GoldenLine>& lines)
        : name_(std::move(name)), recorded_(std::move(recorded)), lines_(lines) {}

    /// The same case, to try something out: its lines go elsewhere.
    Case trial(std::vector<GoldenLine>& lines) const { return Case(name_, recorded_, lines); }
    bool has(const std::string& tensor) const { return recorded_.contains(tensor); }
    /// A recorded array of floats, which is an input and not compared.
    torch::Tensor recordedTensor(const std::string& name);
    /// max |difference| <= allowed * absmax. The record holds every `step`-th value of the whole tensor,
    /// whose largest magnitude is `absmax` (0 = of the record).
    void tensor(const std::string& name, const torch::Tensor& got, std::int64_t step = 1, double absmax = 0,
                double allowed = 1e-5);
    /// The same where a pixel near 0 has crossed it, which moves all that is pooled with it: `exact`, made in
    /// double precision, holds, and `got` is within a hundredth.
    void tensorAfterFlip(const std::string& name, const torch::Tensor& got, const torch::Tensor& exact,
                         std::int64_t step, double absmax, double allowed);
    /// Packed bits of logits > 0. At most 3 may differ, where |logit| < 1e-3. Returns how many do.
    std::int64_t flips(const std::string& name, const torch::Tensor& logits);
    /// At most a thousandth of the pixels may differ: ids, or packed bits where `got` is bool.
    void pixels(const std::string& name, const torch::Tensor& got);
    /// Integers, all equal.
    void integers(const std::string& name, const std::vector<std::int64_t>& got);
    /// Bytes, each at most `allowed` off.
    void bytes(const std::string& name, const torch::Tensor& got, int allowed);
    /// Instances as a set: labels equal, scores within 2e-4 (beyond what pixels that crossed 0 do), areas within a pixel in a thousand (at least
    /// 2), boxes within 1 pixel. `suffix` follows the names ins_labels, ins_scores, ins_area, ins_bboxes.
    void instances(const std::string& prefix, const std::string& suffix, const std::vector<Instance>& got);
    /// A check that needs no recorded array.
    void truth(const std::string& name, bool holds, const std::string& why);
    /// Recorded, but of no meaning to this run.
    void leaveOut(const std::string& name) { taken_.insert(name); }
    /// A line for each recorded array that nobody asked for: it does not hold.
    void unknown();

  private:
    /// Difference of `got` and the record, of absmax; adds a line and nothing is returned where they
    /// cannot be compared.
    std::optional<double> difference(const std::string& name, const torch::Tensor& got, std::int64_t step,
                                     double absmax);
    void add(const std::string& name, double worst, double allowed, const std::string& measure, bool holds);
    const NpyArray* take(const std::string& name, const char* dtype);

    std::string name_;
    std::map<std::string, NpyArray> recorded_;
    std::vector<GoldenLine>& lines_;
    std::set<std::string> taken_;
};

}  // namespace fs2::golden
