// Edits of masks: clean-up, brush strokes, polygons. Pure functions, linear in the runs or in the pixels
// of the smallest window that they touch; sizes are in pixels. Any thread.
#pragma once
#include <cstdint>
#include <vector>

#include "annotation/core/geometry.h"
#include "annotation/core/mask.h"

namespace fs2 {

/// Whether pixels that touch at a corner belong together.
enum class Connectivity { Four, Eight };

/// Connected parts, the largest first; equal ones in column order.
std::vector<Mask> components(const Mask& mask, Connectivity connectivity = Connectivity::Eight);
/// The part that holds the pixel; blank where the pixel is not in the mask.
Mask componentAt(const Mask& mask, int x, int y, Connectivity connectivity = Connectivity::Eight);
/// All ones become zeros and the reverse.
Mask inverted(const Mask& mask);

/// Fills each hole (zeros that do not reach the picture's edge) of at most `maxArea` pixels.
Mask fillHoles(const Mask& mask, std::int64_t maxArea);
/// Drops each part of fewer than `minArea` pixels.
Mask dropIslands(const Mask& mask, std::int64_t minArea);
/// Rounds off what is finer than `radius` (at most 100): weighted majority of the neighbourhood.
Mask smoothed(const Mask& mask, int radius);
Mask grown(const Mask& mask, double pixels);   ///< adds all within this distance
Mask shrunk(const Mask& mask, double pixels);  ///< takes away all within this distance of the edge
/// Only the pixels whose centres lie inside the box.
Mask clipped(const Mask& mask, const Box& box);

enum class Brush { Paint, Erase };
/// A round brush moved along `path` (image coordinates; one point = one disc): pixels whose centre is
/// within `radius` of it. Costs the stroke's rectangle and the mask's runs.
Mask stroked(const Mask& mask, const std::vector<Point>& path, double radius, Brush brush);

/// The polygon's pixels exactly as COCO's rleFrPoly; corners beyond one picture's size outside are
/// pulled in. Blank for fewer than three corners.
Mask fromPolygon(int width, int height, const std::vector<Point>& corners);

/// One closed boundary along pixel edges, the first corner not repeated. Clockwise on the screen for an
/// outer boundary; `hole` boundaries run the other way.
struct Outline {
    std::vector<Point> corners;
    bool hole = false;
};
/// Boundaries of all parts (pixels touching at a corner only are apart). With tolerance 0 fromOutlines()
/// gives the very mask back; else corners within `tolerance` pixels of a straight line are left out.
std::vector<Outline> outlines(const Mask& mask, double tolerance = 0);
/// Outer polygons united, then holes cut out.
Mask fromOutlines(int width, int height, const std::vector<Outline>& outlines);

}  // namespace fs2
