// The formats of clips one by one: what clip_export.cpp chooses from. Internal to formats; the functions on
// text are for the fuzzers too. `name` stands in the errors. See clip_export.h.
#pragma once
#include <string>
#include <string_view>
#include <vector>

#include "annotation/formats/clip_export.h"
#include "annotation/formats/clip_job.h"

namespace fs2 {

using Faults = std::vector<std::string>;
using Clips = std::vector<ClipLabels>;

Result<void> writeDavis(ClipJob& job, const StagedFolder& to);
Result<Clips> readDavis(const std::string& folder);
Result<Faults> checkDavis(const std::string& folder);

Result<void> writePngClips(ClipJob& job, const StagedFolder& to);
Result<Clips> readPngClips(const std::string& folder);
Result<Faults> checkPngClips(const std::string& folder);

Result<void> writeMots(ClipJob& job, const StagedFolder& to);
Result<Clips> readMots(const std::string& path);
Result<Faults> checkMots(const std::string& path);
/// One text file of MOTS. Without a row the clip has no size.
Result<ClipLabels> parseMots(std::string_view text, const std::string& name);
Faults checkMotsText(std::string_view text, const std::string& name);

Result<std::string> youtubeVisText(ClipJob& job);
Result<Clips> parseYoutubeVis(std::string_view text, const std::string& name);
Result<Faults> checkYoutubeVisText(std::string_view text, const std::string& name);

Result<void> writeClipCoco(ClipJob& job, const std::string& file);
/// Images of one folder are a clip, in the file's order; annotations with one track_id an object.
Clips clipsOfDataset(const Dataset& dataset);

}  // namespace fs2
