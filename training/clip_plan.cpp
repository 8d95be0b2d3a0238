#include "training/clip_plan.h"

#include <algorithm>
#include <cmath>

#include "training/clip_motion.h"

namespace fs2 {
namespace {

using kernels::Affine;

/// An object or a union of objects that touch, on its photo.
struct Shape {
    int image = 0;
    double photoWidth = 1, photoHeight = 1;
    std::array<std::int32_t, 3> labels{-1, -1, -1};
    double x0 = 0, y0 = 0, x1 = 0, y1 = 0, area = 0;  // the corners are inclusive

    Vec centre() const { return {0.5 * (x0 + x1), 0.5 * (y0 + y1)}; }
    double width() const { return x1 - x0 + 1; }
    double height() const { return y1 - y0 + 1; }
    double longest() const { return std::max(width(), height()); }
    double fill() const { return area / (width() * height()); }
    double share() const { return area / (photoWidth * photoHeight); }
    bool cut() const { return x0 <= 1 || y0 <= 1 || x1 >= photoWidth - 2 || y1 >= photoHeight - 2; }
};

Shape shapeOf(const SamplePool& pool, const kernels::PoolObject& object) {
    const auto [height, width] = pool.sizeOf(object.image);
    Shape shape;
    shape.image = object.image;
    shape.photoWidth = width;
    shape.photoHeight = height;
    shape.labels[0] = object.label;
    shape.x0 = object.x0;
    shape.y0 = object.y0;
    shape.x1 = object.x1;
    shape.y1 = object.y1;
    shape.area = object.area;
    return shape;
}

/// Any object, in three of ten draws with one or two of those that touch it.
Shape drawShape(Dice& dice, const SamplePool& pool) {
    const Pick pick = pool.pick(dice.next());
    Shape shape = shapeOf(pool, pick.object);
    if (pick.neighbours->empty() || !dice.chance(0.3)) return shape;
    const int more = 1 + dice.roll(2);
    for (int i = 1; i <= more; ++i) {
        const auto label = (*pick.neighbours)[std::size_t(dice.roll(int(pick.neighbours->size())))];
        if (label == shape.labels[1]) continue;
        for (const auto& other : pool.objectsOf(shape.image)) {
            if (other.label != label) continue;
            shape.labels[std::size_t(i)] = label;
            shape.x0 = std::min<double>(shape.x0, other.x0);
            shape.y0 = std::min<double>(shape.y0, other.y0);
            shape.x1 = std::max<double>(shape.x1, other.x1);
            shape.y1 = std::max<double>(shape.y1, other.y1);
            shape.area += other.area;
        }
    }
    return shape;
}

/// A whole object that makes a plausible cut-out; where few do, what was drawn last.
Shape drawCutout(Dice& dice, const SamplePool& pool, double fill, double area) {
    Shape shape;
    for (int attempt = 0; attempt < 16; ++attempt) {
        shape = drawShape(dice, pool);
        const bool whole = !shape.cut() || attempt >= 10;
        if (shape.area >= area && shape.share() < 0.4 && shape.fill() > fill && whole) break;
    }
    return shape;
}

/// An object of a photo that is neither tiny nor nearly all of it.
Shape drawStill(Dice& dice, const SamplePool& pool) {
    Shape shape;
    for (int attempt = 0; attempt < 16; ++attempt) {
        shape = drawShape(dice, pool);
        if (shape.share() > 0.004 && shape.share() < 0.35) break;
    }
    return shape;
}

double timeOf(std::size_t moment) {
    return double(moment) - 1;
}

/// A smooth field over the box of an object, and the weights of its terms at every moment.
void drawBend(Dice& dice, ClipLayer& layer, double strength, double rate) {
    const double reach = strength * std::max(layer.halfX, layer.halfY);
    for (float& v : layer.field) v = float(std::clamp(dice.normal(), -2.0, 2.0) * reach);
    std::array<Wave, kBendTerms> weights;
    for (Wave& w : weights) w = Wave(dice, 0.5, rate * dice.uniform(0.6, 1.6));
    for (std::size_t i = 0; i < layer.moments.size(); ++i)
        for (std::size_t j = 0; j < weights.size(); ++j)
            layer.moments[i].bend[j] = float(weights[j].at(timeOf(i)));
}

/// The radius of the bent box on the output.
double radiusOf(const ClipLayer& layer, std::size_t moment) {
    return 1.25 * std::hypot(layer.halfX, layer.halfY) * scaleOf(layer.moments[moment].affine);
}

/// How far the layer goes in direction `way` until none of it is in the picture.
double distanceOut(const ClipLayer& layer, std::size_t moment, Vec way, int side) {
    const Vec c = shownAt(layer.moments[moment].affine, {layer.centreX, layer.centreY});
    const double radius = radiusOf(layer, moment);
    const auto axis = [&](double at, double step) {
        if (std::abs(step) < 0.05) return 1e9;
        return ((step > 0 ? side + radius : -radius) - at) / step;
    };
    return std::max(0.0, std::min(axis(c.x, way.x), axis(c.y, way.y)));
}

/// The part of the world that a camera sees in the clip, from the picture's middle.
struct View {
    double x0 = 1e9, y0 = 1e9, x1 = -1e9, y1 = -1e9;
    void add(const Affine& camera, int side) {
        const double last = side - 1;
        const double spare = 0.03 * side;  // for the bend
        for (int corner = 0; corner < 4; ++corner) {
            const Vec p = applied(camera, {corner & 1 ? last : 0, corner & 2 ? last : 0});
            x0 = std::min(x0, p.x - 0.5 * last - spare);
            x1 = std::max(x1, p.x - 0.5 * last + spare);
            y0 = std::min(y0, p.y - 0.5 * last - spare);
            y1 = std::max(y1, p.y - 0.5 * last + spare);
        }
    }
    /// World pixels per photo pixel at which the photo fills the view.
    double fit(const Shape& on) const {
        return std::max((x1 - x0) / (on.photoWidth - 1), (y1 - y0) / (on.photoHeight - 1));
    }
};

/// World -> photo, with `centre` as near to the middle as the photo's edges allow.
Affine windowOn(const Shape& on, const View& view, Vec centre, double scale, bool flip, int side) {
    const auto keep = [](double at, double low, double high) {
        return low <= high ? std::clamp(at, low, high) : 0.5 * (low + high);
    };
    const double left = flip ? -view.x1 : view.x0;
    const double right = flip ? -view.x0 : view.x1;
    const double x = keep(centre.x, -left / scale, on.photoWidth - 1 - right / scale);
    const double y = keep(centre.y, -view.y0 / scale, on.photoHeight - 1 - view.y1 / scale);
    return kernels::windowAffine(float(x), float(y), float(scale), float(scale), 0, flip, side);
}

/// Draws one plan: all the random choices, in their order.
class Planner {
  public:
    Planner(const SamplePool& pool, std::uint64_t key, int frames, int size,
            const ClipMotion& motion)
        : pool_(pool), dice_(key), frames_(frames), side_(size), motion_(motion) {
        for (ClipLayer& layer : plan_.layers) layer.moments.resize(std::size_t(frames) + 1);
    }

