#include "annotation/formats/dataset_job.h"

#include <algorithm>
#include <filesystem>
#include <set>

#include "annotation/core/files.h"
#include "annotation/core/paths.h"

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

Result<void> DatasetJob::goOn() {
    const double share = double(done_++) / double(std::max<std::size_t>(1, names_.size()));
    if (options_.goOn && !options_.goOn(share)) return Error{ErrorCode::Cancelled, "the export was stopped"};
    return {};
}

Result<void> DatasetJob::placePicture(std::size_t image, const std::string& folder) const {
    using Pictures = DatasetExportOptions::Pictures;
    if (options_.pictures == Pictures::LeaveOut) return {};
    const std::string to = folder + "/" + names_[image];
    if (auto made = makeFolderFor(to); !made) return made;
    const fs::path from = fs::path(options_.folder) / dataset_.images[image].fileName;
    std::error_code fault;
    if (!fs::is_regular_file(from, fault)) return fileError(from.string(), ENOENT, FileUse::Reading);
    if (options_.pictures == Pictures::Link) {
        fs::create_symlink(fs::absolute(from), to, fault);
    } else {
        fs::copy_file(from, to, fault);
    }
    if (fault) return fileError(to, fault.value(), FileUse::Writing);
    return {};
}

void DatasetJob::warn(DatasetWarning::Kind kind, std::string detail) {
    warnings_.push_back({kind, std::move(detail)});
}

Result<void> makeFolderFor(const std::string& file) {
    std::error_code fault;
    fs::create_directories(fs::path(file).parent_path(), fault);
    if (fault) return fileError(file, fault.value(), FileUse::Writing);
    return {};
}

}  // namespace fs2
