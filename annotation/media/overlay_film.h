// Overlay films: a clip's frames with masks drawn over them, as an H.264 film with the original sound.
// Any thread, one film at a time; the caller's functions are called on it.
#pragma once
#include <functional>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/mask.h"
#include "annotation/core/result.h"

namespace fs2 {

struct OverlayFilm {
    /// When each frame is shown, never falling; as the original counts. At least one.
    std::vector<double> seconds;
    /// The film that `seconds` is of: its sound is copied (packets, not encoded anew) and its times are
    /// kept to the tick. Empty = neither.
    std::string original;
    /// Only a part of the original: times begin at 0 and the sound is cut to the frames.
    bool part = false;
    /// All pictures have the first one's size.
    std::function<Result<Frame>(int frame)> picture;
    /// Drawn as overlaid() does.
    std::function<std::vector<Mask>(int frame)> masks;
    /// Asked before each frame; false stops.
    std::function<bool(int frame)> goOn;
};

struct OverlayFilmReport {
    std::vector<std::string> lostSound;  ///< a sentence for each sound that the container cannot hold
};

/// The container goes by the name's ending (mp4, mov, mkv). An odd side grows by one pixel, as the edge is.
/// Written under a temporary name and renamed. BadRequest, Unsupported (no H.264 encoder, another
/// container), DiskFull, ReadOnly, Cancelled, and what `picture` gave.
Result<OverlayFilmReport> writeOverlayFilm(const std::string& path, const OverlayFilm& film);

}  // namespace fs2
