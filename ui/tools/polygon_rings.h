// PolygonRings: a mask's boundaries as few vertices that can be moved, inserted and removed. What
// is not touched keeps its exact pixels: each vertex remembers the corners up to the next one.
// Value; GUI thread.
#pragma once
#include <QPointF>

#include <optional>
#include <vector>

#include "annotation/core/mask.h"
#include "annotation/core/mask_ops.h"

namespace fs2 {

class PolygonRings {
  public:
    struct Place {
        std::size_t ring = 0;
        std::size_t vertex = 0;
        friend bool operator==(const Place&, const Place&) = default;
    };

    PolygonRings() = default;
    /// Corners within `tolerance` image pixels of a straight line are no vertices.
    PolygonRings(const Mask& mask, double tolerance);

    std::size_t ringCount() const { return rings_.size(); }
    std::size_t vertexCount(std::size_t ring) const { return rings_[ring].vertices.size(); }
    QPointF at(Place place) const;
    Place next(Place place) const;  ///< round the ring

    std::optional<Place> vertexNear(QPointF imagePoint, double radius) const;
    /// The vertex whose line to the next one passes within `radius` of the point.
    std::optional<Place> lineNear(QPointF imagePoint, double radius) const;
    void move(Place place, QPointF imagePoint);
    Place insertAfter(Place place, QPointF imagePoint);
    void remove(Place place);  ///< with the third last vertex the ring goes
    Mask mask(int width, int height) const;

  private:
    struct Vertex {
        Point at;
        std::vector<Point> corners;  // between it and the next vertex
    };
    struct Ring {
        std::vector<Vertex> vertices;
        bool hole = false;
    };
    Place previous(Place place) const;
    Vertex& vertex(Place place) { return rings_[place.ring].vertices[place.vertex]; }
    std::vector<Ring> rings_;
};

}  // namespace fs2
