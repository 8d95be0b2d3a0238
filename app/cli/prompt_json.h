// prompt_json: prompts and masks as `serve` and the prompts file of `track` write them; all errors are
// BadRequest with what is expected. Main thread.
#pragma once
#include <nlohmann/json_fwd.hpp>
#include <optional>

#include "annotation/core/mask.h"
#include "annotation/core/prompt.h"
#include "annotation/core/result.h"
#include "model/segmenter.h"

namespace fs2::cli {

/// A whole number from 0 that is there.
std::optional<int> wholeNumber(const nlohmann::ordered_json& object, const char* key);
/// "clicks": [[x,y,1],[x,y,0]], "box": [x0,y0,x1,y1], "text": "…", each of which may be missing.
Result<Prompt> promptOf(const nlohmann::ordered_json& object);
/// {"size":[h,w],"counts":"…"}, of that size.
Result<Mask> maskOf(const nlohmann::ordered_json& object, int width, int height);
nlohmann::ordered_json maskJson(const Mask& mask);

/// As in the window: the box first, then click after click, each fed with the mask before it. Words
/// alone are one prompt. The milliseconds are those of all.
Result<Prediction> answerTo(Segmenter& segmenter, const Frame& frame, const Prompt& all);

}  // namespace fs2::cli