    ClipPlan plan() {
        drawSpeed();
        absence_ = drawAbsence(dice_, motion_.gone, frames_);
        still_ = dice_.chance(motion_.still);
        flipped_ = dice_.chance(0.5);
        base_ = drawStill(dice_, pool_);
        camera_ = drawCamera(dice_, speed_, side_);
        drawAbsenceKind();
        if (still_)
            target_ = base_;
        else
            drawTarget();
        placePhoto();
        if (!still_) placeTarget();
        placeOthers();
        finish();
        return std::move(plan_);
    }

  private:
    enum class Away { Never, Leaves, Hidden, CameraTurns };

    void drawSpeed() {
        double share = dice_.logUniform(0.01, 0.03);
        if (dice_.chance(motion_.sparse))
            share = dice_.logUniform(0.04, 0.1);
        else if (dice_.chance(0.1))
            share = 0.002;
        speed_ = share * side_;
    }

    void drawAbsenceKind() {
        if (!absence_.any) return;
        const bool hidden = dice_.chance(0.4);
        away_ = hidden ? Away::Hidden : still_ ? Away::CameraTurns : Away::Leaves;
        if (away_ != Away::CameraTurns) return;
        // To the side where the photo goes on.
        const bool right = (base_.centre().x < 0.5 * base_.photoWidth) != flipped_;
        camera_.turnedAway.x = (right ? 1 : -1) * dice_.uniform(0.8, 1.1) * side_;
    }

