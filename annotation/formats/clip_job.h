// ClipJob: one export of clips at work, and what the writers share: names, numbers, painting, progress.
// Internal to formats.
#pragma once
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "annotation/core/id_image.h"
#include "annotation/formats/clip_export.h"
#include "annotation/formats/staged_folder.h"

namespace fs2 {

class ClipJob {
  public:
    ClipJob(std::span<const ClipLabels> clips, const ClipExportOptions& options);

    std::size_t count() const { return clips_.size(); }
    const ClipLabels& clip(std::size_t i) const { return clips_[i]; }
    const ClipExportOptions& options() const { return options_; }
    /// The clip's name as a file's: unique, without separators.
    const std::string& name(std::size_t i) const { return names_[i]; }
    /// A frame's file name without its ending, in the order of the frames also by text: the source's own
    /// where it is asked for and in that order, else at least five digits.
    std::string frameName(std::size_t i, int frame) const;
    /// CLIP/FRAME.jpg as it is written or, for a folder's pictures left where they are, as it is there.
    std::string pictureName(std::size_t i, int frame) const;

    /// Objects with a mask; warns of the others.
    std::vector<std::size_t> seenObjects(std::size_t i);
    /// The masks of a frame with the hidden parts taken away, by the object's place; counts overlaps.
    std::vector<Mask> visible(std::size_t i, int frame);
    /// Each object's number where it is seen; counts overlaps. Number 0 = left out.
    IdImage painted(std::size_t i, int frame, const std::vector<std::uint16_t>& numbers);
    /// Warns of what visible() and painted() counted for this clip, and counts anew.
    void tellOverlaps(std::size_t i);

    /// Asked before each frame of each pass: Cancelled where the caller stops.
    Result<void> goOn();
    /// A frame's picture; where it is damaged the last one asked for before it (at first a black one) and a
    /// warning.
    Result<Frame> picture(std::size_t i, int frame);
    /// The pictures of all clips, as FOLDER/pictureName(); nothing where they are not asked for.
    Result<void> writePictures(const std::string& folder);

    void warn(ClipWarning::Kind kind, std::string detail);
    ClipReport takeReport() { return std::move(report_); }

  private:
    std::span<const ClipLabels> clips_;
    const ClipExportOptions& options_;
    ClipReport report_;
    std::vector<std::string> names_;
    std::vector<bool> ownNames_;  ///< a clip's frames keep the names of its files
    Frame last_;               ///< given by picture()
    std::size_t lastClip_ = 0;
    std::int64_t steps_ = 0;
    std::int64_t done_ = 0;
    int overlapFrames_ = 0;
    std::int64_t overlapPixels_ = 0;
};

/// `object 3 "left hand"`, for warnings.
std::string describe(const ClipObject& object);

}  // namespace fs2
