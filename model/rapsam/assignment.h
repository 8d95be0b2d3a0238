// Cheapest one-to-one assignment of n rows to n columns (the Hungarian method, in the form with
// shortest augmenting paths; O(n^3)). Pure; any thread.
#pragma once
#include <vector>

namespace fs2 {

/// `cost` is row-major, n x n, finite. Returns the column of each row.
std::vector<int> cheapestAssignment(const std::vector<double>& cost, int n);

}  // namespace fs2
