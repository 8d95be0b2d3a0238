// DecodeWorker: the thread that turns picture files into Frames and thumbnails. Requests wait in a
// keyed mailbox: the picture to open, the one hovered, one thumbnail; the latest of each wins. Decoded
// pictures stay in a cache bounded by bytes. Called on the GUI thread; answers go to `deliver`. The
// destructor stops and joins.
#pragma once
#include <string>
#include <thread>

#include "annotation/core/mailbox.h"
#include "annotation/media/frame_cache.h"
#include "app/session/answers.h"

namespace fs2 {

class DecodeWorker {
  public:
    explicit DecodeWorker(Deliver deliver, std::size_t cacheBytes = 256u << 20);
    void decode(ItemId item, const std::string& path, DecodeFor purpose);
    void thumbnail(ItemId item, const std::string& path);
    void clear();  ///< another project: nothing waits, the cache is empty

  private:
    enum class Kind { Thumbnail, Hover, Open };
    struct Request {
        Kind kind = Kind::Open;
        ItemId item;
        std::string path;
    };
    void run(std::stop_token stop);
    void handle(const Request& request);
    Result<Frame> load(const std::string& key, const std::string& path);
    std::vector<Frame> halves(std::string key, Frame whole);

    const Deliver deliver_;
    FrameCache cache_;
    Mailbox<Kind, Request> mailbox_;
    std::jthread thread_;  ///< last: joined first
};

}  // namespace fs2
