#include "training/clip_motion.h"

#include <algorithm>
#include <cmath>

#include "training/random.h"

namespace fs2 {

using kernels::Affine;

namespace {

double smoothStep(double from, double to, double t) {
    const double u = std::clamp((t - from) / (to - from), 0.0, 1.0);
    return u * u * (3 - 2 * u);
}

double determinant(const Affine& a) {
    return double(a.m[0]) * a.m[4] - double(a.m[1]) * a.m[3];
}

}  // namespace

std::uint64_t Dice::next() {
    return keyOf({key_, ++at_});
}
double Dice::uniform(double from, double to) {
    return from + (to - from) * unit(next());
}
double Dice::logUniform(double from, double to) {
    return from * std::pow(to / from, unit(next()));
}
double Dice::normal() {
    const double radius = std::sqrt(-2 * std::log(1 - unit(next())));
    return radius * std::cos(kFullTurn * unit(next()));
}
bool Dice::chance(double p) {
    return unit(next()) < p;
}
int Dice::roll(int count) {
    return int(below(next(), std::size_t(count)));
}

Vec applied(const Affine& a, Vec p) {
    return {a.m[0] * p.x + a.m[1] * p.y + a.m[2], a.m[3] * p.x + a.m[4] * p.y + a.m[5]};
}

Affine composed(const Affine& a, const Affine& b) {
    Affine r;
    for (int i = 0; i < 6; i += 3)
        for (int j = 0; j < 3; ++j)
            r.m[i + j] = a.m[i] * b.m[j] + a.m[i + 1] * b.m[3 + j] + (j == 2 ? a.m[i + 2] : 0);
    return r;
}

Vec shownAt(const Affine& a, Vec source) {
    const double x = source.x - a.m[2];
    const double y = source.y - a.m[5];
    return {(a.m[4] * x - a.m[1] * y) / determinant(a), (a.m[0] * y - a.m[3] * x) / determinant(a)};
}

double scaleOf(const Affine& a) {
    return 1 / std::sqrt(std::abs(determinant(a)));
}

void move(Affine& a, Vec by) {
    a.m[2] -= float(a.m[0] * by.x + a.m[1] * by.y);
    a.m[5] -= float(a.m[3] * by.x + a.m[4] * by.y);
}

Wave::Wave(Dice& dice, double amplitude, double rate) : amplitude_(amplitude), rate_(rate) {
    phase_ = dice.uniform(0, kFullTurn);
    phase2_ = dice.uniform(0, kFullTurn);
}

double Wave::raw(double t) const {
    return amplitude_ * (std::sin(rate_ * t + phase_) + 0.3 * std::sin(2.3 * rate_ * t + phase2_));
}

double Absence::at(double t) const {
    if (!any) return 0;
    return smoothStep(first - ramp, first, t) * (1 - smoothStep(last, last + ramp, t));
}

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

Affine Path::affine(Vec centre, double t, int side) const {
    const double s = scale * std::exp2(size.at(t));
    const double q = std::exp2(squash.at(t));
    Affine a = kernels::windowAffine(float(centre.x), float(centre.y), float(s * q), float(s / q),
                                     float(angle + turn.at(t)), flip, side);
    const double half = 0.5 * (side - 1);
    const Vec place = at(t);
    move(a, {place.x - half, place.y - half});
    return a;
}

void drawMotion(Dice& dice, Path& path, double speed, int side) {
    const double own = speed * dice.uniform(0.3, 1.5);
    const double heading = dice.uniform(0, kFullTurn);
    const auto axis = [&](double part) {
        const double reach = side * dice.uniform(0.06, 0.3);
        return Wave(dice, reach, 0.6 * own * std::abs(part) / reach);
    };
    path.x = axis(std::cos(heading));
    path.y = axis(std::sin(heading));
    const double rate = std::min(1.2, speed / side * dice.uniform(4, 12));
    const double slower = rate * dice.uniform(0.4, 1);
    path.turn = Wave(dice, dice.logUniform(0.02, 0.35), rate);
    path.size = Wave(dice, dice.logUniform(0.02, 0.3), slower);
    path.squash = Wave(dice, dice.logUniform(0.01, 0.12), rate);
}

Affine Camera::affine(Vec way, double away, double t, int side) const {
    const double half = 0.5 * (side - 1);
    const double lookX = half + x.at(t) + shakeX.at(t) + follow * way.x + away * turnedAway.x;
    const double lookY = half + y.at(t) + shakeY.at(t) + follow * way.y + away * turnedAway.y;
    const auto scale = float(std::exp2(zoom.at(t)));
    return kernels::windowAffine(float(lookX), float(lookY), scale, scale, float(turn.at(t)), false,
                                 side);
}

Camera drawCamera(Dice& dice, double speed, int side) {
    Camera camera;
    if (!dice.chance(0.3)) {  // else on a tripod
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

}  // namespace fs2
