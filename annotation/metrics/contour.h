// J and F of video object segmentation, counted as the reference of DAVIS counts them (MODEL.md part D).
// J is the IoU of overlap.h. Pure functions and a value; any thread.
#pragma once
#include <map>
#include <string>
#include <vector>

#include "annotation/core/mask.h"

namespace fs2 {

/// How well the contours of two masks of one size agree, 0 to 1: F of precision and recall, a contour
/// pixel being found where the other contour has one within contourTolerance(). Two empty masks: 1.
double contourF(const Mask& truth, const Mask& prediction);
/// Radius of the disk that contours are matched in, pixels: 0.008 of the picture's diagonal, rounded up.
int contourTolerance(int width, int height);

/// One object on one frame.
struct FrameScore {
    double j = 0;
    double f = 0;
};
FrameScore frameScore(const Mask& truth, const Mask& prediction);

/// Of a sequence (mean over its objects) or of all (mean over all objects).
struct VosScore {
    double j = 0;
    double f = 0;
    int objects = 0;
    int frames = 0;  ///< scored ones, of all its sequences
    double jf() const { return (j + f) / 2; }
};
struct VosScores {
    std::map<std::string, VosScore> sequences;
    VosScore mean;
};

/// Collects objects and averages them.
class VosScoreSheet {
  public:
    /// All frames of an object in their order: the first one is given and the last one left out, so neither
    /// is scored. False, and nothing is added, for fewer than three frames.
    bool add(const std::string& sequence, const std::vector<FrameScore>& frames);
    VosScores scores() const;

  private:
    struct Sums {
        double j = 0;
        double f = 0;
        int objects = 0;
        int frames = 0;
    };
    std::map<std::string, Sums> sequences_;
};

}  // namespace fs2
