#include "ui/tools/polygon_rings.h"

#include <algorithm>
#include <cmath>

namespace fs2 {
namespace {

double distanceToLine(QPointF p, QPointF a, QPointF b) {
    const QPointF along = b - a;
    const double length = QPointF::dotProduct(along, along);
    const double t =
        length > 0 ? std::clamp(QPointF::dotProduct(p - a, along) / length, 0.0, 1.0) : 0;
    const QPointF away = p - (a + along * t);
    return std::hypot(away.x(), away.y());
}

}  // namespace

PolygonRings::PolygonRings(const Mask& mask, double tolerance) {
    const std::vector<Outline> exact = outlines(mask);
    const std::vector<Outline> coarse = outlines(mask, tolerance);
    for (std::size_t i = 0; i < exact.size(); ++i) {
        Ring ring;
        ring.hole = exact[i].hole;
        // The coarse corners are some of the exact ones, in the same order from the same start.
        std::size_t next = 0;
        for (const Point& corner : exact[i].corners) {
            if (next < coarse[i].corners.size() && coarse[i].corners[next] == corner) {
                ring.vertices.push_back({corner, {}});
                ++next;
            } else {
                ring.vertices.back().corners.push_back(corner);
            }
        }
        rings_.push_back(std::move(ring));
    }
}

QPointF PolygonRings::at(Place place) const {
    const Point& p = rings_[place.ring].vertices[place.vertex].at;
    return {p.x, p.y};
}

PolygonRings::Place PolygonRings::next(Place place) const {
    return {place.ring, (place.vertex + 1) % vertexCount(place.ring)};
}

PolygonRings::Place PolygonRings::previous(Place place) const {
    const std::size_t count = vertexCount(place.ring);
    return {place.ring, (place.vertex + count - 1) % count};
}

std::optional<PolygonRings::Place> PolygonRings::vertexNear(QPointF imagePoint,
                                                            double radius) const {
    std::optional<Place> nearest;
    double least = radius;
    for (std::size_t r = 0; r < rings_.size(); ++r) {
        for (std::size_t v = 0; v < vertexCount(r); ++v) {
            const QPointF away = at({r, v}) - imagePoint;
            const double distance = std::hypot(away.x(), away.y());
            if (distance > least) continue;
            least = distance;
            nearest = Place{r, v};
        }
    }
    return nearest;
}

std::optional<PolygonRings::Place> PolygonRings::lineNear(QPointF imagePoint, double radius) const {
    std::optional<Place> nearest;
    double least = radius;
    for (std::size_t r = 0; r < rings_.size(); ++r) {
        for (std::size_t v = 0; v < vertexCount(r); ++v) {
            const Place place{r, v};
            const double distance = distanceToLine(imagePoint, at(place), at(next(place)));
            if (distance > least) continue;
            least = distance;
            nearest = place;
        }
    }
    return nearest;
}

void PolygonRings::move(Place place, QPointF imagePoint) {
    vertex(previous(place)).corners.clear();
    vertex(place) = {{imagePoint.x(), imagePoint.y()}, {}};
}

PolygonRings::Place PolygonRings::insertAfter(Place place, QPointF imagePoint) {
    vertex(place).corners.clear();
    auto& vertices = rings_[place.ring].vertices;
    vertices.insert(vertices.begin() + std::ptrdiff_t(place.vertex) + 1,
                    Vertex{{imagePoint.x(), imagePoint.y()}, {}});
    return {place.ring, place.vertex + 1};
}

void PolygonRings::remove(Place place) {
    auto& vertices = rings_[place.ring].vertices;
    if (vertices.size() <= 3) {
        rings_.erase(rings_.begin() + std::ptrdiff_t(place.ring));
        return;
    }
    vertex(previous(place)).corners.clear();
    vertices.erase(vertices.begin() + std::ptrdiff_t(place.vertex));
}

Mask PolygonRings::mask(int width, int height) const {
    std::vector<Outline> all;
    for (const Ring& ring : rings_) {
        Outline outline;
        outline.hole = ring.hole;
        for (const Vertex& v : ring.vertices) {
            outline.corners.push_back(v.at);
            outline.corners.insert(outline.corners.end(), v.corners.begin(), v.corners.end());
        }
        all.push_back(std::move(outline));
    }
    return fromOutlines(width, height, all);
}

}  // namespace fs2
