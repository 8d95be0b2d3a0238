#include "training/clip_plan.h"

#include <algorithm>
#include <cmath>

#include "training/random.h"

namespace fs2 {
namespace {

using kernels::Affine;

constexpr double kTurn = 6.283185307179586;

/// One random number after the other.
class Dice {
  public:
    explicit Dice(std::uint64_t key) : key_(key) {}
    std::uint64_t next() { return keyOf({key_, ++at_}); }
    double uniform(double from, double to) { return from + (to - from) * unit(next()); }
    double logUniform(double from, double to) { return from * std::pow(to / from, unit(next())); }
    double normal() { return std::sqrt(-2 * std::log(1 - unit(next()))) * std::cos(kTurn * unit(next())); }
    bool chance(double p) { return unit(next()) < p; }
    int roll(int count) { return int(below(next(), std::size_t(count))); }
    double sign() { return chance(0.5) ? 1 : -1; }

  private:
    std::uint64_t key_;
    std::uint64_t at_ = 0;
};

struct Vec {
    double x = 0;
    double y = 0;
};

Vec apply(const Affine& a, Vec p) {
    return {a.m[0] * p.x + a.m[1] * p.y + a.m[2], a.m[3] * p.x + a.m[4] * p.y + a.m[5]};
}

/// a after b.
Affine composed(const Affine& a, const Affine& b) {
    Affine r;
    for (int i = 0; i < 6; i += 3)
        for (int j = 0; j < 3; ++j)
            r.m[i + j] = a.m[i] * b.m[j] + a.m[i + 1] * b.m[3 + j] + (j == 2 ? a.m[i + 2] : 0);
    return r;
}

/// The output pixel that shows `source`.
Vec shownAt(const Affine& a, Vec source) {
    const double det = double(a.m[0]) * a.m[4] - double(a.m[1]) * a.m[3];
    const double x = source.x - a.m[2];
    const double y = source.y - a.m[5];
    return {(a.m[4] * x - a.m[1] * y) / det, (a.m[0] * y - a.m[3] * x) / det};
}

/// What the affine shows, moved by `by` on the output.
void move(Affine& a, Vec by) {
    a.m[2] -= float(a.m[0] * by.x + a.m[1] * by.y);
    a.m[5] -= float(a.m[3] * by.x + a.m[4] * by.y);
}

double smoothStep(double from, double to, double t) {
    const double u = std::clamp((t - from) / (to - from), 0.0, 1.0);
    return u * u * (3 - 2 * u);
}

/// Two sinusoids; 0 at time 0.
class Wave {
  public:
    Wave() = default;
    /// Reaches about `amplitude`, with `rate` radians a frame.
    Wave(Dice& dice, double amplitude, double rate)
        : a_(amplitude), rate_(rate), phase_(dice.uniform(0, kTurn)), phase2_(dice.uniform(0, kTurn)) {}
    double at(double t) const { return raw(t) - raw(0); }

