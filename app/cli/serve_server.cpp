#include "app/cli/serve_server.h"

#include <algorithm>
#include <set>

#include "app/cli/console.h"
#include "app/cli/prompt_json.h"
#include "app/cli/propagate.h"

namespace fs2::cli {

namespace {

using Json = Server::Json;

Error badRequest(std::string message) { return {ErrorCode::BadRequest, std::move(message)}; }

/// The protocol has fewer codes than the program has errors: a file of an unknown kind is unreadable, what
/// the model lacks a bad request.
const char* codeOf(ErrorCode code, const std::string& op) {
    switch (code) {
        case ErrorCode::Unsupported: return op == "open" ? "unreadable" : "bad_request";
        case ErrorCode::WrongModel:
        case ErrorCode::DiskFull:
        case ErrorCode::ReadOnly: return "internal";
        default: return errorName(code);
    }
}

/// Whether the prompt goes on from the one before it: its clicks begin with the old ones, and something
/// is new.
bool extends(const Prompt& prompt, const Prompt& old) {
    const bool prefix = prompt.clicks.size() >= old.clicks.size() &&
                        std::equal(old.clicks.begin(), old.clicks.end(), prompt.clicks.begin());
    const bool sameBox = !old.box || old.box == prompt.box;
    return prefix && sameBox && prompt != old;
}

const char* kindName(MemoryEntryInfo::Kind kind) {
    switch (kind) {
        case MemoryEntryInfo::Kind::Pinned: return "pinned";
        case MemoryEntryInfo::Kind::Short: return "short";
        case MemoryEntryInfo::Kind::Long: return "long";
    }
    return "";
}

Json masksJson(const std::vector<TrackedMask>& masks) {
    auto all = Json::array();
    for (const auto& mask : masks)
        all.push_back({{"object", mask.object.value}, {"mask", maskJson(mask.mask)}, {"score", mask.score}});
    return all;
}

}  // namespace

Json Server::refused(const Json& id, const std::string& code, const std::string& message) {
    return {{"id", id}, {"ok", false}, {"code", code}, {"message", message}};
}

void Server::answer(const std::string& line, const Send& send, std::stop_token stop) {
    const auto request = Json::parse(line, nullptr, false);
    const auto complain = [&](const char* message) { send(refused(nullptr, "bad_request", message)); };
    if (request.is_discarded()) return complain("the line is no JSON");
    if (!request.is_object()) return complain("a request is a JSON object");
    if (!request.contains("id")) return complain("the request has no id");
    const auto& id = request["id"];
    const auto name = request.find("op");
    if (name == request.end() || !name->is_string())
        return send(refused(id, "bad_request", "op is the request's name"));
    const auto op = name->get<std::string>();
    if (!media_ && op != "open") return send(refused(id, "not_open", "nothing is open"));
    const auto part = [&](const Json& content) {
        Json all{{"id", id}, {"ok", true}};
        all.update(content);
        send(all);
    };
    const auto content = handle({request, part, std::move(stop)});
    if (content) return part(*content);
    send(refused(id, codeOf(content.error().code, op), content.error().detail));
}

Server::Answer Server::handle(const Call& call) {
    using Op = Answer (Server::*)(const Call&);
    static const std::map<std::string, Op> ops{
        {"open", &Server::open},           {"predict", &Server::predict},   {"set_mask", &Server::setMask},
        {"propagate", &Server::propagate}, {"panoptic", &Server::panoptic}, {"remove", &Server::remove},
        {"memory", &Server::memory},       {"close", &Server::close}};
    if (call.stop.stop_requested()) return Error{ErrorCode::Cancelled, "cancelled before it began"};
    const auto op = call.request["op"].get<std::string>();
    const auto it = ops.find(op);
    if (it == ops.end()) return badRequest("there is no op \"" + op + "\"");
    if ((op == "propagate" || op == "memory") && !segmenter_.memory())
        return badRequest("the model " + segmenter_.info().network +
                          " has no memory: it works on single pictures");
    return (this->*it->second)(call);
}

void Server::forgetAll() {
    held_.clear();
    tracked_.clear();
    if (auto* memory = segmenter_.memory()) memory->clear();
}

Server::Answer Server::open(const Call& call) {
    const auto path = call.request.find("path");
    if (path == call.request.end() || !path->is_string()) return badRequest("path is a file or folder");
    auto media = ClipMedia::open(path->get<std::string>(), {}, call.stop);
    if (!media) return media.error();
    media_ = std::move(*media);
    forgetAll();
    return Json{{"width", media_->width()},
                {"height", media_->height()},
                {"frames", media_->frames()},
                {"fps", media_->fps() ? Json(*media_->fps()) : Json(nullptr)}};
}

Result<int> Server::frameNumber(const Json& request, const char* key) const {
    const auto number = wholeNumber(request, key);
    if (!number) return badRequest(std::string(key) + " is a whole number from 0");
    if (*number >= media_->frames())
        return Error{ErrorCode::NotFound, std::string(key) + ": frame " + std::to_string(*number) + " of " +
                                              std::to_string(media_->frames()) + " frames (from 0)"};
    return *number;
}

Result<std::pair<int, Frame>> Server::frameOf(const Call& call) {
    const auto number = call.request.contains("frame") ? frameNumber(call.request, "frame") : 0;
    if (!number) return number.error();
    const auto frame = media_->frame(*number, call.stop);
    if (frame) return std::pair{*number, *frame};
    const bool unknownKind = frame.error().code == ErrorCode::Unsupported;
    return unknownKind ? Error{ErrorCode::Unreadable, frame.error().detail} : frame.error();
}

Result<std::pair<Server::Place, Frame>> Server::placeOf(const Call& call) {
    const auto object = wholeNumber(call.request, "object");
    if (!object || *object < 1) return badRequest("object is a whole number from 1");
    auto frame = frameOf(call);
    if (!frame) return frame.error();
    return std::pair{Place{frame->first, *object}, frame->second};
}

Server::Answer Server::panoptic(const Call& call) {
    if (const auto info = segmenter_.info(); !info.panoptic)
        return badRequest("the model " + info.network + " has no panoptic segmentation here: " +
                          (info.whyNoPanoptic.empty() ? "it answers prompts" : info.whyNoPanoptic));
    const auto frame = frameOf(call);
    if (!frame) return frame.error();
    const auto scene = segmenter_.panoptic(frame->second, call.stop);
    if (!scene) return scene.error();
    auto segments = Json::array();
    for (const auto& segment : scene->segments)
        segments.push_back({{"id", segments.size() + 1},
                            {"category", segment.name},
                            {"isthing", segment.isThing},
                            {"score", segment.score},
                            {"mask", maskJson(segment.mask)}});
    return Json{{"segments", std::move(segments)}, {"ms", scene->milliseconds}};
}

Server::Answer Server::predict(const Call& call) {
    const auto where = placeOf(call);
    if (!where) return where.error();
    const auto& [place, frame] = *where;
    auto prompt = promptOf(call.request);
    if (!prompt) return prompt.error();
    prompt->frame = FrameIndex{place.frame};
    prompt->object = ObjectId{place.object};
    if (!prompt->text.empty() && !segmenter_.info().text)
        return badRequest("the model " + segmenter_.info().network + " takes no words: " +
                          segmenter_.info().whyNoText);
    const auto old = held_.find(place);
    const bool goesOn = old != held_.end() && extends(*prompt, old->second.prompt);
    auto prediction = segmenter_.predict(frame, *prompt, goesOn ? old->second.mask : Mask());
    if (!prediction) return prediction.error();
    held_[place] = {std::move(*prompt), prediction->mask};
    tracked_.erase(place);
    return Json{{"mask", maskJson(prediction->mask)},
                {"score", prediction->score},
                {"ms", prediction->milliseconds}};
}

Server::Answer Server::setMask(const Call& call) {
    const auto where = placeOf(call);
    if (!where) return where.error();
    const auto& [place, frame] = *where;
    auto mask = maskOf(call.request, frame->fullWidth, frame->fullHeight);
    if (!mask) return mask.error();
    Prompt untouched;
    untouched.frame = FrameIndex{place.frame};
    untouched.object = ObjectId{place.object};
    held_[place] = {std::move(untouched), std::move(*mask)};
    tracked_.erase(place);
    return Json::object();
}

/// Those of the request; without a list, all.
Result<std::vector<ObjectId>> Server::objectsOf(const Json& request) const {
    std::set<int> known;
    for (const auto& [place, held] : held_) known.insert(place.object);
    const auto list = request.find("objects");
    std::vector<ObjectId> objects;
    if (list == request.end()) {
        for (const int object : known) objects.push_back(ObjectId{object});
        if (objects.empty()) return badRequest("there is no object with a mask");
        return objects;
    }
    if (!list->is_array() || list->empty()) return badRequest("objects is a list of object numbers");
    for (const auto& object : *list) {
        const auto number = wholeNumber(Json{{"object", object}}, "object");
        if (!number || *number < 1) return badRequest("objects is a list of whole numbers from 1");
        if (!known.contains(*number))
            return Error{ErrorCode::NotFound,
                         "object " + std::to_string(*number) + " has no mask: predict or set_mask first"};
        const ObjectId id{*number};
        if (std::find(objects.begin(), objects.end(), id) == objects.end()) objects.push_back(id);
    }
    return objects;
}

std::vector<KnownMask> Server::knownOf(const std::vector<ObjectId>& objects) const {
    std::vector<KnownMask> known;
    const auto wanted = [&](const Place& place) {
        return std::find(objects.begin(), objects.end(), ObjectId{place.object}) != objects.end();
    };
    for (const auto& [place, held] : held_)
        if (wanted(place)) known.push_back({FrameIndex{place.frame}, ObjectId{place.object}, held.mask, true});
    for (const auto& [place, mask] : tracked_)
        if (wanted(place)) known.push_back({FrameIndex{place.frame}, ObjectId{place.object}, mask, false});
    return known;
}

Server::Answer Server::propagate(const Call& call) {
    const auto from = frameNumber(call.request, "from");
    if (!from) return from.error();
    const auto to = frameNumber(call.request, "to");
    if (!to) return to.error();
    const auto objects = objectsOf(call.request);
    if (!objects) return objects.error();
    RunPlan plan{*from, *to, {}, knownOf(*objects)};
    for (const auto object : *objects) plan.objects.push_back({object, *from});
    int frames = 0;
    const auto run = cli::propagate(
        segmenter_, *media_, plan,
        [&](const RunFrame& found) {
            ++frames;
            for (const auto& mask : found.masks)
                if (const Place place{found.frame, mask.object.value}; !held_.contains(place))
                    tracked_[place] = mask.mask;
            Json line{{"frame", found.frame}, {"masks", masksJson(found.masks)}};
            if (!found.lost.empty()) line["lost"] = found.lost;
            call.part(line);
        },
        call.stop);
    media_->play(Playing::Steps);
    if (!run) return run.error();
    return Json{{"done", true}, {"frames", frames}};
}

Server::Answer Server::memory(const Call&) {
    auto entries = Json::array();
    for (const auto& entry : segmenter_.memory()->entries())
        entries.push_back({{"frame", entry.frame.value},
                           {"object", entry.object.value},
                           {"kind", kindName(entry.kind)},
                           {"bytes", entry.bytes},
                           {"quality", entry.quality}});
    return Json{{"entries", std::move(entries)}, {"bytes", segmenter_.memory()->bytes()}};
}

Server::Answer Server::remove(const Call& call) {
    const auto object = wholeNumber(call.request, "object");
    if (!object || *object < 1) return badRequest("object is a whole number from 1");
    const auto its = [&](const auto& entry) { return entry.first.object == *object; };
    const auto gone = std::erase_if(held_, its);
    std::erase_if(tracked_, its);
    if (auto* memory = segmenter_.memory()) memory->forget(ObjectId{*object});
    if (gone == 0) return Error{ErrorCode::NotFound, "there is no object " + std::to_string(*object)};
    return Json::object();
}

Server::Answer Server::close(const Call&) {
    media_.reset();
    forgetAll();
    return Json::object();
}

}  // namespace fs2::cli
