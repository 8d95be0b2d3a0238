// MOTS as KITTI-MOTS has it: instances_txt/CLIP.txt with rows "frame track class height width RLE", frames
// from 0, track = class * 1000 + number; evaluate_mots.seqmap.val says how many frames a clip has.
#include <algorithm>
#include <array>
#include <charconv>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include "annotation/core/files.h"
#include "annotation/formats/clip_formats.h"
#include "annotation/formats/coco_json.h"
#include "annotation/formats/id_folders.h"

namespace fs2 {
namespace {

namespace fs = std::filesystem;
using Kind = ClipWarning::Kind;

constexpr int kCar = 1, kPedestrian = 2, kIgnore = 10;
constexpr int kPerClass = 1000;
constexpr int kMostFrames = 100'000'000;
constexpr const char* kTexts = "instances_txt";
constexpr const char* kSequences = "evaluate_mots.seqmap.val";

const char* className(int motsClass) {
    return motsClass == kCar ? "car" : motsClass == kPedestrian ? "pedestrian" : "ignore";
}

std::optional<int> motsClassOf(std::string name) {
    std::transform(name.begin(), name.end(), name.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c; });
    if (name == "car") return kCar;
    if (name == "pedestrian" || name == "person") return kPedestrian;
    if (name == "ignore") return kIgnore;
    return std::nullopt;
}

/// The track of each object, 0 = left out.
std::vector<int> tracksOf(ClipJob& job, std::size_t clip) {
    const ClipLabels& labels = job.clip(clip);
    std::vector<int> tracks(labels.objects.size());
    std::map<int, int> used;
    std::set<std::string> unknown;
    int leftOut = 0;
    for (const std::size_t k : job.seenObjects(clip)) {
        const int category = labels.objects[k].category;
        const std::string name = category < 0 ? "" : labels.categories[std::size_t(category)].name;
        const auto known = motsClassOf(name);
        if (!known) unknown.insert(name);
        const int motsClass = known.value_or(kPedestrian);
        const int number = used[motsClass]++;
        if (number < kPerClass) tracks[k] = motsClass * kPerClass + number;
        leftOut += number < kPerClass ? 0 : 1;
    }
    for (const std::string& name : unknown) {
        job.warn(Kind::UnknownClass,
                 job.name(clip) + ": MOTS knows car and pedestrian; " +
                     (name.empty() ? "objects without a class" : "\"" + name + "\"") +
                     " are written as pedestrian");
    }
    if (leftOut > 0) {
        job.warn(Kind::TooManyObjects, job.name(clip) + ": MOTS has numbers for 1,000 objects of a class, " +
                                           std::to_string(leftOut) + " are left out");
    }
    return tracks;
}

Result<std::string> motsText(ClipJob& job, std::size_t clip) {
    const ClipLabels& labels = job.clip(clip);
    const std::vector<int> tracks = tracksOf(job, clip);
    const std::string size = std::to_string(labels.height) + " " + std::to_string(labels.width);
    std::string text;
    for (int frame = 0; frame < labels.frames; ++frame) {
        if (const auto on = job.goOn(); !on) return on.error();
        const std::vector<Mask> masks = job.visible(clip, frame);
        for (std::size_t k = 0; k < masks.size(); ++k) {
            if (tracks[k] == 0 || masks[k].empty()) continue;
            text += std::to_string(frame) + " " + std::to_string(tracks[k]) + " " +
                    std::to_string(tracks[k] / kPerClass) + " " + size + " " + masks[k].cocoText() + "\n";
        }
    }
    job.tellOverlaps(clip);
    return text;
}

struct Row {
    int frame = 0;
    int track = 0;
    int motsClass = 0;
    Mask mask;
};

/// Takes the text up to the next space.
std::string_view takeField(std::string_view& line) {
    const std::size_t end = std::min(line.find(' '), line.size());
    const std::string_view field = line.substr(0, end);
    line.remove_prefix(std::min(end + 1, line.size()));
    return field;
}

Result<Row> parseRow(std::string_view line) {
    std::array<int, 5> numbers{};
    constexpr std::array<const char*, 5> kNames{"frame", "track", "class", "height", "width"};
    for (std::size_t i = 0; i < numbers.size(); ++i) {
        const std::string_view field = takeField(line);
        const auto [end, fault] =
            std::from_chars(field.data(), field.data() + field.size(), numbers[i]);
        if (fault != std::errc() || end != field.data() + field.size() || numbers[i] < 0) {
            return Error{ErrorCode::Unreadable, std::string("the ") + kNames[i] + " is \"" +
                                                    std::string(field) + "\", no whole number from 0"};
        }
    }
    const auto [frame, track, motsClass, height, width] = numbers;
    if (frame >= kMostFrames) return Error{ErrorCode::Unreadable, "no clip has so many frames"};
    if (height < 1 || width < 1 || height > coco::kMostSide || width > coco::kMostSide ||
        std::int64_t(height) * width > coco::kMostPixels) {
        return Error{ErrorCode::Unreadable, "no picture has this size"};
    }
    auto mask = Mask::fromCocoText(width, height, line);
    if (!mask) return mask.error();
    return Row{frame, track, motsClass, std::move(*mask)};
}

/// Calls `take(number of the line, row or error)`; empty lines are passed over.
template <class Take>
void forEachRow(std::string_view text, Take take) {
    for (int number = 1; !text.empty(); ++number) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!line.empty()) take(number, parseRow(line));
    }
}

