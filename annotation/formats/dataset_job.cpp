#include "annotation/formats/dataset_job.h"

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <filesystem>
#include <set>

#include "annotation/core/files.h"
#include "annotation/core/paths.h"
#include "annotation/core/segments.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/image_header.h"
#include "annotation/media/png_io.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

/// The name if it stays below its folder, else its last part.
std::string insideName(const std::string& name) {
    const fs::path path = fs::path(name).lexically_normal();
    const bool inside = !path.empty() && path.is_relative() && *path.begin() != ".." && path.has_filename() &&
                        *path.begin() != ".";
    if (inside) return path.generic_string();
    const std::string last = path.filename().string();
    return last.empty() || last == ".." || last == "." ? "picture" : last;
}

std::string withoutEnding(const std::string& name) {
    return fs::path(name).replace_extension().generic_string();
}

}  // namespace

DatasetJob::DatasetJob(const Dataset& dataset, const DatasetExportOptions& options)
    : dataset_(dataset), options_(options), objects_(dataset.images.size()) {
    for (std::size_t i = 0; i < dataset.objects.size(); ++i) {
        const DatasetObject& object = dataset.objects[i];
        const auto image = std::size_t(object.image);
        if (!object.mask.empty()) {
            objects_[image].push_back(i);
        } else {
            warn(DatasetWarning::Kind::EmptyMask, dataset.images[image].fileName + ": object " +
                                                      std::to_string(i + 1) +
                                                      " has no pixel and is left out");
        }
    }
    std::set<std::string> taken;
    for (const DatasetImage& image : dataset.images) {
        const std::string wanted = insideName(image.fileName);
        const std::string ending = fs::path(wanted).extension().string();
        std::string stem = withoutEnding(wanted);
        for (int i = 2; !taken.insert(stem).second; ++i) {
            stem = withoutEnding(wanted) + "-" + std::to_string(i);
        }
        names_.push_back(stem + ending);
        if (names_.back() != image.fileName) {
            warn(DatasetWarning::Kind::NameChanged,
                 "\"" + image.fileName + "\" is written as \"" + names_.back() + "\"");
        }
    }
}

std::string DatasetJob::stemOf(std::size_t image) const { return withoutEnding(names_[image]); }

bool DatasetJob::isValidation(std::size_t image) const {
    constexpr double kRange = 1 << 20;
    const std::uint64_t hash =
        fnv1a64(dataset_.images[image].fileName, kFnvOffset ^ (options_.seed * 0x9E3779B97F4A7C15u));
    return double((hash ^ hash >> 32) % (1 << 20)) < options_.validation * kRange;
}

IdImage DatasetJob::painted(std::size_t image, const std::vector<std::uint16_t>& numbers) {
    const DatasetImage& picture = dataset_.images[image];
    const auto width = std::size_t(picture.width);
    IdImage ids{picture.width, picture.height, {}};
    ids.ids.resize(width * std::size_t(picture.height));
    std::vector<std::size_t> owner(ids.ids.size());  // place of the object + 1
    std::int64_t hidden = 0;
    for (const std::size_t k : objects_[image]) {
        if (numbers[k] == 0) continue;
        forEachSegment(dataset_.objects[k].mask, [&](const Segment& s) {
            for (int y = s.y0; y < s.y1; ++y) {
                const std::size_t at = std::size_t(y) * width + std::size_t(s.x);
                hidden += owner[at] != 0 ? 1 : 0;
                owner[at] = k + 1;
                ids.ids[at] = numbers[k];
            }
        });
    }
    if (hidden > 0) {
        warn(DatasetWarning::Kind::Overlap, picture.fileName + ": objects overlap (" +
                                                std::to_string(hidden) +
                                                " pixels): the later one has these pixels");
    }
    return ids;
}

