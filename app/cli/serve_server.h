// Server: the state behind the line protocol of `serve`: the open media, each object's prompts and masks.
// Main thread.
#pragma once
#include <functional>
#include <map>
#include <nlohmann/json.hpp>
#include <optional>
#include <stop_token>
#include <string>
#include <utility>

#include "app/cli/clip_media.h"
#include "model/segmenter.h"

namespace fs2::cli {

class Server {
  public:
    using Json = nlohmann::ordered_json;
    using Send = std::function<void(const Json&)>;
    explicit Server(Segmenter& segmenter) : segmenter_(segmenter) {}

    /// Answers one line: one reply, `propagate` a reply for each frame before it. `stop` ends what runs.
    void answer(const std::string& line, const Send& send, std::stop_token stop);
    static Json refused(const Json& id, const std::string& code, const std::string& message);

  private:
    struct Held {
        Prompt prompt;
        Mask mask;
    };
    struct Place {
        int frame = 0;
        int object = 0;
        auto operator<=>(const Place&) const = default;
    };
    /// What a request is answered with; `part` sends one of several replies.
    struct Call {
        const Json& request;
        std::function<void(const Json&)> part;
        std::stop_token stop;
    };
    using Answer = Result<Json>;

    Answer handle(const Call& call);
    Answer open(const Call& call);
    Answer predict(const Call& call);
    Answer setMask(const Call& call);
    Answer propagate(const Call& call);
    Answer panoptic(const Call& call);
    Answer remove(const Call& call);
    Answer memory(const Call& call);
    Answer close(const Call& call);

    Result<int> frameNumber(const Json& request, const char* key) const;
    /// The request's frame, decoded.
    Result<std::pair<int, Frame>> frameOf(const Call& call);
    /// The request's frame and object, and the decoded frame.
    Result<std::pair<Place, Frame>> placeOf(const Call& call);
    Result<std::vector<ObjectId>> objectsOf(const Json& request) const;
    std::vector<KnownMask> knownOf(const std::vector<ObjectId>& objects) const;
    void forgetAll();

    Segmenter& segmenter_;
    std::optional<ClipMedia> media_;
    std::map<Place, Held> held_;     ///< prompted or set: confirmed
    std::map<Place, Mask> tracked_;  ///< of propagations
};

}  // namespace fs2::cli