  private:
    double raw(double t) const {
        return a_ * (std::sin(rate_ * t + phase_) + 0.3 * std::sin(2.3 * rate_ * t + phase2_));
    }
    double a_ = 0, rate_ = 0, phase_ = 0, phase2_ = 0;
};

/// The time in which the target is out of sight.
struct Absence {
    bool any = false;
    double first = 0, last = 0;  ///< frames
    double ramp = 1;
    double at(double t) const {  ///< 0 present, 1 gone
        return any ? smoothStep(first - ramp, first, t) * (1 - smoothStep(last, last + ramp, t)) : 0;
    }
    double middle() const { return 0.5 * (first + last); }
};

Absence drawAbsence(Dice& dice, double share, int frames) {
    Absence absence;
    absence.any = dice.chance(share) && frames >= 4;
    if (!absence.any) return absence;
    const double last = frames - 1;
    absence.ramp = std::clamp(dice.uniform(0.12, 0.33) * last, 1.0, 8.0);
    const double room = last - 2 * absence.ramp;  // for the time away
    const double away = dice.uniform(0.25, 0.9) * room;
    absence.first = absence.ramp + dice.uniform(0, room - away);
    absence.last = absence.first + away;
    if (std::ceil(absence.first) > absence.last) {  // a whole frame at least
        absence.first = std::floor(absence.first + 0.5);
        absence.last = std::max(absence.last, absence.first);
    }
    return absence;
}

/// How an object moves in the world, whose unit is the output pixel of frame 0.
struct Path {
    Vec start;
    Wave x, y, turn, size, squash;
    double angle = 0;
    double scale = 1;  ///< output pixels per source pixel
    bool flip = false;
    Vec at(double t) const { return {start.x + x.at(t), start.y + y.at(t)}; }
    Affine affine(Vec centre, double t, int side) const {
        const double s = scale * std::exp2(size.at(t));
        const double q = std::exp2(squash.at(t));
        Affine a = kernels::windowAffine(float(centre.x), float(centre.y), float(s * q), float(s / q),
                                         float(angle + turn.at(t)), flip, side);
        const double half = 0.5 * (side - 1);
        const Vec place = at(t);
        move(a, {place.x - half, place.y - half});
        return a;
    }
};

/// speed: pixels a frame.
void drawMotion(Dice& dice, Path& path, double speed, int side) {
    const double own = speed * dice.uniform(0.3, 1.5);
    const double heading = dice.uniform(0, kTurn);
    const auto axis = [&](double part) {
        const double reach = side * dice.uniform(0.06, 0.3);
        return Wave(dice, reach, 0.6 * own * std::abs(part) / reach);
    };
    path.x = axis(std::cos(heading));
    path.y = axis(std::sin(heading));
    const double rate = std::min(1.2, speed / side * dice.uniform(4, 12));
    path.turn = Wave(dice, dice.logUniform(0.02, 0.35), rate);
    path.size = Wave(dice, dice.logUniform(0.02, 0.3), rate * dice.uniform(0.4, 1));
    path.squash = Wave(dice, dice.logUniform(0.01, 0.12), rate);
}

struct Camera {
    Wave x, y, turn, zoom, shakeX, shakeY;
    double follow = 0;  ///< share of the target's path that the camera goes along with
    Vec turnedAway;     ///< how far it looks away from the target while that is gone

