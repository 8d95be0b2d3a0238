#include "app/cli/prompt_json.h"

#include <nlohmann/json.hpp>

#include "app/cli/console.h"

namespace fs2::cli {

namespace {

using Json = nlohmann::ordered_json;

Error badRequest(std::string message) { return {ErrorCode::BadRequest, std::move(message)}; }

Result<std::vector<Click>> clicksOf(const Json& object) {
    std::vector<Click> clicks;
    const auto it = object.find("clicks");
    if (it == object.end()) return clicks;
    if (!it->is_array()) return badRequest("clicks is a list of [x,y,1] and [x,y,0]");
    for (const auto& click : *it) {
        const bool sized = click.is_array() && (click.size() == 2 || click.size() == 3);
        if (!sized || !click[0].is_number() || !click[1].is_number())
            return badRequest("a click is [x,y,1] or [x,y,0], not " + lineOf(click));
        const bool positive = click.size() == 2 || click[2] == 1;
        const bool negative = !positive && click[2] == 0;
        if (!positive && !negative)
            return badRequest("a click's third number is 1 or 0, not " + lineOf(click[2]));
        clicks.push_back({click[0].get<double>(), click[1].get<double>(), positive});
    }
    return clicks;
}

Result<std::optional<Box>> boxOf(const Json& object) {
    const auto it = object.find("box");
    if (it == object.end() || it->is_null()) return std::optional<Box>();
    bool good = it->is_array() && it->size() == 4;
    for (std::size_t i = 0; good && i < 4; ++i) good = (*it)[i].is_number();
    if (!good) return badRequest("box is [x0,y0,x1,y1], not " + lineOf(*it));
    const auto at = [&](std::size_t i) { return (*it)[i].get<double>(); };
    return std::optional<Box>(Box{at(0), at(1), at(2), at(3)});
}

}  // namespace

std::optional<int> wholeNumber(const Json& object, const char* key) {
    const auto it = object.find(key);
    if (it == object.end() || !it->is_number_integer()) return std::nullopt;
    if (it->is_number_unsigned() && it->get<std::uint64_t>() > 0x7fffffffu) return std::nullopt;
    const auto value = it->get<std::int64_t>();
    if (value < 0) return std::nullopt;
    return int(value);
}

Result<Prompt> promptOf(const Json& object) {
    auto clicks = clicksOf(object);
    if (!clicks) return clicks.error();
    const auto box = boxOf(object);
    if (!box) return box.error();
    Prompt prompt;
    prompt.clicks = std::move(*clicks);
    prompt.box = *box;
    if (const auto text = object.find("text"); text != object.end() && !text->is_null()) {
        if (!text->is_string()) return badRequest("text is a string");
        prompt.text = text->get<std::string>();
    }
    return prompt;
}

Result<Mask> maskOf(const Json& object, int width, int height) {
    const auto it = object.find("mask");
    const Json size{height, width};
    if (it == object.end() || !it->is_object() || !it->contains("size") || !it->contains("counts") ||
        !(*it)["counts"].is_string())
        return badRequest("mask is {\"size\":[h,w],\"counts\":\"...\"}");
    if ((*it)["size"] != size)
        return badRequest("the mask's size is " + lineOf((*it)["size"]) + ", the frame's " + lineOf(size));
    auto mask = Mask::fromCocoText(width, height, (*it)["counts"].get<std::string>());
    if (!mask) return badRequest("mask: " + mask.error().detail);
    return mask;
}

Json maskJson(const Mask& mask) {
    return {{"size", {mask.height(), mask.width()}}, {"counts", mask.cocoText()}};
}

Result<Prediction> answerTo(Segmenter& segmenter, const Frame& frame, const Prompt& all) {
    Prompt prompt;
    prompt.frame = all.frame;
    prompt.object = all.object.value > 0 ? all.object : ObjectId{1};
    prompt.box = all.box;
    prompt.text = all.text;
    std::optional<Prediction> last;
    double ms = 0;
    const std::size_t first = all.box || all.clicks.empty() ? 0 : 1;
    for (auto clicks = first; clicks <= all.clicks.size(); ++clicks) {
        prompt.clicks.assign(all.clicks.begin(), all.clicks.begin() + std::ptrdiff_t(clicks));
        auto prediction = segmenter.predict(frame, prompt, last ? last->mask : Mask());
        if (!prediction) return prediction.error();
        ms += prediction->milliseconds;
        last = std::move(*prediction);
    }
    last->milliseconds = ms;
    return std::move(*last);
}

}  // namespace fs2::cli
