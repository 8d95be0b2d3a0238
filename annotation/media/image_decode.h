// Picture files to Frames. Every error names the file and the reason. Any thread.
#pragma once
#include <cstdint>
#include <string>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"

namespace fs2 {

/// Above this many pixels a Frame is a proxy (FrameData::fullWidth, fullHeight).
inline constexpr std::int64_t kMaxFramePixels = 64'000'000;

/// EXIF-upright RGB. Grey, CMYK, indexed and alpha (over white) pictures are converted; 16-bit and float
/// ones are shown through the window of their 2nd to 98th percentile. Larger than kMaxFramePixels:
/// a proxy. `index` and `source` are set (0, a fresh one).
Result<Frame> decodeImage(const std::string& path);

/// A small upright picture whose long side is at most `longSide`, fast (JPEG: reduced decoding);
/// fullWidth and fullHeight are the photo's.
Result<Frame> decodeThumbnail(const std::string& path, int longSide);

/// OpenCV uses one thread a call from here on: the workers are the threads. Called once at start-up.
void capImageThreads();

}  // namespace fs2