    Affine affine(Vec followed, double away, double t, int side) const {
        const double half = 0.5 * (side - 1);
        return kernels::windowAffine(
            float(half + x.at(t) + shakeX.at(t) + follow * followed.x + away * turnedAway.x),
            float(half + y.at(t) + shakeY.at(t) + follow * followed.y + away * turnedAway.y),
            float(std::exp2(zoom.at(t))), float(std::exp2(zoom.at(t))), float(turn.at(t)), false, side);
    }
};

Camera drawCamera(Dice& dice, double speed, int side) {
    Camera camera;
    const bool tripod = dice.chance(0.3);
    if (!tripod) {
        const double own = speed * dice.uniform(0.2, 1.2);
        const double reachX = side * dice.uniform(0.05, 0.35);
        const double reachY = side * dice.uniform(0.02, 0.12);
        camera.x = Wave(dice, reachX, 0.7 * own / reachX);
        camera.y = Wave(dice, reachY, 0.25 * own / reachY);
        const double rate = std::min(1.0, speed / side * dice.uniform(2, 8));
        camera.turn = Wave(dice, dice.logUniform(0.005, 0.08), rate);
        camera.zoom = Wave(dice, dice.logUniform(0.02, 0.25), rate);
    }
    if (dice.chance(0.35)) {
        const double strength = std::min(speed, 0.03 * side) * dice.uniform(0.05, 0.3);
        camera.shakeX = Wave(dice, strength, dice.uniform(0.8, 2));
        camera.shakeY = Wave(dice, strength, dice.uniform(0.8, 2));
    }
    return camera;
}

/// A smooth field over the box of an object, and the weights of its terms at every moment.
void drawBend(Dice& dice, ClipLayer& layer, double strength, double rate) {
    const double reach = strength * std::max(layer.halfX, layer.halfY);
    for (float& v : layer.field) v = float(std::clamp(dice.normal(), -2.0, 2.0) * reach);
    std::array<Wave, kBendTerms> weights;
    for (Wave& w : weights) w = Wave(dice, 0.5, rate * dice.uniform(0.6, 1.6));
    for (std::size_t i = 0; i < layer.moments.size(); ++i)
        for (std::size_t j = 0; j < weights.size(); ++j)
            layer.moments[i].bend[j] = float(weights[j].at(double(i) - 1));
}

Vec centreOf(const kernels::PoolObject& o) { return {0.5 * (o.x0 + o.x1), 0.5 * (o.y0 + o.y1)}; }
double widthOf(const kernels::PoolObject& o) { return o.x1 - o.x0 + 1; }
double heightOf(const kernels::PoolObject& o) { return o.y1 - o.y0 + 1; }
double fillOf(const kernels::PoolObject& o) { return o.area / (widthOf(o) * heightOf(o)); }

/// A whole object that makes a plausible cut-out; where few do, what was drawn last.
Pick drawCutout(Dice& dice, const SamplePool& pool, double fill, int area = 900) {
    Pick pick;
    for (int attempt = 0; attempt < 16; ++attempt) {
        pick = pool.pick(dice.next());
        const auto& o = pick.object;
        const bool cut = o.x0 <= 1 || o.y0 <= 1 || o.x1 >= pick.width - 2 || o.y1 >= pick.height - 2;
        const bool big = 2.5 * o.area > double(pick.width) * pick.height;
        if (o.area >= area && !big && fillOf(o) > fill && (!cut || attempt >= 10)) break;
    }
    return pick;
}

/// An object of a photo that is neither tiny nor nearly all of it.
Pick drawStill(Dice& dice, const SamplePool& pool) {
    Pick pick;
    for (int attempt = 0; attempt < 16; ++attempt) {
        pick = pool.pick(dice.next());
        const double share = pick.object.area / (double(pick.width) * pick.height);
        if (share > 0.004 && share < 0.35) break;
    }
    return pick;
}

/// Builds one plan: all the random choices, in their order.
class Planner {
  public:
    Planner(const SamplePool& pool, std::uint64_t key, int frames, int size, const ClipMotion& motion)
        : pool_(pool), dice_(key), frames_(frames), side_(size), motion_(motion) {
        for (ClipLayer& layer : plan_.layers) layer.moments.resize(std::size_t(frames) + 1);
    }

    ClipPlan plan() {
        drawSpeed();
        absence_ = drawAbsence(dice_, motion_.gone, frames_);
        const bool still = dice_.chance(motion_.still);
        flipped_ = dice_.chance(0.5);
        base_ = drawStill(dice_, pool_);
        plan_.baseLabel = base_.object.label;
        camera_ = drawCamera(dice_, speed_, side_);
        if (still) placeStillTarget();
        else placeMovingTarget();
        placeBase();
        if (!still) lookAtTarget();
        placeOthers();
        for (int k = 1; k < kClipLayers; ++k) colour(plan_.layers[std::size_t(k)]);
        plan_.shutter = dice_.chance(0.5) ? float(dice_.uniform(0.1, 0.7)) : 0;
        plan_.noise = dice_.chance(0.5) ? float(dice_.uniform(0, 0.025)) : 0;
        const double drift = dice_.chance(0.5) ? dice_.normal() * 0.08 : 0;
        for (float& d : plan_.drift) d = float(std::clamp(drift + dice_.normal() * 0.02, -0.3, 0.3));
        return std::move(plan_);
    }

  private:
    static double timeOf(std::size_t moment) { return double(moment) - 1; }

    void drawSpeed() {
        double share = dice_.logUniform(0.006, 0.03);
        if (dice_.chance(motion_.sparse)) share = dice_.logUniform(0.04, 0.1);
        else if (dice_.chance(0.1)) share = 0.002;
        speed_ = share * side_;
    }

    /// Where the followed target is, from its place at the start.
    Vec followed(double t) const {
        const Vec p = path_.at(t);
        return {p.x - path_.start.x, p.y - path_.start.y};
    }
    Affine cameraAt(double t) const { return camera_.affine(followed(t), absence_.at(t), t, side_); }