    void drawTarget() {
        plan_.target = 1 + dice_.roll(3);
        target_ = drawCutout(dice_, pool_, 0.25, 900);
        path_ = drawPath(target_, dice_.logUniform(0.16, 0.7) * side_, 0.25, 0.75);
        if (dice_.chance(0.45)) camera_.follow = dice_.uniform(0.5, 1);
    }

    Affine cameraAt(double t) const {
        const Vec p = path_.at(t);
        return camera_.affine({p.x - path_.start.x, p.y - path_.start.y}, absence_.at(t), t, side_);
    }

    /// The path of a shape with the given longest side, from a place between the shares of the
    /// picture.
    Path drawPath(const Shape& shape, double longest, double from, double to) {
        Path path;
        path.scale = std::min(longest / shape.longest(), 3.0);
        path.start = {dice_.uniform(from, to) * side_, dice_.uniform(from, to) * side_};
        path.flip = dice_.chance(0.5);
        path.angle = dice_.chance(0.4) ? 0.12 * dice_.normal() : 0;
        drawMotion(dice_, path, speed_, side_);
        return path;
    }

    void placePhoto() {
        ClipLayer& layer = plan_.layers[0];
        View view;
        for (std::size_t i = 0; i < layer.moments.size(); ++i) view.add(cameraAt(timeOf(i)), side_);
        const double fit = view.fit(base_);
        double scale = fit * std::exp2(dice_.uniform(0, 0.7));
        Vec centre{dice_.uniform(0, base_.photoWidth), dice_.uniform(0, base_.photoHeight)};
        if (still_) {
            scale = std::max(fit, dice_.logUniform(0.16, 0.6) * side_ / base_.longest());
            centre = base_.centre();
        }
        scale = std::min(
            scale, std::max(3.0, 1.1 * side_ / std::max(base_.photoWidth, base_.photoHeight)));
        const Affine window = windowOn(base_, view, centre, scale, flipped_, side_);
        layer.labels = base_.labels;
        layer.centreX = layer.halfX = float(0.5 * (base_.photoWidth - 1));
        layer.centreY = layer.halfY = float(0.5 * (base_.photoHeight - 1));
        for (std::size_t i = 0; i < layer.moments.size(); ++i) {
            layer.moments[i].image = base_.image;
            layer.moments[i].affine = composed(window, cameraAt(timeOf(i)));
        }
        const double rate = std::min(1.0, speed_ / side_ * dice_.uniform(3, 10));
        drawBend(dice_, layer, dice_.chance(0.6) ? dice_.logUniform(0.003, 0.03) : 0, rate);
    }

    void placeCutout(ClipLayer& layer, const Shape& shape, const Path& path) {
        layer.labels = shape.labels;
        layer.centreX = float(shape.centre().x);
        layer.centreY = float(shape.centre().y);
        layer.halfX = float(0.55 * shape.width());
        layer.halfY = float(0.55 * shape.height());
        const double rate = std::min(1.3, speed_ / side_ * dice_.uniform(5, 18));
        drawBend(dice_, layer, dice_.chance(0.8) ? dice_.logUniform(0.01, 0.1) : 0, rate);
        const double gain = dice_.uniform(0.8, 1.2);
        const Wave light(dice_, dice_.chance(0.4) ? 0.08 : 0, rate);
        for (float& o : layer.offset) o = float(dice_.uniform(-0.06, 0.06));
        layer.shadow = dice_.chance(0.3) ? float(dice_.uniform(0.2, 0.5)) : 0;
        for (std::size_t i = 0; i < layer.moments.size(); ++i) {
            LayerMoment& moment = layer.moments[i];
            moment.image = shape.image;
            moment.affine =
                composed(path.affine(shape.centre(), timeOf(i), side_), cameraAt(timeOf(i)));
            moment.gain = float(gain + light.at(timeOf(i)));
        }
    }

