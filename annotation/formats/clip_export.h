// Exports of clips: DAVIS, YouTube-VIS, MOTS, COCO, PNG files, an overlay film. What a format cannot carry
// is left out or changed as it demands, and told in the report. Everything is written under a temporary
// name and put in place at the end: after an error or a stop nothing is there. A folder is only written
// where there is none yet or an empty one. Errors name the file. Any thread, one export at a time.
#pragma once
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"
#include "annotation/formats/clip_labels.h"

namespace fs2 {

/// DAVIS and PNG folders also get objects.txt: a line "CLIP number class name" (tabs between) an object.
enum class ClipFormat {
    Davis,       ///< folder; Annotations/480p/CLIP/00000.png, ImageSets/2017/val.txt
    YoutubeVis,  ///< one JSON file
    Mots,        ///< folder; instances_txt/CLIP.txt as KITTI-MOTS, frames from 0
    Coco,        ///< one JSON file; RLE, an image a frame, the object in "track_id"
    Png,         ///< folder; CLIP/00000.png, a pixel is its object's number
    Overlay,     ///< one film of one clip, H.264, by the ending mp4, mov or mkv; with the original sound
};

/// The command line's names: davis ytvis mots coco (and coco-rle) png overlay.
std::optional<ClipFormat> clipFormatOf(std::string_view name);
/// Whether the format is one file, by its usual ending (".json", ".mp4"); empty = a folder.
std::string clipFormatEnding(ClipFormat format);

/// The picture of a frame (0 = the export's first) of a clip, by its place in the export.
using ClipPictures = std::function<Result<Frame>(std::size_t clip, int frame)>;

struct ClipExportOptions {
    ClipPictures pictures{};  ///< needed for Overlay
    /// Davis, YoutubeVis, Mots, Coco and Png: write the pictures too (JPEG; beside a JSON file in a
    /// folder of its name); needs `pictures`.
    bool copyPictures = false;
    bool keepNumbers = false;  ///< frames are named by their number in the source, not from 0
    /// Overlay: the film that the sound is copied from and whose exact times are kept; empty = none.
    std::string film{};
    bool filmIsLonger = false;  ///< only a part of it is exported: times begin at 0, sound is cut to it
    /// Asked before each frame with the share done, 0 to 1; false stops.
    std::function<bool(double)> goOn{};
};

/// What the format could not carry.
struct ClipWarning {
    enum class Kind {
        LateStarter,     ///< DAVIS' evaluator does not score an object that frame 0 lacks
        NothingAtFirst,  ///< frame 0 has no object: DAVIS' evaluator scores nothing
        TooManyObjects,  ///< the format's numbers end: objects are left out
        NoMask,          ///< an object without any mask is left out
        Overlap,         ///< a pixel has one object: the one on top
        UnknownClass,    ///< the format has no such class
        SoundLeftOut,    ///< the film's sound does not fit the container
        NameChanged,     ///< the clip's name cannot be a folder's
        FrameLost,       ///< a damaged frame's picture: the one before it stands in
    };
    Kind kind{};
    std::string detail{};  ///< one English sentence with clip, object and count; no full stop
};

struct ClipReport {
    std::vector<ClipWarning> warnings{};
};

/// Writes the clips to `path`, a folder or a file by the format. BadRequest for masks of another size, an
/// overlay without pictures or with several clips, a folder that holds something; DiskFull, ReadOnly,
/// Cancelled and what `pictures` gave (but Unreadable: that costs the one picture).
Result<ClipReport> exportClips(ClipFormat format, std::span<const ClipLabels> clips,
                               const std::string& path, const ClipExportOptions& options = {});

/// Reads back what exportClips() and other programs write: folders (Davis, Mots, Png) and files
/// (YoutubeVis, Coco). Clips by name. MOTS in its text form. Unsupported for Overlay.
Result<std::vector<ClipLabels>> readClips(ClipFormat format, const std::string& path);

/// Every fault that the format's reference reader would stumble on or silently mis-score, one sentence
/// each with file and line or id; empty = none. An error where nothing can be read at all.
Result<std::vector<std::string>> checkClips(ClipFormat format, const std::string& path);

}  // namespace fs2