    /// The path of a cut-out of the given longest side on the output.
    Path drawPath(const kernels::PoolObject& object, double longest, Vec from, Vec to) {
        Path path;
        path.scale = std::min(longest / std::max(widthOf(object), heightOf(object)), 3.0);
        path.start = {dice_.uniform(from.x, to.x) * side_, dice_.uniform(from.y, to.y) * side_};
        path.flip = dice_.chance(0.5);
        path.angle = dice_.chance(0.4) ? 0.12 * dice_.normal() : 0;
        drawMotion(dice_, path, speed_, side_);
        return path;
    }

    void setCutout(ClipLayer& layer, const Pick& pick, const Path& path) {
        const auto& o = pick.object;
        layer.image = o.image;
        layer.label = o.label;
        const Vec centre = centreOf(o);
        layer.centreX = float(centre.x);
        layer.centreY = float(centre.y);
        layer.halfX = float(0.55 * widthOf(o));
        layer.halfY = float(0.55 * heightOf(o));
        for (std::size_t i = 0; i < layer.moments.size(); ++i)
            layer.moments[i].affine = composed(path.affine(centre, timeOf(i), side_), cameraAt(timeOf(i)));
        const double rate = std::min(1.3, speed_ / side_ * dice_.uniform(5, 18));
        drawBend(dice_, layer, dice_.chance(0.8) ? dice_.logUniform(0.01, 0.09) : 0, rate);
    }

    void placeStillTarget() {
        plan_.target = 0;
        if (!absence_.any || dice_.chance(0.4)) return;
        // The camera looks to the side where the photo goes on.
        const double x = centreOf(base_.object).x / base_.width;
        camera_.turnedAway.x = ((x > 0.5) == flipped_ ? 1 : -1) * dice_.uniform(0.8, 1.1) * side_;
        turnedAway_ = true;
    }

    void placeMovingTarget() {
        plan_.target = 1 + dice_.roll(3);
        target_ = drawCutout(dice_, pool_, 0.25);
        path_ = drawPath(target_.object, dice_.logUniform(0.16, 0.7) * side_, {0.25, 0.25}, {0.75, 0.75});
        if (dice_.chance(0.45)) camera_.follow = dice_.uniform(0.5, 1);
    }

    void lookAtTarget() {
        ClipLayer& layer = plan_.layers[std::size_t(plan_.target)];
        setCutout(layer, target_, path_);
        if (!absence_.any || dice_.chance(0.4)) return;  // else an occluder hides it
        leaves_ = true;
        const double a = dice_.uniform(0, kTurn);
        const Vec out{std::cos(a), std::sin(a)};
        const double b = dice_.chance(0.5) ? a : dice_.uniform(0, kTurn);
        const Vec in{std::cos(b), std::sin(b)};
        for (std::size_t i = 0; i < layer.moments.size(); ++i) {
            const double t = timeOf(i);
            const Vec way = t < absence_.middle() ? out : in;
            const double far = absence_.at(t) * distanceOut(layer, i, way);
            move(layer.moments[i].affine, {far * way.x, far * way.y});
        }
    }

    /// How far the layer goes in direction `way` until none of it is in the picture.
    double distanceOut(const ClipLayer& layer, std::size_t moment, Vec way) const {
        const Affine& a = layer.moments[moment].affine;
        const Vec c = shownAt(a, {layer.centreX, layer.centreY});
        const double radius = reachOf(layer, moment);
        const auto axis = [&](double at, double step) {
            if (std::abs(step) < 0.05) return 1e9;
            const double edge = step > 0 ? side_ + radius : -radius;
            return (edge - at) / step;
        };
        return std::max(0.0, std::min(axis(c.x, way.x), axis(c.y, way.y)));
    }

    /// The radius of the bent box on the output.
    static double reachOf(const ClipLayer& layer, std::size_t moment) {
        const Affine& a = layer.moments[moment].affine;
        const double det = std::abs(double(a.m[0]) * a.m[4] - double(a.m[1]) * a.m[3]);
        return 1.25 * std::hypot(layer.halfX, layer.halfY) / std::sqrt(det);
    }