    void placeTarget() {
        ClipLayer& layer = plan_.layers[std::size_t(plan_.target)];
        placeCutout(layer, target_, path_);
        if (away_ != Away::Leaves) return;
        const double out = dice_.uniform(0, kFullTurn);
        const double back = dice_.chance(0.5) ? out : dice_.uniform(0, kFullTurn);
        for (std::size_t i = 0; i < layer.moments.size(); ++i) {
            const double angle = timeOf(i) < absence_.middle() ? out : back;
            const Vec way{std::cos(angle), std::sin(angle)};
            const double far = absence_.at(timeOf(i)) * distanceOut(layer, i, way, side_);
            move(layer.moments[i].affine, {far * way.x, far * way.y});
        }
    }

    /// The layers besides the photo and the target: what hides it, something of its look, a part of
    /// the photo that stands in front of it, and things that pass by.
    void placeOthers() {
        if (away_ == Away::Hidden) hideTarget();
        if (dice_.chance(motion_.distractor))
            if (ClipLayer* layer = freeLayer(1)) placeDistractor(*layer);
        if (!still_ && dice_.chance(0.25))
            if (ClipLayer* layer = freeLayer(plan_.target + 1)) *layer = plan_.layers[0];
        const int more = dice_.roll(3);
        for (int i = 0; i < more; ++i)
            if (ClipLayer* layer = freeLayer(1)) {
                const Shape shape = drawCutout(dice_, pool_, 0.2, 900);
                const double longest = dice_.logUniform(0.1, 0.45) * side_;
                placeCutout(*layer, shape, drawPath(shape, longest, 0, 1));
            }
    }

    /// An empty layer from `first` on, drawn at random; null where all are taken.
    ClipLayer* freeLayer(int first) {
        std::array<ClipLayer*, kClipLayers> free{};
        int count = 0;
        for (int k = first; k < kClipLayers; ++k)
            if (plan_.layers[std::size_t(k)].empty())
                free[std::size_t(count++)] = &plan_.layers[std::size_t(k)];
        return count == 0 ? nullptr : free[std::size_t(dice_.roll(count))];
    }

    /// The target's scale on frame 0.
    double targetScale() const {
        return scaleOf(plan_.layers[std::size_t(plan_.target)].moments[1].affine);
    }

    /// The target a second time, or another object of its photo.
    void placeDistractor(ClipLayer& layer) {
        Shape shape = target_;
        if (dice_.chance(0.4)) {
            const auto& objects = pool_.objectsOf(target_.image);
            const auto& other = objects[std::size_t(dice_.roll(int(objects.size())))];
            if (other.area >= 400) shape = shapeOf(pool_, other);
        }
        const double longest = targetScale() * shape.longest() * dice_.logUniform(0.6, 1.5);
        placeCutout(layer, shape,
                    drawPath(shape, std::clamp(longest, 0.08 * side_, 0.6 * side_), 0.1, 0.9));
    }

