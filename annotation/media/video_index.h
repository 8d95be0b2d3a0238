// VideoIndex: which packets a film has and which of them is frame n, made once by reading the whole film
// without decoding it. A value; any thread.
#pragma once
#include <cstdint>
#include <functional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "annotation/core/ids.h"
#include "annotation/core/result.h"

namespace fs2 {

struct VideoPacket {
    std::int64_t pts = 0;   ///< presentation time, in units of the time base
    std::int64_t dts = 0;   ///< as the file says, for seeking; kNoTime where it says nothing
    std::int64_t pos = 0;   ///< byte in the file, -1 = not known
    std::int32_t size = 0;  ///< bytes
    std::uint32_t checksum = 0;  ///< of its first bytes: with pos and size it tells packets apart
    std::int32_t place = 0;      ///< among all packets, in presentation order
    bool key = false;
    bool shown = true;  ///< false: decoded for others only (cut away by an edit list, hidden)

    static constexpr std::int64_t kNoTime = INT64_MIN;
};

struct VideoIndex {
    std::uint64_t fileBytes = 0;
    std::int64_t fileTime = 0;  ///< last change of the film, in ticks of the file system's clock
    std::int32_t stream = 0;    ///< number of the video stream in the file
    std::int32_t timeBaseNum = 1;
    std::int32_t timeBaseDen = 1;
    std::vector<VideoPacket> packets;  ///< in decode order, as the file has them
    std::vector<std::int32_t> frames;  ///< frame number -> place in `packets`
    std::string cut;  ///< where and why the film ends early; empty = it is whole

    double seconds(FrameIndex frame) const;
    void numberFrames();  ///< `frames` from the packets' places
};

/// Reads the film once. Frames are numbered by presentation time; a film that gives none for some
/// packets (AVI with B-frames) is decoded once to learn its order. `progress` gets 0 .. 1 on this thread.
/// NotFound, Unreadable or Unsupported name file and reason; Cancelled. A film cut off in the middle is
/// no error: `cut` says so.
Result<VideoIndex> buildVideoIndex(const std::string& film,
                                   const std::function<void(double)>& progress = {},
                                   std::stop_token stop = {});

Result<void> saveVideoIndex(const std::string& file, const VideoIndex& index);
/// Unreadable for a damaged file; NotFound where there is none or it belongs to another state of `film`
/// (size or time of change differ): build it anew.
Result<VideoIndex> loadVideoIndex(const std::string& file, const std::string& film);

/// The saved form, and back from it; Unreadable for a damaged one.
std::string videoIndexBytes(const VideoIndex& index);
Result<VideoIndex> parseVideoIndex(std::string_view bytes);

/// Where the index of that film lies in a project's folder of such files.
std::string videoIndexFile(const std::string& folder, const std::string& film);
/// The saved index where it is good, else a new one, which is saved; its folder is made. That it cannot be
/// saved is logged and no error. Else as buildVideoIndex.
Result<VideoIndex> loadOrBuildVideoIndex(const std::string& film, const std::string& file,
                                         const std::function<void(double)>& progress = {},
                                         std::stop_token stop = {});

/// Whether `film` still has the size and time of change that it was indexed with.
Result<void> checkVideoUnchanged(const std::string& film, const VideoIndex& index);
/// Whether it is unchanged, or has grown: what is in the index can still be read then.
Result<void> checkVideoUsable(const std::string& film, const VideoIndex& index);

}  // namespace fs2