std::vector<std::string> DatasetJob::classNames() const {
    std::vector<std::string> names;
    for (const DatasetCategory& category : dataset_.categories) names.push_back(category.name);
    const bool unnamed = std::any_of(dataset_.objects.begin(), dataset_.objects.end(),
                                     [](const DatasetObject& object) { return object.category < 0; });
    if (unnamed) names.emplace_back("object");
    return names;
}

std::size_t DatasetJob::classOf(std::size_t object) const {
    const int category = dataset_.objects[object].category;
    return category < 0 ? dataset_.categories.size() : std::size_t(category);
}

Result<void> DatasetJob::goOn() {
    const double share = double(done_++) / double(std::max<std::size_t>(1, names_.size()));
    if (options_.goOn && !options_.goOn(share)) return Error{ErrorCode::Cancelled, "the export was stopped"};
    return {};
}

std::string DatasetJob::sourceOf(std::size_t image) const {
    return (fs::path(options_.folder) / dataset_.images[image].fileName).string();
}

Result<void> DatasetJob::place(const std::string& from, const std::string& to) const {
    if (auto made = makeFolderFor(to); !made) return made;
    std::error_code fault;
    if (!fs::is_regular_file(from, fault)) return fileError(from, ENOENT, FileUse::Reading);
    if (options_.pictures == DatasetExportOptions::Pictures::Link) {
        fs::create_symlink(fs::absolute(from), to, fault);
    } else {
        fs::copy_file(from, to, fault);
    }
    if (fault) return fileError(to, fault.value(), FileUse::Writing);
    return {};
}

Result<void> DatasetJob::placePicture(std::size_t image, const std::string& folder) {
    if (options_.pictures == DatasetExportOptions::Pictures::LeaveOut) return {};
    const auto info = imageInfo(sourceOf(image));
    if (info && info->orientation != 1) {
        warn(DatasetWarning::Kind::Rotated, dataset_.images[image].fileName +
                                                ": it is turned by a note in the file (EXIF), which not "
                                                "every reader heeds");
    }
    return place(sourceOf(image), folder + "/" + names_[image]);
}

Result<void> DatasetJob::placeAsPng(std::size_t image, const std::string& file) {
    if (options_.pictures == DatasetExportOptions::Pictures::LeaveOut) return {};
    const std::string from = sourceOf(image);
    if (from.ends_with(".png")) return place(from, file);
    const auto picture = decodeImage(from);
    if (!picture) return picture.error();
    if (auto made = makeFolderFor(file); !made) return made;
    const FrameData& frame = **picture;
    std::vector<std::uint8_t> rgb;
    for (int y = 0; y < frame.height; ++y) {
        for (int x = 0; x < frame.width; ++x) {
            const std::uint8_t* pixel = frame.row(y) + 4 * x;
            rgb.insert(rgb.end(), pixel, pixel + 3);
        }
    }
    return writeRgbPng(file, rgb, frame.width, frame.height);
}

void DatasetJob::warn(DatasetWarning::Kind kind, std::string detail) {
    warnings_.push_back({kind, std::move(detail)});
}

std::vector<Point> bridged(const std::vector<Outline>& boundaries) {
    std::vector<Point> path;
    for (const Outline& boundary : boundaries) {
        const std::vector<Point>& ring = boundary.corners;
        if (path.empty()) {
            path = ring;
            continue;
        }
        const auto nearest = std::min_element(path.begin(), path.end(), [&](const Point& a, const Point& b) {
            return std::hypot(a.x - ring[0].x, a.y - ring[0].y) <
                   std::hypot(b.x - ring[0].x, b.y - ring[0].y);
        });
        std::vector<Point> detour(ring);
        detour.push_back(ring[0]);
        detour.push_back(*nearest);
        path.insert(nearest + 1, detour.begin(), detour.end());
    }
    return path;
}

Result<void> makeFolderFor(const std::string& file) {
    std::error_code fault;
    fs::create_directories(fs::path(file).parent_path(), fault);
    if (fault) return fileError(file, fault.value(), FileUse::Writing);
    return {};
}

}  // namespace fs2