    /// A compact cut-out that comes over the target, stays while that is gone, and goes on.
    void hideTarget() {
        ClipLayer& layer = plan_.layers[kClipLayers - 1];
        const Shape shape = drawCutout(dice_, pool_, 0.6, 4000);
        const double ratio =
            std::max(target_.width() / shape.width(), target_.height() / shape.height());
        Path path;
        path.scale = dice_.uniform(1.2, 1.7) * targetScale() * ratio / std::sqrt(shape.fill());
        path.flip = dice_.chance(0.5);
        placeCutout(layer, shape, path);
        const double from = dice_.uniform(0, kFullTurn);
        const double to = dice_.chance(0.5) ? from + kFullTurn / 2 : dice_.uniform(0, kFullTurn);
        const double aside = dice_.uniform(1, 1.6);
        const ClipLayer& target = plan_.layers[std::size_t(plan_.target)];
        const double radius = 0.6 * targetScale() * std::hypot(target_.width(), target_.height());
        for (std::size_t i = 0; i < layer.moments.size(); ++i) {
            const double angle = timeOf(i) < absence_.middle() ? from : to;
            const double far = (1 - absence_.at(timeOf(i))) * aside * (radiusOf(layer, i) + radius);
            const Vec there = shownAt(target.moments[i].affine, target_.centre());
            const Vec own = shownAt(layer.moments[i].affine, shape.centre());
            move(layer.moments[i].affine, {there.x + far * std::cos(angle) - own.x,
                                           there.y + far * std::sin(angle) - own.y});
        }
    }

    void finish() {
        plan_.shutter = dice_.chance(0.5) ? float(dice_.uniform(0.1, 0.7)) : 0;
        plan_.noise = dice_.chance(0.5) ? float(dice_.uniform(0, 0.025)) : 0;
        const double drift = dice_.chance(0.5) ? dice_.normal() * 0.08 : 0;
        for (float& d : plan_.drift)
            d = float(std::clamp(drift + dice_.normal() * 0.02, -0.3, 0.3));
    }

    const SamplePool& pool_;
    Dice dice_;
    int frames_;
    int side_;
    const ClipMotion& motion_;
    ClipPlan plan_;
    double speed_ = 1;
    Absence absence_;
    Away away_ = Away::Never;
    Camera camera_;
    Shape base_, target_;
    Path path_;             ///< of the target
    bool still_ = false;    ///< the target is an object of the photo
    bool flipped_ = false;  ///< the photo
};

}  // namespace

ClipPlan planClip(const SamplePool& pool, std::uint64_t key, int frames, int size,
                  const ClipMotion& motion) {
    return Planner(pool, key, frames, size, motion).plan();
}

ClipPlan planFilm(const SamplePool& frames, std::uint64_t key, int count, int size) {
    Dice dice(key);
    const std::vector<int>& film = frames.filmOf(dice.next());
    const int last = int(film.size()) - 1;
    const int step = 1 + dice.roll(3);
    int at = dice.roll(last + 1);
    int direction = dice.chance(0.5) ? 1 : -1;
    ClipPlan plan;
    plan.film = true;
    for (ClipLayer& layer : plan.layers) layer.moments.resize(std::size_t(count) + 1);
    const auto& objects = frames.objectsOf(film[std::size_t(at)]);
    const Shape object = shapeOf(frames, objects[std::size_t(dice.roll(int(objects.size())))]);
    const Camera camera = dice.chance(0.5) ? Camera{} : drawCamera(dice, 0.01 * size, size);
    ClipLayer& layer = plan.layers[0];
    View view;
    for (std::size_t i = 0; i < layer.moments.size(); ++i)
        view.add(camera.affine({}, 0, timeOf(i), size), size);
    const double scale = view.fit(object) * std::exp2(dice.uniform(0, 0.7));
    const bool flip = dice.chance(0.5);
    const Affine window = windowOn(object, view, object.centre(), scale, flip, size);
    layer.labels = object.labels;
    for (std::size_t i = 0; i < layer.moments.size(); ++i) {
        layer.moments[i].image = film[std::size_t(at)];
        layer.moments[i].affine = composed(window, camera.affine({}, 0, timeOf(i), size));
        if (i == 0) continue;  // the moment before frame 0 shows the same
        for (int k = 0; k < step && last > 0; ++k) {
            if (at + direction < 0 || at + direction > last) direction = -direction;
            at += direction;
        }
    }
    return plan;
}

}  // namespace fs2