/// What the reference reader (mots_tools) stops on, beyond rows that are none.
class RowCheck {
  public:
    /// The fault, or empty.
    std::string take(const Row& row) {
        if (row.motsClass != kCar && row.motsClass != kPedestrian && row.motsClass != kIgnore) {
            return "class " + std::to_string(row.motsClass) + " is none of 1, 2 and 10";
        }
        if (row.track / kPerClass != row.motsClass) {
            return "track " + std::to_string(row.track) + " is not of class " +
                   std::to_string(row.motsClass) + " (class * 1000 + number)";
        }
        if (width_ == 0) {
            width_ = row.mask.width();
            height_ = row.mask.height();
        }
        if (row.mask.width() != width_ || row.mask.height() != height_) {
            return "the mask has another size than those before it";
        }
        const std::string ofTrack = "track " + std::to_string(row.track);
        const std::string onFrame = " on frame " + std::to_string(row.frame);
        if (!tracks_[row.frame].insert(row.track).second) return ofTrack + " stands twice" + onFrame;
        Mask& covered = covered_.try_emplace(row.frame, Mask::blank(width_, height_)).first->second;
        const bool overlaps = intersectionArea(covered, row.mask) > 0;
        covered = unite(covered, row.mask);
        return overlaps ? ofTrack + " overlaps another one" + onFrame : "";
    }

  private:
    int width_ = 0;
    int height_ = 0;
    std::map<int, std::set<int>> tracks_;
    std::map<int, Mask> covered_;
};

/// The text files at `path`, itself one of them or a folder.
Result<std::vector<std::string>> textsAt(const std::string& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored)) return std::vector<std::string>{path};
    const bool ours = fs::is_directory(path + "/" + kTexts, ignored);
    const std::string folder = ours ? path + "/" + kTexts : path;
    const auto names = namesIn(folder);
    if (!names) return names.error();
    std::vector<std::string> texts;
    for (const std::string& name : *names) {
        if (name.ends_with(".txt")) texts.push_back(folder + "/" + name);
    }
    if (texts.empty()) return Error{ErrorCode::NotFound, folder + ": it has no text files of MOTS"};
    return texts;
}

/// Frames by clip; a line is "CLIP empty FIRST LAST".
std::map<std::string, int> framesBySeqmap(const std::string& path) {
    std::map<std::string, int> frames;
    const auto text = readWholeFile(path);
    for (std::size_t at = 0; text && at < text->size();) {
        const std::size_t end = std::min(text->find('\n', at), text->size());
        const std::string_view line = std::string_view(*text).substr(at, end - at);
        at = end + 1;
        const std::size_t mark = line.rfind(" empty ");
        const std::size_t last = line.rfind(' ');
        if (mark == std::string_view::npos || last == std::string_view::npos) continue;
        int value = 0;
        std::from_chars(line.data() + last + 1, line.data() + line.size(), value);
        if (value >= 0 && value < kMostFrames) frames[std::string(line.substr(0, mark))] = value + 1;
    }
    return frames;
}

