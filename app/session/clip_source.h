// ClipSource: how a clip's frames are come by: a film with its index, or a folder of pictures. Values; any
// thread.
#pragma once
#include <functional>
#include <memory>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/core/result.h"
#include "annotation/document/document.h"
#include "annotation/media/media_source.h"

namespace fs2 {

/// Opens the clip anew; on the thread that will read the frames.
using OpenSource = std::function<Result<std::unique_ptr<MediaSource>>()>;

struct ClipFacts {
    bool isFilm = false;
    std::vector<double> times;          ///< of each frame, in seconds, rising, the first is 0
    std::vector<FrameIndex> keyFrames;  ///< of a film
    std::vector<std::string> files;     ///< of a folder: the frames' names
    std::string cut;                    ///< where and why the film ends early
    OpenSource open;
};

/// By the name's ending, without case: mp4 mov mkv webm avi …
bool isFilmName(std::string_view name);
/// What the path names: a film by its ending, a clip where it is a folder, else a picture.
ItemKind kindOf(const std::string& path);

/// Indexes a film (or takes the index that `indexFolder` keeps of it), lists a folder's pictures. `progress` gets
/// 0 .. 1 on this thread. Errors as buildVideoIndex() and ImageFolderSource::open() have them.
Result<ClipFacts> readClip(const std::string& path, ItemKind kind, const std::string& indexFolder,
                           const std::function<void(double)>& progress, std::stop_token stop);

}  // namespace fs2
