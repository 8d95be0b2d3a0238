// objects.tsv: the list of clickable objects that training and scores start from (columns set, img, mask,
// id, mode, seed_x, seed_y, area, x0, y0, x1, y1), and the split. Values; any thread.
#pragma once
#include <cstdint>
#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/id_image.h"
#include "annotation/core/mask.h"
#include "annotation/core/result.h"

namespace fs2 {

enum class ObjectMode {
    All,        ///< every pixel of the id
    Component,  ///< only the connected part (4-neighbourhood) that holds the seed ("cc")
};

struct ObjectRow {
    std::string set;
    std::string image;  ///< path below the data folder
    std::string mask;   ///< id picture, path below the data folder
    int id = 0;
    ObjectMode mode = ObjectMode::All;
    int seedX = 0;
    int seedY = 0;
    std::int64_t area = 0;
    int x0 = 0;  ///< smallest box: columns x0 .. x1-1, rows y0 .. y1-1 (the file has the last ones)
    int y0 = 0;
    int x1 = 0;
    int y1 = 0;
};

/// Unreadable with "NAME line N: reason"; `name` is the file's name for the error.
Result<std::vector<ObjectRow>> readObjects(std::istream& in, const std::string& name);
Result<std::vector<ObjectRow>> readObjects(const std::string& path);

/// The object's pixels; Unreadable where the seed lies outside or is not of this id.
Result<Mask> objectMask(const IdImage& image, const ObjectRow& row);

/// Pictures that nothing trains on: FNV-1a 64 of the image's path in objects.tsv is 0 modulo 5.
bool isValidation(std::string_view imagePath);

}  // namespace fs2
