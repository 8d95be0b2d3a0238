// ClipWorker: the thread that decodes frames of the open clip for the screen: the frame asked for last (what
// was asked before and not begun is dropped), and, while nothing is asked for, those that will be. The
// ClipSession has two: one for the canvas, one for the filmstrip, so that neither waits for the other. Called
// on the GUI thread; answers go to `deliver`. The destructor stops and joins.
#pragma once
#include <cstddef>
#include <stop_token>
#include <thread>
#include <variant>

#include "annotation/core/mailbox.h"
#include "annotation/media/clip_reader.h"
#include "app/session/answers.h"
#include "app/session/clip_source.h"

namespace fs2 {

class ClipWorker {
  public:
    ClipWorker(int clip, OpenSource open, Deliver deliver, std::size_t cacheBytes);
    ~ClipWorker() { latest_.request_stop(); }

    enum class How {
        Exact,
        Scrub,  ///< something near first; the next wish ends the search for the exact frame
        Play,
    };
    void show(FrameIndex frame, How how, Playing way);
    void thumbnail(FrameIndex frame);

  private:
    struct Show {
        FrameIndex frame;
        How how = How::Exact;
        Playing way = Playing::Steps;
        std::stop_token overtaken;
    };
    struct Thumbnail {
        FrameIndex frame;
    };
    using Request = std::variant<Show, Thumbnail>;
    enum class Kind { Thumbnail, Show };
    void run(std::stop_token stop);
    void handle(ClipReader& reader, const Show& request, std::stop_token stop);
    void handle(ClipReader& reader, const Thumbnail& request, std::stop_token stop);
    void fail(const Request& request, const Error& error);

    const int clip_;
    const OpenSource open_;
    const Deliver deliver_;
    const std::size_t cacheBytes_;
    Mailbox<Kind, Request> mailbox_;
    std::stop_source latest_;     ///< GUI thread: of the last show()
    std::stop_token ahead_;       ///< worker thread: ends reading ahead
    std::jthread thread_;         ///< last: joined first
};

}  // namespace fs2
