#include "annotation/metrics/clicks.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "annotation/core/distance.h"
#include "annotation/metrics/overlap.h"

namespace fs2 {
namespace {

constexpr int kFewestImages = 3;

double iouAfter(const std::vector<double>& curve, int prompts) {
    return curve[std::min(curve.size(), std::size_t(prompts)) - 1];
}

}  // namespace

std::optional<Click> nextClick(const Mask& truth, const Mask& prediction,
                               const std::vector<Click>& clicks) {
    std::vector<Point> clicked;
    for (const Click& click : clicks) clicked.push_back({click.x, click.y});
    const Interior missed = mostInterior(subtract(truth, prediction), clicked);
    const Interior spilled = mostInterior(subtract(prediction, truth), clicked);
    const bool positive = missed.distance >= spilled.distance;
    const Interior& best = positive ? missed : spilled;
    if (best.distance <= 0) return std::nullopt;
    return Click{double(best.x), double(best.y), positive};
}

Box tightBox(const Mask& truth) {
    const Rect box = truth.bounds();
    return {double(box.x), double(box.y), double(box.x + box.width), double(box.y + box.height)};
}

Result<std::vector<double>> clickCurve(const Mask& truth, const Predict& predict,
                                       const ClickProtocol& protocol) {
    std::vector<double> curve;
    Prompt prompt;
    prompt.object = {1};
    Mask answer;
    while (int(curve.size()) < protocol.maxClicks) {
        if (protocol.firstIsBox && curve.empty()) {
            prompt.box = tightBox(truth);
        } else {
            const Mask seen = answer.isNull() ? Mask::blank(truth.width(), truth.height()) : answer;
            const auto click = nextClick(truth, seen, prompt.clicks);
            if (!click) break;
            prompt.clicks.push_back(*click);
        }
        Result<Mask> predicted = predict(prompt, answer);
        if (!predicted) return predicted.error();
        answer = std::move(predicted).value();
        if (answer.width() != truth.width() || answer.height() != truth.height()) {
            return Error{ErrorCode::Internal, "the predicted mask has another size than the picture"};
        }
        curve.push_back(iou(truth, answer));
        if (int(curve.size()) >= protocol.always && curve.back() >= protocol.target) break;
    }
    if (curve.empty()) return Error{ErrorCode::BadRequest, "the object's mask is empty"};
    return curve;
}

int clicksTo(const std::vector<double>& curve, double target, int maxClicks) {
    const auto hit = std::find_if(curve.begin(), curve.end(), [&](double v) { return v >= target; });
    return hit == curve.end() ? maxClicks : std::min(maxClicks, int(hit - curve.begin()) + 1);
}

void ClickScores::add(const std::string& set, const std::string& image, std::vector<double> curve) {
    entries_[set].push_back({image, std::move(curve)});
}

ClickReport ClickScores::report() const {
    ClickReport report;
    int averaged = 0;
    for (const auto& [name, entries] : entries_) {
        ClickSummary& set = report.sets[name];
        std::set<std::string> images;
        const double share = 1.0 / double(entries.size());
        for (const Entry& entry : entries) {
            images.insert(entry.image);
            set.noc85 += share * clicksTo(entry.curve, .85, maxClicks_);
            set.noc90 += share * clicksTo(entry.curve, .90, maxClicks_);
            for (const int k : kReportedClicks) set.iou[k] += share * iouAfter(entry.curve, k);
        }
        set.n = int(entries.size());
        set.images = int(images.size());
        set.averaged = set.images >= kFewestImages;
        averaged += set.averaged ? 1 : 0;
    }
    report.mean.averaged = averaged > 0;
    for (const auto& [name, set] : report.sets) {
        if (!set.averaged) continue;
        report.mean.n += set.n;
        report.mean.images += set.images;
        report.mean.noc85 += set.noc85 / averaged;
        report.mean.noc90 += set.noc90 / averaged;
        for (const auto& [k, value] : set.iou) report.mean.iou[k] += value / averaged;
    }
    return report;
}

}  // namespace fs2
