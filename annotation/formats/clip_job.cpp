#include "annotation/formats/clip_job.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>

#include "annotation/core/files.h"
#include "annotation/core/segments.h"
#include "annotation/media/overlay.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;

/// A name without separators and control characters that is neither hidden nor too long for a file.
std::string fileNameOf(std::string name) {
    constexpr std::size_t kLongest = 120;
    for (char& c : name) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '/' || c == '\\' || c == ':' || byte < 0x20 || byte == 0x7f) c = '_';
    }
    std::size_t end = std::min(name.size(), kLongest);
    // Not inside a character of several bytes.
    while (end < name.size() && end > 0 && (static_cast<unsigned char>(name[end]) & 0xC0) == 0x80) --end;
    name.resize(end);
    if (name.starts_with('.')) name[0] = '_';
    return name.empty() ? "clip" : name;
}

/// Whether names stay in this order where a program sorts them as text; no two are equal.
bool sortedAsText(const std::vector<std::string>& files) {
    for (std::size_t i = 1; i < files.size(); ++i) {
        if (fs::path(files[i - 1]).stem() >= fs::path(files[i]).stem()) return false;
    }
    return true;
}

}  // namespace

ClipJob::ClipJob(std::span<const ClipLabels> clips, const ClipExportOptions& options)
    : clips_(clips), options_(options) {
    std::set<std::string> taken;
    for (const ClipLabels& clip : clips) {
        const std::string wanted = fileNameOf(clip.name);
        std::string name = wanted;
        for (int i = 2; !taken.insert(name).second; ++i) name = wanted + "-" + std::to_string(i);
        if (name != clip.name) {
            warn(ClipWarning::Kind::NameChanged,
                 "clip \"" + clip.name + "\" is written as \"" + name + "\"");
        }
        names_.push_back(std::move(name));
        ownNames_.push_back(options.keepNumbers && !clip.files.empty() && sortedAsText(clip.files));
        steps_ += std::int64_t(clip.frames) * (options.copyPictures ? 2 : 1);
    }
}

std::string ClipJob::frameName(std::size_t i, int frame) const {
    const ClipLabels& clip = clips_[i];
    if (ownNames_[i]) {
        return fs::path(clip.files[std::size_t(frame)]).stem().string();
    }
    const int first = options_.keepNumbers ? clip.firstNumber : 0;
    const int digits = std::max(5, int(std::to_string(first + clip.frames - 1).size()));
    char text[16] = "";
    std::snprintf(text, sizeof text, "%0*d", digits, first + frame);
    return text;
}

std::string ClipJob::pictureName(std::size_t i, int frame) const {
    const ClipLabels& clip = clips_[i];
    if (!clip.files.empty() && !options_.copyPictures) {
        return names_[i] + "/" + clip.files[std::size_t(frame)];
    }
    return names_[i] + "/" + frameName(i, frame) + ".jpg";
}

std::vector<std::size_t> ClipJob::seenObjects(std::size_t i) {
    std::vector<std::size_t> seen;
    const auto& objects = clips_[i].objects;
    for (std::size_t k = 0; k < objects.size(); ++k) {
        if (objects[k].firstSeen() >= 0) {
            seen.push_back(k);
        } else {
            warn(ClipWarning::Kind::NoMask,
                 names_[i] + ": " + describe(objects[k]) + " has no mask and is left out");
        }
    }
    return seen;
}

std::vector<Mask> ClipJob::visible(std::size_t i, int frame) {
    std::vector<Mask> masks = masksOf(clips_[i], frame);
    Mask covered = Mask::blank(clips_[i].width, clips_[i].height);
    std::int64_t hidden = 0;
    for (auto mask = masks.rbegin(); mask != masks.rend(); ++mask) {
        if (mask->empty()) continue;
        const Mask whole = *mask;
        hidden += intersectionArea(whole, covered);
        *mask = subtract(whole, covered);
        covered = unite(covered, whole);
    }
    overlapPixels_ += hidden;
    overlapFrames_ += hidden > 0 ? 1 : 0;
    return masks;
}

IdImage ClipJob::painted(std::size_t i, int frame, const std::vector<std::uint16_t>& numbers) {
    const ClipLabels& clip = clips_[i];
    const auto width = std::size_t(clip.width);
    IdImage image{clip.width, clip.height, {}};
    image.ids.resize(width * std::size_t(clip.height));
    std::int64_t hidden = 0;
    for (std::size_t k = 0; k < clip.objects.size(); ++k) {
        const ClipLabel* label = clip.objects[k].seenAt(frame);
        if (label == nullptr || numbers[k] == 0) continue;
        forEachSegment(label->mask, [&](const Segment& s) {
            for (int y = s.y0; y < s.y1; ++y) {
                auto& id = image.ids[std::size_t(y) * width + std::size_t(s.x)];
                hidden += id != 0 ? 1 : 0;
                id = numbers[k];
            }
        });
    }
    overlapPixels_ += hidden;
    overlapFrames_ += hidden > 0 ? 1 : 0;
    return image;
}

void ClipJob::tellOverlaps(std::size_t i) {
    if (overlapFrames_ > 0) {
        warn(ClipWarning::Kind::Overlap,
             names_[i] + ": objects overlap on " + std::to_string(overlapFrames_) + " frames (" +
                 std::to_string(overlapPixels_) + " pixels): the one on top has these pixels");
    }
    overlapFrames_ = 0;
    overlapPixels_ = 0;
}

Result<void> ClipJob::goOn() {
    const double share = double(done_++) / double(std::max<std::int64_t>(1, steps_));
    if (options_.goOn && !options_.goOn(share)) return Error{ErrorCode::Cancelled, "the export was stopped"};
    return {};
}

Result<Frame> ClipJob::picture(std::size_t i, int frame) {
    if (i != lastClip_) last_ = nullptr;
    lastClip_ = i;
    auto picture = options_.pictures(i, frame);
    if (picture) {
        last_ = *picture;
    } else if (picture.error().code == ErrorCode::Unreadable) {
        warn(ClipWarning::Kind::FrameLost,
             names_[i] + ": frame " + std::to_string(frame) + " is damaged, the picture before it stands in");
        if (!last_) last_ = makeFrame(clips_[i].width, clips_[i].height);
        return last_;
    }
    return picture;
}

Result<void> ClipJob::writePictures(const std::string& folder) {
    if (!options_.copyPictures) return {};
    for (std::size_t i = 0; i < count(); ++i) {
        std::error_code fault;
        fs::create_directories(folder + "/" + names_[i], fault);
        if (fault) return fileError(folder, fault.value(), FileUse::Writing);
        for (int frame = 0; frame < clips_[i].frames; ++frame) {
            if (auto on = goOn(); !on) return on;
            const auto shown = picture(i, frame);
            if (!shown) return shown.error();
            auto written = writeJpeg(folder + "/" + pictureName(i, frame), *shown);
            if (!written) return written;
        }
    }
    return {};
}

void ClipJob::warn(ClipWarning::Kind kind, std::string detail) {
    report_.warnings.push_back({kind, std::move(detail)});
}

std::string describe(const ClipObject& object) {
    const std::string number = "object " + std::to_string(object.number);
    return object.name.empty() ? number : number + " \"" + object.name + "\"";
}

}  // namespace fs2
