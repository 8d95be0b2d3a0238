#include "model/golden/golden_unit.h"

#include <torch/torch.h>

#include <array>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "annotation/core/paths.h"
#include "model/rapsam/deform_conv.h"
#include "model/golden/golden_formula.h"
#include "model/rapsam/prompt_queries.h"
#include "model/rapsam/rapsam_picture.h"
#include "model/rapsam/vis_linking.h"

namespace fs2::golden {

namespace {

using nlohmann::json;

constexpr int kThings = 80, kClasses = 133;

class UnitCase {
  public:
    UnitCase(Case& one, const json& document, torch::Device device)
        : one_(one), document_(document), device_(device),
          prefix_(document.at("prefix").get<std::string>() + "unit:") {}

    void run() {
        formulas();
        deformable();
        code();
        post();
        link();
        sizes();
    }

  private:
    torch::Tensor numbers(const std::string& name, at::IntArrayRef shape) const {
        return uniform(prefix_ + name, shape);
    }
    torch::Tensor given(const torch::Tensor& x) const { return x.to(torch::kFloat).to(device_); }

    void formulas() {
        const auto generator = document_.value("generator", json::object());
        for (const auto& [name, values] : generator.items())
            for (std::size_t i = 0; i < values.size(); ++i)
                one_.truth("generator " + name + " " + std::to_string(i),
                           std::abs(uniformAt(fnv1a64(name), i) - values[i].get<double>()) < 1e-15,
                           "number of the sequence");
        const auto hashes = document_.value("fnv", json::object());
        for (const auto& [name, value] : hashes.items()) {
            char hash[17];
            std::snprintf(hash, sizeof hash, "%016llx", static_cast<unsigned long long>(fnv1a64(name)));
            one_.truth("fnv " + name, value == hash, "hash");
        }
    }

    void deformable() {
        if (!one_.has("dcn.out")) return;
        const auto x = given(2 * numbers("dcn.x", {1, 6, 7, 9}) - 1);
        const auto offset = given(5 * (2 * numbers("dcn.offset", {1, 18, 7, 9}) - 1));
        const auto mask = given(numbers("dcn.mask", {1, 9, 7, 9}));
        const auto weight = given(2 * numbers("dcn.weight", {5, 6, 3, 3}) - 1);
        one_.tensor("dcn.out", deformConv2d(x, offset, mask, weight));
    }

    void code() {
        if (!one_.has("code.out")) return;
        const auto boxes = one_.recordedTensor("code.boxes").view({-1, 4}).to(device_);
        const auto centres = centreBoxes(boxes, 96, 160);
        one_.tensor("code.cxcywh", centres);
        one_.tensor("code.out", sineCode(centres));
    }

    /// Class and mask logits from formulas: 24 queries, some of which are sure, on 40 x 60 cells.
    void post() {
        if (!one_.has("post.pan")) return;
        constexpr std::int64_t n = 24;
        auto classes = 4 * numbers("post.cls", {n, kClasses + 1});
        const auto u = numbers("post.q", {n, 6});
        const auto at = u.accessor<double, 2>();
        const auto y = torch::arange(40, torch::kDouble).view({40, 1});
        const auto x = torch::arange(60, torch::kDouble).view({1, 60});
        std::vector<torch::Tensor> masks;
        for (std::int64_t q = 0; q < n; ++q) {
            const auto label = q % 12 == 0 ? 85 : q % 12 == 6 ? 86 : std::int64_t(134 * at[q][0]);
            classes[q][label] += q % 6 == 0 ? 12 : 1 + 10 * at[q][1];
            masks.push_back(2 + 5 * at[q][2] - .8 * (y - 40 * at[q][3]).abs() - .6 * (x - 60 * at[q][4]).abs() +
                            at[q][5]);
        }
        WorkingSize size;
        size.paddedHeight = 40;
        size.paddedWidth = 60;
        size.height = 37;
        size.width = 55;
        size.fullHeight = size.frameHeight = 74;
        size.fullWidth = size.frameWidth = 110;
        const auto logits = given(classes), full = fullSizeLogits(given(torch::stack(masks)), size);
        one_.pixels("post.pan", panopticLabels(logits, full, kThings).ids(kClasses));
        one_.instances("post.", "", topInstances(logits, full, kThings));
    }

    void link() {
        if (!one_.has("link.idx")) return;
        const auto target = 2 * numbers("link.tgt", {20, 256}) - 1;
        const auto order = numbers("link.perm", {20}).argsort();
        const auto current =
            target.index_select(0, order) + 1.5 * (2 * numbers("link.noise", {20, 256}) - 1);
        const auto* begin = order.const_data_ptr<std::int64_t>();
        one_.integers("link.perm", {begin, begin + order.numel()});
        const auto rows = linkedRows(given(target), given(current));
        one_.integers("link.idx", {rows.begin(), rows.end()});
    }

    void sizes() {
        if (one_.has("resize.out")) {
            const auto& facts = document_.at("resize");
            const auto& from = facts.at("src");
            const auto bgr = picture(prefix_ + "img", from.at(0), from.at(1), 0);
            const auto got = resizedBytes(bgr.permute({2, 0, 1}).unsqueeze(0).to(device_),
                                          facts.at("dst").at(0), facts.at("dst").at(1));
            one_.bytes("resize.out", got[0].permute({1, 2, 0}).contiguous(), 1);
        }
        const auto rescale = document_.value("rescale", json::array());
        for (const auto& row : rescale) {
            FrameData frame;
            frame.height = frame.fullHeight = row.at(0);
            frame.width = frame.fullWidth = row.at(1);
            const auto s = rapSamSize(frame, row.at(2), row.at(3));
            one_.truth("rescale " + row.dump(), s.height == row.at(4) && s.width == row.at(5), "size");
        }
        const auto splits = document_.value("video_split", json::object());
        for (const auto& [frames, ends] : splits.items())
            one_.truth("video_split " + frames, clipEnds(std::stoi(frames)) == ends.get<std::vector<int>>(),
                       "clip ends");
    }

    Case& one_;
    const json& document_;
    torch::Device device_;
    std::string prefix_;
};

}  // namespace

void checkUnit(Case& one, const json& document, torch::Device device) {
    UnitCase(one, document, device).run();
}

}  // namespace fs2::golden
