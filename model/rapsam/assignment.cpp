#include "model/rapsam/assignment.h"

#include <limits>
#include <utility>

namespace fs2 {

std::vector<int> cheapestAssignment(const std::vector<double>& cost, int n) {
    constexpr double far = std::numeric_limits<double>::infinity();
    const auto size = std::size_t(n) + 1;  // row and column 0 stand for "none yet"
    std::vector<double> rowPrice(size), columnPrice(size);
    std::vector<std::size_t> rowOf(size), before(size);
    for (std::size_t row = 1; row < size; ++row) {
        rowOf[0] = row;
        std::vector<double> slack(size, far);
        std::vector<bool> seen(size);
        std::size_t column = 0;
        do {  // the shortest path from `row` to a free column
            seen[column] = true;
            double step = far;
            std::size_t next = 0;
            for (std::size_t c = 1; c < size; ++c) {
                if (seen[c]) continue;
                const double price = cost[(rowOf[column] - 1) * std::size_t(n) + c - 1] -
                                     rowPrice[rowOf[column]] - columnPrice[c];
                if (price < slack[c]) {
                    slack[c] = price;
                    before[c] = column;
                }
                if (slack[c] < step) {
                    step = slack[c];
                    next = c;
                }
            }
            for (std::size_t c = 0; c < size; ++c) {
                if (seen[c]) {
                    rowPrice[rowOf[c]] += step;
                    columnPrice[c] -= step;
                } else {
                    slack[c] -= step;
                }
            }
            column = next;
        } while (rowOf[column] != 0);
        for (; column != 0; column = before[column]) rowOf[column] = rowOf[before[column]];
    }
    std::vector<int> columnOf(size - 1);
    for (std::size_t c = 1; c < size; ++c) columnOf[rowOf[c] - 1] = int(c) - 1;
    return columnOf;
}

}  // namespace fs2