    /// The part of the world that the camera sees in the clip, from the picture's middle.
    struct View {
        double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
    };
    View viewed() const {
        View view;
        const double half = 0.5 * (side_ - 1);
        const double spare = 0.03 * side_;  // for the bend
        for (std::size_t i = 0; i < plan_.layers[0].moments.size(); ++i)
            for (int corner = 0; corner < 4; ++corner) {
                const Vec p = apply(cameraAt(timeOf(i)), {corner & 1 ? 2 * half : 0, corner & 2 ? 2 * half : 0});
                view.x0 = std::min(view.x0, p.x - half - spare);
                view.x1 = std::max(view.x1, p.x - half + spare);
                view.y0 = std::min(view.y0, p.y - half - spare);
                view.y1 = std::max(view.y1, p.y - half + spare);
            }
        return view;
    }

    void placeBase() {
        ClipLayer& layer = plan_.layers[0];
        const double w = base_.width - 1;
        const double h = base_.height - 1;
        const View view = viewed();
        const double fit = std::max((view.x1 - view.x0) / w, (view.y1 - view.y0) / h);
        double scale = fit * std::exp2(dice_.uniform(0, 0.7));
        if (plan_.target == 0) {
            const double longest = std::max(widthOf(base_.object), heightOf(base_.object));
            scale = std::max(fit, dice_.logUniform(0.16, 0.6) * side_ / longest);
        }
        scale = std::min(scale, std::max(3.0, 1.1 * side_ / std::max(w, h)));
        Vec centre{dice_.uniform(0, w), dice_.uniform(0, h)};
        if (plan_.target == 0) centre = centreOf(base_.object);
        const double left = flipped_ ? -view.x1 : view.x0;
        const double right = flipped_ ? -view.x0 : view.x1;
        const auto keep = [](double at, double low, double high) {
            return low <= high ? std::clamp(at, low, high) : 0.5 * (low + high);
        };
        centre.x = keep(centre.x, -left / scale, w - right / scale);
        centre.y = keep(centre.y, -view.y0 / scale, h - view.y1 / scale);
        const Affine window = kernels::windowAffine(float(centre.x), float(centre.y), float(scale), float(scale),
                                                    0, flipped_, side_);
        layer.image = base_.object.image;
        layer.centreX = float(0.5 * w);
        layer.centreY = float(0.5 * h);
        layer.halfX = float(0.5 * w);
        layer.halfY = float(0.5 * h);
        for (std::size_t i = 0; i < layer.moments.size(); ++i)
            layer.moments[i].affine = composed(window, cameraAt(timeOf(i)));
        const double rate = std::min(1.0, speed_ / side_ * dice_.uniform(3, 10));
        drawBend(dice_, layer, dice_.chance(0.6) ? dice_.logUniform(0.003, 0.03) : 0, rate);
    }

    /// The layers besides the photo and the target: a distractor, things that pass by, what hides the
    /// target, and a part of the photo that stands in front of it.
    void placeOthers() {
        if (absence_.any && !leaves_ && !turnedAway_) hideTarget();
        if (dice_.chance(motion_.distractor)) {
            if (ClipLayer* layer = freeLayer()) setCutout(*layer, likeTarget(), drawPath(likeTarget().object, distractorSize(), {0.1, 0.1}, {0.9, 0.9}));
        }
        if (plan_.target != 0 && dice_.chance(0.25)) {
            if (ClipLayer* layer = freeLayer(plan_.target + 1)) {
                const ClipLayer& photo = plan_.layers[0];
                *layer = photo;
                layer->label = plan_.baseLabel;
                standing_ = layer;
            }
        }
        const int more = dice_.roll(3);
        for (int i = 0; i < more; ++i)
            if (ClipLayer* layer = freeLayer()) {
                const Pick pick = drawCutout(dice_, pool_, 0.2);
                setCutout(*layer, pick, drawPath(pick.object, dice_.logUniform(0.1, 0.45) * side_, {0, 0}, {1, 1}));
            }
    }

    /// An empty layer from `first` on, drawn at random; null where all are taken.
    ClipLayer* freeLayer(int first = 1) {
        std::array<int, kClipLayers> free{};
        int count = 0;
        for (int k = first; k < kClipLayers; ++k)
            if (plan_.layers[std::size_t(k)].label < 0) free[std::size_t(count++)] = k;
        if (count == 0) return nullptr;
        return &plan_.layers[std::size_t(free[std::size_t(dice_.roll(count))])];
    }

