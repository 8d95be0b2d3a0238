#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "model/golden/golden.h"

namespace fs2 {

#ifndef FS2_TORCH
Result<GoldenReport> runGolden(const std::string&, const GoldenOptions&) {
    return Error{ErrorCode::Unsupported, "this build has no networks: golden cases need LibTorch"};
}
#endif

bool GoldenReport::holds() const {
    return std::all_of(lines.begin(), lines.end(), [](const auto& line) { return line.holds; });
}

std::string goldenTable(const GoldenReport& report) {
    std::string table;
    char line[256];
    std::size_t failed = 0;
    for (const auto& l : report.lines) {
        failed += l.holds ? 0 : 1;
        std::snprintf(line, sizeof line, "%-4s %-28s %10.3g of %8.3g %s\n", l.holds ? "ok" : "BAD",
                      l.name.c_str(), l.worst, l.allowed, l.measure.c_str());
        table += line;
    }
    std::snprintf(line, sizeof line, "%zu of %zu comparisons hold, %.1f s\n", report.lines.size() - failed,
                  report.lines.size(), report.seconds);
    return table + line;
}

std::string goldenJson(const GoldenReport& report) {
    auto lines = nlohmann::ordered_json::array();
    for (const auto& l : report.lines)
        lines.push_back({{"name", l.name}, {"worst", l.worst}, {"allowed", l.allowed},
                         {"measure", l.measure}, {"holds", l.holds}});
    return nlohmann::ordered_json{{"holds", report.holds()}, {"seconds", report.seconds}, {"tensors", lines}}
        .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace fs2
