// track_prompts: what `track` starts from: a file of prompts, or a first mask. Main thread.
#pragma once
#include <string>
#include <vector>

#include "annotation/core/mask.h"
#include "annotation/core/prompt.h"
#include "annotation/core/result.h"

namespace fs2::cli {

/// One object on one frame.
struct TrackPrompt {
    Prompt prompt;
    Mask mask;  ///< null where the prompt is to be answered by the model
    std::string name;
    std::string className;
};

/// The schema, for --help.
extern const char* const kPromptsSchema;

/// Errors name the file and the entry: BadRequest for a frame or object that cannot be, a key that is
/// unknown, an entry without prompt or mask or given twice; Unreadable where it is no JSON.
Result<std::vector<TrackPrompt>> readPrompts(const std::string& file, int frames, int width, int height);

/// Each id of a mask picture is an object on `frame`; 255 is void, but where it is the only id an object, the
/// first. Unreadable for a picture of another size or without an object.
Result<std::vector<TrackPrompt>> readFirstMask(const std::string& file, int frame, int width, int height);

}  // namespace fs2::cli
