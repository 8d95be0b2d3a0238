// The interactive protocol: clicks on ground truth, counted until the mask is good enough. First click =
// the most interior pixel of the object, each next one the most interior pixel of the error (missed ->
// positive, spilled -> negative; what lies outside the picture is edge). Values; any thread.
#pragma once
#include <array>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "annotation/core/mask.h"
#include "annotation/core/prompt.h"
#include "annotation/core/result.h"

namespace fs2 {

/// The next click for this prediction, never on a pixel clicked before; nothing where none is left to
/// correct. `clicks` empty and a blank prediction give the first click.
std::optional<Click> nextClick(const Mask& truth, const Mask& prediction,
                               const std::vector<Click>& clicks);
/// The object's bounding box as a prompt.
Box tightBox(const Mask& truth);

struct ClickProtocol {
    bool firstIsBox = false;  ///< the first prompt is the object's box
    int maxClicks = 20;
    int always = 10;      ///< prompts given even when the target is reached (IoU after 10 is averaged)
    double target = 0.9;  ///< beyond `always`, stop at this IoU
};

/// What the model sees: the whole prompt so far and its own last mask (null before the first answer).
using Predict = std::function<Result<Mask>(const Prompt& prompt, const Mask& previous)>;

/// IoU after each prompt. Shorter than maxClicks where it stopped early: the last one holds on.
Result<std::vector<double>> clickCurve(const Mask& truth, const Predict& predict,
                                       const ClickProtocol& protocol);
/// Prompts until `target`; maxClicks where it is never reached.
int clicksTo(const std::vector<double>& curve, double target, int maxClicks);

inline constexpr std::array<int, 5> kReportedClicks{1, 2, 3, 5, 10};

struct ClickSummary {
    int images = 0;  ///< different pictures that the objects are on
    int n = 0;       ///< objects
    double noc85 = 0;
    double noc90 = 0;
    std::map<int, double> iou;  ///< mean after 1, 2, 3, 5, 10 prompts
    bool averaged = true;       ///< false: fewer than 3 pictures, reported but not in the mean
};
struct ClickReport {
    std::map<std::string, ClickSummary> sets;
    ClickSummary mean;  ///< over the averaged sets; n, images = their sums
    std::string weights;
    double seconds = 0;
};

/// Collects curves by set and makes the report.
class ClickScores {
  public:
    explicit ClickScores(int maxClicks = 20) : maxClicks_(maxClicks) {}
    void add(const std::string& set, const std::string& image, std::vector<double> curve);
    ClickReport report() const;

  private:
    struct Entry {
        std::string image;
        std::vector<double> curve;
    };
    int maxClicks_;
    std::map<std::string, std::vector<Entry>> entries_;
};

}  // namespace fs2
