// fastsam2 serve: the line protocol of CLI.md, one JSON object a line, in and out.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>
#include <variant>

#include "annotation/core/log.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/serve_media.h"

namespace fs2::cli {

namespace {

using Json = nlohmann::ordered_json;

/// A refusal, with a code of the protocol.
struct Refusal {
    std::string code;
    std::string message;
};
template <class T>
using Or = std::variant<T, Refusal>;

Refusal badRequest(std::string message) { return {"bad_request", std::move(message)}; }

/// The protocol has fewer codes than the program has errors. `unsupported` says what an unsupported
/// thing is here: a file of an unknown kind is unreadable, a prompt that the model lacks a bad request.
Refusal refusal(const Error& error, const char* unsupported) {
    switch (error.code) {
        case ErrorCode::Unsupported: return {unsupported, error.detail};
        case ErrorCode::WrongModel:
        case ErrorCode::DiskFull:
        case ErrorCode::ReadOnly: return {"internal", error.detail};
        default: return {errorName(error.code), error.detail};
    }
}

/// Lines of standard input; ends at end-of-file, a read error, or a stop request.
class Lines {
  public:
    explicit Lines(std::stop_token stop) : relay_(std::move(stop), Waker{wake_.fd}) {}

    std::optional<std::string> next() {
        for (;;) {
            if (const auto end = pending_.find('\n', scanned_); end != std::string::npos) {
                std::string line = pending_.substr(0, end);
                pending_.erase(0, end + 1);
                scanned_ = 0;
                return line;
            }
            scanned_ = pending_.size();
            if (!read()) break;
        }
        if (pending_.empty()) return std::nullopt;
        scanned_ = 0;
        return std::exchange(pending_, {});
    }

  private:
    struct Event {
        const int fd = eventfd(0, EFD_CLOEXEC);
        Event() = default;
        ~Event() { close(fd); }
        Event(const Event&) = delete;
        Event& operator=(const Event&) = delete;
    };
    struct Waker {
        int fd;
        void operator()() const {
            const std::uint64_t one = 1;
            [[maybe_unused]] const auto written = write(fd, &one, sizeof one);
        }
    };

    bool read() {
        pollfd both[2] = {{STDIN_FILENO, POLLIN, 0}, {wake_.fd, POLLIN, 0}};
        while (poll(both, 2, -1) < 0)
            if (errno != EINTR) return false;
        if (both[1].revents != 0) {
            pending_.clear();
            return false;
        }
        char block[1 << 16];
        const auto got = ::read(STDIN_FILENO, block, sizeof block);
        if (got > 0) pending_.append(block, std::size_t(got));
        return got > 0;
    }