std::string sixDigits(int number) {
    const std::string digits = std::to_string(number);
    return std::string(digits.size() < 6 ? 6 - digits.size() : 0, '0') + digits;
}

}  // namespace

Result<void> writeMots(ClipJob& job, const StagedFolder& to) {
    const auto folder = to.folder(kTexts);
    if (!folder) return folder.error();
    std::string sequences;
    for (std::size_t clip = 0; clip < job.count(); ++clip) {
        const auto text = motsText(job, clip);
        if (!text) return text.error();
        auto written = writeWholeFile(*folder + "/" + job.name(clip) + ".txt", *text);
        if (!written) return written;
        sequences += job.name(clip) + " empty " + sixDigits(0) + " " +
                     sixDigits(std::max(0, job.clip(clip).frames - 1)) + "\n";
    }
    auto listed = writeWholeFile(to.path() + "/" + kSequences, sequences);
    if (!listed || !job.options().copyPictures) return listed;
    const auto pictures = to.folder("JPEGImages");
    if (!pictures) return pictures.error();
    return job.writePictures(*pictures);
}

Result<ClipLabels> parseMots(std::string_view text, const std::string& name) {
    ClipLabels clip;
    std::map<int, std::map<int, Mask>> tracks;  // by track, then frame
    Error fault;
    RowCheck check;
    forEachRow(text, [&](int line, Result<Row> row) {
        if (!fault.detail.empty()) return;
        const std::string wrong = row ? check.take(*row) : row.error().detail;
        if (!wrong.empty()) {
            fault = {ErrorCode::Unreadable, name + ":" + std::to_string(line) + ": " + wrong};
            return;
        }
        clip.width = row->mask.width();
        clip.height = row->mask.height();
        clip.frames = std::max(clip.frames, row->frame + 1);
        tracks[row->track][row->frame] = row->mask;
    });
    if (!fault.detail.empty()) return fault;
    std::map<int, int> categories;
    for (const auto& [track, masks] : tracks) {
        ClipObject object;
        object.number = int(clip.objects.size()) + 1;
        const auto [place, added] =
            categories.emplace(track / kPerClass, int(clip.categories.size()));
        if (added) clip.categories.push_back({className(track / kPerClass), ""});
        object.category = place->second;
        for (const auto& [frame, mask] : masks) object.labels.push_back({frame, mask});
        clip.objects.push_back(std::move(object));
    }
    return clip;
}

Result<Clips> readMots(const std::string& path) {
    const auto texts = textsAt(path);
    if (!texts) return texts.error();
    const auto frames = framesBySeqmap(path + "/" + kSequences);
    Clips clips;
    for (const std::string& file : *texts) {
        const auto text = readWholeFile(file);
        if (!text) return text.error();
        auto clip = parseMots(*text, file);
        if (!clip) return clip.error();
        clip->name = fs::path(file).stem().string();
        const auto known = frames.find(clip->name);
        if (known != frames.end()) clip->frames = std::max(clip->frames, known->second);
        clips.push_back(std::move(*clip));
    }
    return clips;
}

Faults checkMotsText(std::string_view text, const std::string& name) {
    Faults faults;
    RowCheck check;
    forEachRow(text, [&](int line, const Result<Row>& row) {
        const std::string wrong = row ? check.take(*row) : row.error().detail;
        if (!wrong.empty()) faults.push_back(name + ":" + std::to_string(line) + ": " + wrong);
    });
    return faults;
}

Result<Faults> checkMots(const std::string& path) {
    const auto texts = textsAt(path);
    if (!texts) return texts.error();
    Faults faults;
    for (const std::string& file : *texts) {
        const auto text = readWholeFile(file);
        if (!text) return text.error();
        const Faults found = checkMotsText(*text, file);
        faults.insert(faults.end(), found.begin(), found.end());
    }
    return faults;
}

}  // namespace fs2
