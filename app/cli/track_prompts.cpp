#include "app/cli/track_prompts.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "annotation/core/files.h"
#include "annotation/core/id_image.h"
#include "annotation/media/png_io.h"
#include "app/cli/prompt_json.h"

namespace fs2::cli {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::uint16_t kVoid = 255;

Error badRequest(std::string message) { return {ErrorCode::BadRequest, std::move(message)}; }

Result<std::string> textOf(const Json& entry, const char* key) {
    const auto it = entry.find(key);
    if (it == entry.end()) return std::string();
    if (!it->is_string()) return badRequest(std::string(key) + " is a string");
    return it->get<std::string>();
}

Result<void> knownKeysOnly(const Json& entry) {
    constexpr std::array<std::string_view, 8> kKeys{"frame", "object", "clicks", "box",
                                                    "text",  "mask",   "name",   "class"};
    for (const auto& [key, value] : entry.items())
        if (std::find(kKeys.begin(), kKeys.end(), key) == kKeys.end())
            return badRequest("there is no key \"" + key + "\"");
    return {};
}

Result<TrackPrompt> promptIn(const Json& entry, int frames, int width, int height) {
    if (!entry.is_object()) return badRequest("an entry is a JSON object");
    if (auto good = knownKeysOnly(entry); !good) return good.error();
    const auto frame = wholeNumber(entry, "frame");
    if (!frame) return badRequest("frame is a whole number from 0");
    if (*frame >= frames)
        return badRequest("frame " + std::to_string(*frame) + " of " + std::to_string(frames) +
                          " frames (from 0)");
    const auto object = wholeNumber(entry, "object");
    if (!object || *object < 1) return badRequest("object is a whole number from 1");
    auto prompt = promptOf(entry);
    if (!prompt) return prompt.error();
    TrackPrompt read{std::move(*prompt), {}, {}, {}};
    read.prompt.frame = FrameIndex{*frame};
    read.prompt.object = ObjectId{*object};
    if (entry.contains("mask")) {
        if (!read.prompt.empty()) return badRequest("a mask, or clicks, box and text, not both");
        auto mask = maskOf(entry, width, height);
        if (!mask) return mask.error();
        read.mask = std::move(*mask);
    } else if (read.prompt.empty()) {
        return badRequest("there are no clicks, box, text or mask");
    }
    auto name = textOf(entry, "name");
    if (!name) return name.error();
    auto className = textOf(entry, "class");
    if (!className) return className.error();
    read.name = std::move(*name);
    read.className = std::move(*className);
    return read;
}

}  // namespace

const char* const kPromptsSchema =
    "Prompts file: {\"prompts\":[{\"frame\":0,\"object\":1,\"clicks\":[[x,y,1],[x,y,0]],\n"
    "  \"box\":[x0,y0,x1,y1],\"text\":\"words\",\"name\":\"left player\",\"class\":\"person\"}, ...]}\n"
    "frame counts from 0, object from 1. An entry needs clicks (1 on the object, 0 beside it), a box, words or,\n"
    "instead, \"mask\":{\"size\":[h,w],\"counts\":\"...\"} (COCO's compressed RLE). name and class may be missing.\n"
    "Several entries of one object correct it: such masks are kept as they are, and hold for what follows.";

Result<std::vector<TrackPrompt>> readPrompts(const std::string& file, int frames, int width, int height) {
    const auto text = readWholeFile(file);
    if (!text) return text.error();
    const auto json = Json::parse(*text, nullptr, false);
    if (json.is_discarded()) return Error{ErrorCode::Unreadable, file + ": it is no JSON"};
    const auto list = json.is_object() ? json.find("prompts") : json.end();
    if (!json.is_object() || list == json.end() || !list->is_array())
        return badRequest(file + ": it is {\"prompts\":[...]}");
    std::vector<TrackPrompt> prompts;
    std::set<std::pair<FrameIndex, ObjectId>> seen;
    for (const auto& entry : *list) {
        auto read = promptIn(entry, frames, width, height);
        const bool again = read && !seen.insert({read->prompt.frame, read->prompt.object}).second;
        if (!read || again)
            return badRequest(file + ": prompts[" + std::to_string(prompts.size()) + "]: " +
                              (again ? "this object has an entry on this frame already" : read.error().detail));
        prompts.push_back(std::move(*read));
    }
    if (prompts.empty()) return badRequest(file + ": there are no prompts");
    return prompts;
}

Result<std::vector<TrackPrompt>> readFirstMask(const std::string& file, int frame, int width, int height) {
    const auto image = readIdImage(file);
    if (!image) return image.error();
    if (image->width != width || image->height != height)
        return Error{ErrorCode::Unreadable,
                     file + ": " + std::to_string(image->width) + "x" + std::to_string(image->height) +
                         " pixels, the clip has " + std::to_string(width) + "x" + std::to_string(height)};
    std::set<std::uint16_t> ids(image->ids.begin(), image->ids.end());
    ids.erase(0);
    if (ids.size() > 1) ids.erase(kVoid);
    if (ids.empty()) return Error{ErrorCode::Unreadable, file + ": there is no object in it"};
    std::vector<TrackPrompt> prompts;
    for (const auto id : ids) {
        TrackPrompt prompt;
        prompt.prompt.frame = FrameIndex{frame};
        prompt.prompt.object = ObjectId{id == kVoid ? 1 : id};
        prompt.mask = maskOfId(*image, id);
        prompts.push_back(std::move(prompt));
    }
    return prompts;
}

}  // namespace fs2::cli