    const Pick& likeTarget() {
        if (!like_.neighbours) {
            const Pick& target = plan_.target == 0 ? base_ : target_;
            like_ = target;
            if (dice_.chance(0.4)) {
                const Pick other = pool_.pickIn(target.object.image, dice_.next());
                if (other.object.area >= 400) like_ = other;
            }
        }
        return like_;
    }
    double distractorSize() {
        const ClipLayer& target = plan_.layers[std::size_t(plan_.target)];
        const auto& m = target.moments[1].affine.m;
        const double scale = 1 / std::sqrt(std::abs(double(m[0]) * m[4] - double(m[1]) * m[3]));
        const double longest = scale * std::max(widthOf(likeTarget().object), heightOf(likeTarget().object));
        return std::clamp(longest * dice_.logUniform(0.6, 1.5), 0.08 * side_, 0.6 * side_);
    }

    /// Where the target's middle is on the output.
    Vec targetAt(std::size_t moment) const {
        const ClipLayer& layer = plan_.layers[std::size_t(plan_.target)];
        const Vec source = plan_.target == 0 ? centreOf(base_.object) : Vec{layer.centreX, layer.centreY};
        return shownAt(layer.moments[moment].affine, source);
    }

    /// A compact cut-out that comes over the target, stays while that is gone, and goes on.
    void hideTarget() {
        ClipLayer& layer = plan_.layers[kClipLayers - 1];
        const Pick pick = drawCutout(dice_, pool_, 0.6, 4000);
        const Pick& target = plan_.target == 0 ? base_ : target_;
        const auto& m = plan_.layers[std::size_t(plan_.target)].moments[1].affine.m;
        const double shown = 1 / std::sqrt(std::abs(double(m[0]) * m[4] - double(m[1]) * m[3]));
        const double cover = dice_.uniform(1.2, 1.7) * shown *
                             std::max(widthOf(target.object) / widthOf(pick.object),
                                      heightOf(target.object) / heightOf(pick.object)) / std::sqrt(fillOf(pick.object));
        Path path;
        path.scale = cover;
        path.flip = dice_.chance(0.5);
        path.start = {0.5 * (side_ - 1), 0.5 * (side_ - 1)};
        setCutout(layer, pick, path);
        const double a = dice_.uniform(0, kTurn);
        const double b = dice_.chance(0.5) ? a + kTurn / 2 : dice_.uniform(0, kTurn);
        const double away = dice_.uniform(1, 1.6);
        for (std::size_t i = 0; i < layer.moments.size(); ++i) {
            const double t = timeOf(i);
            const double angle = t < absence_.middle() ? a : b;
            const double reach = reachOf(layer, i) + 0.6 * shown * std::hypot(widthOf(target.object), heightOf(target.object));
            const double far = (1 - absence_.at(t)) * away * reach;
            const Vec c = targetAt(i);
            const Vec own = shownAt(layer.moments[i].affine, {layer.centreX, layer.centreY});
            move(layer.moments[i].affine, {c.x + far * std::cos(angle) - own.x, c.y + far * std::sin(angle) - own.y});
        }
    }

    void colour(ClipLayer& layer) {
        if (&layer == standing_) return;  // looks like the photo that it is part of
        layer.gain = float(dice_.uniform(0.8, 1.2));
        for (float& o : layer.offset) o = float(dice_.uniform(-0.06, 0.06));
        layer.shadow = dice_.chance(0.3) ? float(dice_.uniform(0.2, 0.5)) : 0;
    }

    const SamplePool& pool_;
    Dice dice_;
    int frames_;
    int side_;
    const ClipMotion& motion_;
    ClipPlan plan_;
    double speed_ = 1;
    Absence absence_;
    Camera camera_;
    Pick base_, target_, like_;
    Path path_;
    bool flipped_ = false;  ///< the photo
    bool leaves_ = false;
    bool turnedAway_ = false;
    const ClipLayer* standing_ = nullptr;
};

}  // namespace

ClipPlan planClip(const SamplePool& pool, std::uint64_t key, int frames, int size, const ClipMotion& motion) {
    return Planner(pool, key, frames, size, motion).plan();
}

}  // namespace fs2
