// How things move in a synthetic clip: random numbers in a row, affine maps, smooth paths, the time
// of an absence, a camera. Values and pure functions; any thread. Units: pixels, frames, radians.
// The unit of the world is the output pixel of frame 0.
#pragma once
#include <cstdint>

#include "training/cuda/kernels.h"

namespace fs2 {

inline constexpr double kFullTurn = 6.283185307179586;

/// One random number after the other, from a key.
class Dice {
  public:
    explicit Dice(std::uint64_t key) : key_(key) {}
    std::uint64_t next();
    double uniform(double from, double to);
    double logUniform(double from, double to);
    double normal();
    bool chance(double p);
    int roll(int count);  ///< 0 to count - 1

  private:
    std::uint64_t key_;
    std::uint64_t at_ = 0;
};

struct Vec {
    double x = 0;
    double y = 0;
};

Vec applied(const kernels::Affine& a, Vec p);
/// a after b.
kernels::Affine composed(const kernels::Affine& a, const kernels::Affine& b);
/// The output pixel that shows `source`.
Vec shownAt(const kernels::Affine& a, Vec source);
/// Output pixels per source pixel.
double scaleOf(const kernels::Affine& a);
/// Moves what the affine shows by `by` on the output.
void move(kernels::Affine& a, Vec by);

/// Two sinusoids; 0 at time 0.
class Wave {
  public:
    Wave() = default;
    /// Reaches about `amplitude`; `rate` in radians a frame.
    Wave(Dice& dice, double amplitude, double rate);
    double at(double t) const { return raw(t) - raw(0); }

  private:
    double raw(double t) const;
    double amplitude_ = 0, rate_ = 0, phase_ = 0, phase2_ = 0;
};

/// The time in which the target is out of sight.
struct Absence {
    bool any = false;
    double first = 0;  ///< frames
    double last = 0;
    double ramp = 1;
    double at(double t) const;  ///< 0 present to 1 gone
    double middle() const { return 0.5 * (first + last); }
};
/// Neither the first frame nor the last one; none in clips of fewer than 4 frames.
Absence drawAbsence(Dice& dice, double share, int frames);

/// The motion of a cut-out in the world.
struct Path {
    Vec start;
    Wave x, y, turn, size, squash;
    double angle = 0;
    double scale = 1;  ///< world units per source pixel
    bool flip = false;
    Vec at(double t) const { return {start.x + x.at(t), start.y + y.at(t)}; }
    /// World -> source, `centre` of the source on the path.
    kernels::Affine affine(Vec centre, double t, int side) const;
};
/// speed: pixels a frame.
void drawMotion(Dice& dice, Path& path, double speed, int side);

struct Camera {
    Wave x, y, turn, zoom, shakeX, shakeY;
    double follow = 0;  ///< share of the target's way that the camera goes along
    Vec turnedAway;     ///< how far it looks away while the target is gone
    /// Output -> world; `way` that the target has gone, `away` of Absence::at().
    kernels::Affine affine(Vec way, double away, double t, int side) const;
};
Camera drawCamera(Dice& dice, double speed, int side);

}  // namespace fs2
