#include "model/words/class_names.h"

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "annotation/core/files.h"

namespace fs2 {

const std::array<std::string_view, 14> kClassTemplates{
    "a photo of a {}.",
    "This is a photo of a {}",
    "There is a {} in the scene",
    "There is the {} in the scene",
    "a photo of a {} in the scene",
    "a photo of a small {}.",
    "a photo of a medium {}.",
    "a photo of a large {}.",
    "This is a photo of a small {}.",
    "This is a photo of a medium {}.",
    "This is a photo of a large {}.",
    "There is a small {} in the scene.",
    "There is a medium {} in the scene.",
    "There is a large {} in the scene.",
};

namespace {

std::string_view stripped(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n\v\f";
    const auto from = text.find_first_not_of(kSpace);
    if (from == std::string_view::npos) return {};
    return text.substr(from, text.find_last_not_of(kSpace) + 1 - from);
}

std::vector<std::string> pieces(std::string_view text, char separator) {
    std::vector<std::string> found;
    while (true) {
        const auto end = text.find(separator);
        if (const auto piece = stripped(text.substr(0, end)); !piece.empty())
            found.emplace_back(piece);
        if (end == std::string_view::npos) return found;
        text.remove_prefix(end + 1);
    }
}

void replaceAll(std::string& text, std::string_view from, std::string_view to) {
    for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to);
}

Result<std::vector<ClassName>> checked(std::vector<ClassName> classes) {
    if (classes.empty()) return Error{ErrorCode::BadRequest, "there is no class name"};
    std::vector<std::string> names;
    for (const auto& c : classes) {
        if (synonymsOf(c.name).empty())
            return Error{ErrorCode::BadRequest,
                         "there is no word in the class name \"" + c.name + "\""};
        names.push_back(c.name);
    }
    std::ranges::sort(names);
    if (const auto twice = std::ranges::adjacent_find(names); twice != names.end())
        return Error{ErrorCode::BadRequest, "the class \"" + *twice + "\" is named twice"};
    return classes;
}

Result<std::vector<ClassName>> namesFromJson(const nlohmann::json& json) {
    const auto& list = json.is_object() && json.contains("categories") ? json["categories"] : json;
    const Error wrong{ErrorCode::Unreadable, "not a list of categories, each with a name"};
    if (!list.is_array()) return wrong;
    std::vector<ClassName> classes;
    for (const auto& entry : list) {
        const auto& name = entry.is_object() && entry.contains("name") ? entry["name"] : entry;
        if (!name.is_string()) return wrong;
        const bool marked = entry.is_object() && entry.contains("isthing");
        const bool stuff = marked && (entry["isthing"] == 0 || entry["isthing"] == false);
        classes.push_back({name.get<std::string>(), !stuff});
    }
    return checked(std::move(classes));
}

Result<std::vector<ClassName>> namesFromLines(std::string_view text) {
    constexpr std::string_view kStuff = "stuff:";
    std::vector<ClassName> classes;
    for (const auto& line : pieces(text, '\n')) {
        if (line.starts_with('#')) continue;
        const bool stuff = line.starts_with(kStuff);
        classes.push_back({std::string(stripped(line.substr(stuff ? kStuff.size() : 0))), !stuff});
    }
    return checked(std::move(classes));
}

}  // namespace

std::vector<std::string> synonymsOf(std::string_view name) {
    std::string text(name);
    replaceAll(text, "_or_", ",");
    std::ranges::replace(text, '/', ',');
    std::ranges::replace(text, '_', ' ');
    for (auto& c : text)
        if (c >= 'A' && c <= 'Z')
            c = char(c - 'A' + 'a');  // the tokenizer lowers all other letters
    return pieces(text, ',');
}

std::string filledTemplate(std::string_view pattern, std::string_view name) {
    std::string text(pattern);
    replaceAll(text, "{}", name);
    return text;
}

Result<std::vector<ClassName>> parseClassNames(std::string_view text) {
    std::vector<ClassName> classes;
    for (auto& name : pieces(text, ',')) classes.push_back({std::move(name)});
    return checked(std::move(classes));
}

Result<std::vector<ClassName>> readClassNames(const std::string& path) {
    const auto text = readWholeFile(path);
    if (!text) return text.error();
    const auto first = stripped(*text);
    const auto parsed = first.starts_with('[') || first.starts_with('{')
                            ? nlohmann::json::parse(*text, nullptr, false)
                            : nlohmann::json();
    auto names = parsed.is_null() ? namesFromLines(*text) : namesFromJson(parsed);
    if (!names) return Error{names.error().code, path + ": " + names.error().detail};
    return names;
}

Result<std::vector<ClassName>> classNamesFrom(const std::string& text) {
    std::error_code ignored;
    if (std::filesystem::is_regular_file(text, ignored)) return readClassNames(text);
    return parseClassNames(text);
}

const std::vector<ClassName>& cocoPanopticNames() {
    static const auto names = [] {
        constexpr std::string_view kThings =
            "person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire "
            "hydrant,"
            "stop sign,parking "
            "meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe,"
            "backpack,umbrella,handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,"
            "baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle,wine "
            "glass,cup,fork,"
            "knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot "
            "dog,pizza,donut,cake,"
            "chair,couch,potted plant,bed,dining table,toilet,tv,laptop,mouse,remote,keyboard,"
            "cell phone,microwave,oven,toaster,sink,refrigerator,book,clock,vase,scissors,teddy "
            "bear,"
            "hair drier,toothbrush";
        constexpr std::string_view kStuff =
            "banner,blanket,bridge,cardboard,counter,curtain,door-stuff,floor-wood,flower,fruit,"
            "gravel,"
            "house,light,mirror-stuff,net,pillow,platform,playingfield,railroad,river,road,roof,"
            "sand,"
            "sea,shelf,snow,stairs,tent,towel,wall-brick,wall-stone,wall-tile,wall-wood,water-"
            "other,"
            "window-blind,window-other,tree-merged,fence-merged,ceiling-merged,sky-other-merged,"
            "cabinet-merged,table-merged,floor-other-merged,pavement-merged,mountain-merged,"
            "grass-merged,dirt-merged,paper-merged,food-other-merged,building-other-merged,rock-"
            "merged,"
            "wall-other-merged,rug-merged";
        std::vector<ClassName> all;
        for (auto& name : pieces(kThings, ',')) all.push_back({std::move(name), true});
        for (auto& name : pieces(kStuff, ',')) all.push_back({std::move(name), false});
        return all;
    }();
    return names;
}

}  // namespace fs2
