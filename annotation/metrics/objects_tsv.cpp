#include "annotation/metrics/objects_tsv.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <limits>

#include "annotation/core/files.h"
#include "annotation/core/mask_ops.h"
#include "annotation/core/paths.h"

namespace fs2 {
namespace {

constexpr std::array<std::string_view, 12> kColumns{"set",    "img",    "mask", "id", "mode", "seed_x",
                                                    "seed_y", "area",   "x0",   "y0", "x1",   "y1"};
using Fields = std::array<std::string_view, kColumns.size()>;

/// Empty on success, else the reason.
std::string split(std::string_view line, Fields& fields) {
    std::size_t count = 0;
    while (true) {
        const std::size_t tab = line.find('\t');
        if (count < fields.size()) fields[count] = line.substr(0, tab);
        ++count;
        if (tab == std::string_view::npos) break;
        line.remove_prefix(tab + 1);
    }
    if (count == fields.size()) return {};
    return std::to_string(count) + " columns instead of " + std::to_string(fields.size());
}

/// A path that stays below the data folder.
bool staysBelow(std::string_view path) {
    if (path.empty() || path.front() == '/' || path.find('\0') != std::string_view::npos) return false;
    for (std::size_t at = 0; at <= path.size();) {
        const std::size_t end = std::min(path.find('/', at), path.size());
        if (path.substr(at, end - at) == "..") return false;
        at = end + 1;
    }
    return true;
}

class RowReader {
  public:
    explicit RowReader(const Fields& fields) : fields_(fields) {}

    ObjectRow row() {
        ObjectRow row;
        row.set = text(0);
        row.image = path(1);
        row.mask = path(2);
        row.id = int(number(3, 0, 65535));
        row.mode = mode(4);
        row.seedX = coordinate(5);
        row.seedY = coordinate(6);
        row.area = number(7, 1, std::numeric_limits<std::uint32_t>::max());
        row.x0 = coordinate(8);
        row.y0 = coordinate(9);
        row.x1 = coordinate(10) + 1;  // the file names the last column and row
        row.y1 = coordinate(11) + 1;
        checkBox(row);
        return row;
    }
    const std::string& fault() const { return fault_; }

  private:
    void complain(std::size_t column, std::string_view reason) {
        if (fault_.empty()) fault_ = std::string(kColumns[column]) + " " + std::string(reason);
    }
    std::string text(std::size_t column) {
        if (fields_[column].empty()) complain(column, "is empty");
        return std::string(fields_[column]);
    }
    std::string path(std::size_t column) {
        if (!staysBelow(fields_[column])) complain(column, "is no path below the data folder");
        return std::string(fields_[column]);
    }
    ObjectMode mode(std::size_t column) {
        if (fields_[column] == "cc") return ObjectMode::Component;
        if (fields_[column] != "all") complain(column, "is neither all nor cc");
        return ObjectMode::All;
    }
    int coordinate(std::size_t column) {
        constexpr int kMostSide = 1 << 20;
        return int(number(column, 0, kMostSide));
    }
    std::int64_t number(std::size_t column, std::int64_t least, std::int64_t most) {
        const std::string_view field = fields_[column];
        std::int64_t value = 0;
        const auto [end, code] = std::from_chars(field.data(), field.data() + field.size(), value);
        if (code != std::errc() || end != field.data() + field.size()) {
            complain(column, "is no whole number");
        } else if (value < least || value > most) {
            complain(column, "is out of range");
        }
        return value;
    }
    void checkBox(const ObjectRow& row) {
        if (row.x0 >= row.x1) complain(10, "is below x0");
        if (row.y0 >= row.y1) complain(11, "is below y0");
        if (row.seedX < row.x0 || row.seedX >= row.x1) complain(5, "is outside of the box");
        if (row.seedY < row.y0 || row.seedY >= row.y1) complain(6, "is outside of the box");
    }

    const Fields& fields_;
    std::string fault_;
};

}  // namespace

Result<std::vector<ObjectRow>> readObjects(std::istream& in, const std::string& name) {
    const auto fault = [&](int line, const std::string& reason) {
        return Error{ErrorCode::Unreadable, name + " line " + std::to_string(line) + ": " + reason};
    };
    std::vector<ObjectRow> rows;
    std::string line;
    int number = 0;
    while (std::getline(in, line)) {
        ++number;
        if (!line.empty() && line.back() == '\r') line.pop_back();
        if (line.empty() && number > 1) continue;
        Fields fields;
        if (const std::string reason = split(line, fields); !reason.empty()) {
            return fault(number, reason);
        }
        if (number == 1) {
            for (std::size_t i = 0; i < kColumns.size(); ++i) {
                if (fields[i] == kColumns[i]) continue;
                return fault(1, "column " + std::to_string(i + 1) + " is not called " +
                                    std::string(kColumns[i]));
            }
            continue;
        }
        RowReader reader(fields);
        rows.push_back(reader.row());
        if (!reader.fault().empty()) return fault(number, reader.fault());
    }
    if (in.bad()) return Error{ErrorCode::Unreadable, name + ": it cannot be read to its end"};
    if (number == 0) return Error{ErrorCode::Unreadable, name + ": the file is empty"};
    return rows;
}

Result<std::vector<ObjectRow>> readObjects(const std::string& path) {
    errno = 0;
    std::ifstream in(path, std::ios::binary);
    if (!in) return fileError(path, errno, FileUse::Reading);
    return readObjects(in, path);
}

Result<Mask> objectMask(const IdImage& image, const ObjectRow& row) {
    const auto fault = [&](const std::string& reason) {
        return Error{ErrorCode::Unreadable,
                     row.mask + ": object " + std::to_string(row.id) + ": " + reason};
    };
    if (row.seedX >= image.width || row.seedY >= image.height) {
        return fault("the seed lies outside of the picture");
    }
    const std::size_t seed =
        std::size_t(row.seedY) * std::size_t(image.width) + std::size_t(row.seedX);
    if (image.ids[seed] != row.id) {
        return fault("the seed lies on id " + std::to_string(image.ids[seed]));
    }
    const Mask all = maskOfId(image, std::uint16_t(row.id));
    if (row.mode == ObjectMode::All) return all;
    return componentAt(all, row.seedX, row.seedY, Connectivity::Four);
}

bool isValidation(std::string_view imagePath) {
    constexpr std::uint64_t kParts = 5;
    return fnv1a64(imagePath) % kParts == 0;
}

}  // namespace fs2
