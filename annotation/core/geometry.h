// Points and boxes in image pixels. The pixel (x, y) covers [x, x+1) x [y, y+1); its centre is
// (x+.5, y+.5). Values; any thread.
#pragma once

namespace fs2 {

struct Point {
    double x = 0;
    double y = 0;
    friend bool operator==(const Point&, const Point&) = default;
};

/// Whole pixels: columns x .. x+width-1, rows y .. y+height-1. Empty when a side is 0.
struct Rect {
    int x = 0;
    int y = 0;
    int width = 0;
    int height = 0;
    bool empty() const { return width <= 0 || height <= 0; }
    friend bool operator==(const Rect&, const Rect&) = default;
};

/// A box prompt: corners x0 < x1, y0 < y1, in image coordinates.
struct Box {
    double x0 = 0;
    double y0 = 0;
    double x1 = 0;
    double y1 = 0;
    friend bool operator==(const Box&, const Box&) = default;
};

}  // namespace fs2