    Event wake_;  ///< outlives `relay_`, which writes to it
    std::string pending_;
    std::size_t scanned_ = 0;  ///< so many bytes of `pending_` hold no line end
    std::stop_callback<Waker> relay_;
};

std::optional<int> wholeNumber(const Json& request, const char* key) {
    const auto it = request.find(key);
    if (it == request.end() || !it->is_number_integer()) return std::nullopt;
    if (it->is_number_unsigned() && it->get<std::uint64_t>() > 0x7fffffffu) return std::nullopt;
    const auto value = it->get<std::int64_t>();
    if (value < 0) return std::nullopt;
    return int(value);
}

Or<std::vector<Click>> clicksOf(const Json& request) {
    std::vector<Click> clicks;
    const auto it = request.find("clicks");
    if (it == request.end()) return clicks;
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

Or<std::optional<Box>> boxOf(const Json& request) {
    const auto it = request.find("box");
    if (it == request.end() || it->is_null()) return std::optional<Box>();
    bool good = it->is_array() && it->size() == 4;
    for (std::size_t i = 0; good && i < 4; ++i) good = (*it)[i].is_number();
    if (!good) return badRequest("box is [x0,y0,x1,y1], not " + lineOf(*it));
    const auto at = [&](std::size_t i) { return (*it)[i].get<double>(); };
    return std::optional<Box>(Box{at(0), at(1), at(2), at(3)});
}

Json maskJson(const Mask& mask) {
    return {{"size", {mask.height(), mask.width()}}, {"counts", mask.cocoText()}};
}

Or<Mask> maskOf(const Json& request, const FrameData& frame) {
    const auto it = request.find("mask");
    const Json size{frame.fullHeight, frame.fullWidth};
    if (it == request.end() || !it->is_object() || !it->contains("size") || !it->contains("counts") ||
        !(*it)["counts"].is_string())
        return badRequest("mask is {\"size\":[h,w],\"counts\":\"...\"}");
    if ((*it)["size"] != size)
        return badRequest("the mask's size is " + lineOf((*it)["size"]) + ", the frame's " + lineOf(size));
    auto mask = Mask::fromCocoText(frame.fullWidth, frame.fullHeight, (*it)["counts"].get<std::string>());
    if (!mask) return badRequest("mask: " + mask.error().detail);
    return std::move(*mask);
}

/// Whether the prompt goes on from the one before it: its clicks begin with the old ones, and something
/// is new.
bool extends(const Prompt& prompt, const Prompt& old) {
    const bool prefix = prompt.clicks.size() >= old.clicks.size() &&
                        std::equal(old.clicks.begin(), old.clicks.end(), prompt.clicks.begin());
    const bool sameBox = !old.box || old.box == prompt.box;
    return prefix && sameBox && prompt != old;
}

/// The state behind the protocol: the open media and each object's prompt and mask on each frame.
class Server {
  public:
    explicit Server(Segmenter& segmenter) : segmenter_(segmenter) {}

    Json reply(const std::string& line) {
        const auto request = Json::parse(line, nullptr, false);
        if (request.is_discarded()) return refused(nullptr, badRequest("the line is no JSON"));
        if (!request.is_object()) return refused(nullptr, badRequest("a request is a JSON object"));
        const auto id = request.find("id");
        if (id == request.end()) return refused(nullptr, badRequest("the request has no id"));
        auto answer = handle(request);
        if (const auto* no = std::get_if<Refusal>(&answer)) return refused(*id, *no);
        Json all{{"id", *id}, {"ok", true}};
        all.update(std::get<Json>(answer));
        return all;
    }

  private:
    struct Held {
        Prompt prompt;
        Mask mask;
    };
    struct Place {
        int frame;
        int object;
        auto operator<=>(const Place&) const = default;
    };

    static Json refused(const Json& id, const Refusal& no) {
        return {{"id", id}, {"ok", false}, {"code", no.code}, {"message", no.message}};
    }

    Or<Json> handle(const Json& request) {
        using Op = Or<Json> (Server::*)(const Json&);
        static const std::map<std::string, Op> ops{
            {"open", &Server::open},     {"predict", &Server::predict}, {"set_mask", &Server::setMask},
            {"remove", &Server::remove}, {"close", &Server::close},     {"panoptic", &Server::panoptic}};
        const auto name = request.find("op");
        if (name == request.end() || !name->is_string()) return badRequest("op is the request's name");
        const auto op = name->get<std::string>();
        if (const auto it = ops.find(op); it != ops.end()) return (this->*it->second)(request);
        if (op == "propagate" || op == "memory")
            return badRequest("the model " + segmenter_.info().network +
                              " has no memory: it works on single pictures");
        if (op == "cancel") return Refusal{"not_found", "no such request is running"};
        return badRequest("there is no op \"" + op + "\"");
    }

    Or<Json> open(const Json& request) {
        const auto path = request.find("path");
        if (path == request.end() || !path->is_string()) return badRequest("path is a file or folder");
        auto media = ServeMedia::open(path->get<std::string>());
        if (!media) return refusal(media.error(), "unreadable");
        const auto first = media->frame(0);
        if (!first) return refusal(first.error(), "unreadable");
        media_ = std::move(*media);
        held_.clear();
        return Json{{"width", (*first)->fullWidth},
                    {"height", (*first)->fullHeight},
                    {"frames", media_->frames()},
                    {"fps", nullptr}};
    }

    /// The request's frame, decoded.
    Or<std::pair<int, Frame>> frameOf(const Json& request) {
        if (!media_) return Refusal{"not_open", "nothing is open"};
        const auto index = request.contains("frame") ? wholeNumber(request, "frame") : 0;
        if (!index) return badRequest("frame is a whole number from 0");
        if (*index >= media_->frames())
            return Refusal{"not_found", "frame " + std::to_string(*index) + " of " +
                                            std::to_string(media_->frames()) + " frames (from 0)"};
        auto frame = media_->frame(*index);
        if (!frame) return refusal(frame.error(), "unreadable");
        return std::pair{int(*index), *frame};
    }

    /// The request's frame and object, and the decoded frame.
    Or<std::pair<Place, Frame>> placeOf(const Json& request) {
        const auto object = wholeNumber(request, "object");
        if (media_ && (!object || *object < 1)) return badRequest("object is a whole number from 1");
        auto frame = frameOf(request);
        if (const auto* no = std::get_if<Refusal>(&frame)) return *no;
        const auto& [index, picture] = std::get<0>(frame);
        return std::pair{Place{index, *object}, picture};
    }

    Or<Json> panoptic(const Json& request) {
        if (const auto info = segmenter_.info(); !info.panoptic)
            return badRequest("the model " + info.network + " has no panoptic segmentation here: " +
                              (info.whyNoPanoptic.empty() ? "it answers prompts" : info.whyNoPanoptic));
        const auto frame = frameOf(request);
        if (const auto* no = std::get_if<Refusal>(&frame)) return *no;
        const auto scene = segmenter_.panoptic(std::get<0>(frame).second, {});
        if (!scene) return refusal(scene.error(), "bad_request");
        auto segments = Json::array();
        for (const auto& segment : scene->segments)
            segments.push_back({{"id", segments.size() + 1},
                                {"category", segment.name},
                                {"isthing", segment.isThing},
                                {"score", segment.score},
                                {"mask", maskJson(segment.mask)}});
        return Json{{"segments", std::move(segments)}, {"ms", scene->milliseconds}};
    }

    Or<Json> predict(const Json& request) {
        const auto where = placeOf(request);
        if (const auto* no = std::get_if<Refusal>(&where)) return *no;
        const auto& [place, frame] = std::get<0>(where);
        auto clicks = clicksOf(request);
        if (const auto* no = std::get_if<Refusal>(&clicks)) return *no;
        const auto box = boxOf(request);
        if (const auto* no = std::get_if<Refusal>(&box)) return *no;
        Prompt prompt;
        prompt.frame = FrameIndex{place.frame};
        prompt.object = ObjectId{place.object};
        prompt.clicks = std::move(std::get<0>(clicks));
        prompt.box = std::get<0>(box);
        if (const auto text = request.find("text"); text != request.end() && !text->is_null()) {
            if (!text->is_string()) return badRequest("text is a string");
            prompt.text = text->get<std::string>();
        }
        if (!prompt.text.empty() && !segmenter_.info().text)
            return badRequest("the model " + segmenter_.info().network + " takes no words: " +
                              segmenter_.info().whyNoText);
        const auto old = held_.find(place);
        const bool goesOn = old != held_.end() && extends(prompt, old->second.prompt);
        auto prediction = segmenter_.predict(frame, prompt, goesOn ? old->second.mask : Mask());
        if (!prediction) return refusal(prediction.error(), "bad_request");
        held_[place] = {std::move(prompt), prediction->mask};
        return Json{{"mask", maskJson(prediction->mask)},
                    {"score", prediction->score},
                    {"ms", prediction->milliseconds}};
    }

    Or<Json> setMask(const Json& request) {
        const auto where = placeOf(request);
        if (const auto* no = std::get_if<Refusal>(&where)) return *no;
        const auto& [place, frame] = std::get<0>(where);
        auto mask = maskOf(request, *frame);
        if (const auto* no = std::get_if<Refusal>(&mask)) return *no;
        Prompt untouched;
        untouched.frame = FrameIndex{place.frame};
        untouched.object = ObjectId{place.object};
        held_[place] = {std::move(untouched), std::move(std::get<0>(mask))};
        return Json::object();
    }

    Or<Json> remove(const Json& request) {
        if (!media_) return Refusal{"not_open", "nothing is open"};
        const auto object = wholeNumber(request, "object");
        if (!object || *object < 1) return badRequest("object is a whole number from 1");
        const auto gone = std::erase_if(held_, [&](const auto& h) { return h.first.object == *object; });
        if (gone == 0) return Refusal{"not_found", "there is no object " + std::to_string(*object)};
        return Json::object();
    }

    Or<Json> close(const Json&) {
        if (!media_) return Refusal{"not_open", "nothing is open"};
        media_.reset();
        held_.clear();
        return Json::object();
    }

    Segmenter& segmenter_;
    std::optional<ServeMedia> media_;
    std::map<Place, Held> held_;
};

int serve(const Context& context) {
    auto segmenter = makeSegmenter(context.model);
    if (!segmenter) {
        log::error(segmenter.error().detail);
        return exitOf(segmenter.error().code);
    }
    Server server(**segmenter);
    Lines lines(context.stop);
    while (const auto line = lines.next()) {
        if (line->find_first_not_of(" \t\r") != std::string::npos) printJson(server.reply(*line));
    }
    return context.stop.stop_requested() ? kInterrupted : kDone;
}

}  // namespace

void addServe(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("serve", "answer requests on standard input, one JSON object a line");
    finish(*command, context, [&context] { return serve(context); });
}

}  // namespace fs2::cli
