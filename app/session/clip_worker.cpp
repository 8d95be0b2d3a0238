#include "app/session/clip_worker.h"

#include <exception>

namespace fs2 {
namespace {

constexpr int kThumbnailSide = 96;

QImage thumbnailOf(const FrameData& frame) {
    const QImage whole(frame.pixels.data(), frame.width, frame.height, frame.stride, QImage::Format_RGBX8888);
    return whole.scaled(kThumbnailSide, kThumbnailSide, Qt::KeepAspectRatio, Qt::SmoothTransformation);
}

}  // namespace

ClipWorker::ClipWorker(int clip, OpenSource open, Deliver deliver, std::size_t cacheBytes)
    : clip_(clip),
      open_(std::move(open)),
      deliver_(std::move(deliver)),
      cacheBytes_(cacheBytes),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void ClipWorker::show(FrameIndex frame, How how, Playing way) {
    latest_.request_stop();
    latest_ = std::stop_source();
    mailbox_.put(Kind::Show, int(Kind::Show), Show{frame, how, way, latest_.get_token()});
}

void ClipWorker::thumbnail(FrameIndex frame) {
    mailbox_.put(Kind::Thumbnail, int(Kind::Thumbnail), Thumbnail{frame});
}

void ClipWorker::run(std::stop_token stop) {
    std::unique_ptr<ClipReader> reader;
    bool more = false;
    while (!stop.stop_requested()) {
        auto request = more ? mailbox_.tryTake() : mailbox_.take(stop);
        try {
            if (!request) {
                more = more && reader->readAhead(ahead_);
                continue;
            }
            if (!reader) {
                auto source = open_();
                if (!source) {
                    fail(*request, source.error());
                    continue;  // the next request tries again: the drive may be back
                }
                reader = std::make_unique<ClipReader>(std::move(*source), cacheBytes_);
            }
            std::visit([&](const auto& r) { handle(*reader, r, stop); }, *request);
            more = std::holds_alternative<Show>(*request);
        } catch (const std::exception& fault) {
            more = false;
            if (request) fail(*request, {ErrorCode::Internal, fault.what()});
        }
    }
}

void ClipWorker::fail(const Request& request, const Error& error) {
    if (const auto* show = std::get_if<Show>(&request)) {
        deliver_(ClipAnswer{ClipShown{clip_, show->frame, error}});
    } else {
        deliver_(ClipAnswer{ClipThumbnailed{clip_, std::get<Thumbnail>(request).frame, {}}});
    }
}

void ClipWorker::handle(ClipReader& reader, const Show& request, std::stop_token stop) {
    reader.play(request.way);
    ahead_ = request.overtaken;
    if (request.how == How::Scrub) {
        auto near = reader.glimpse(request.frame, stop);
        if (near) deliver_(ClipAnswer{ClipShown{clip_, request.frame, near->frame}});
        if (near && near->exact) return;
    }
    auto exact = reader.frame(request.frame, request.how == How::Scrub ? request.overtaken : stop);
    const bool overtaken = !exact && exact.error().code == ErrorCode::Cancelled;
    if (!overtaken) deliver_(ClipAnswer{ClipShown{clip_, request.frame, std::move(exact)}});
}

void ClipWorker::handle(ClipReader& reader, const Thumbnail& request, std::stop_token stop) {
    const auto frame = reader.frame(request.frame, stop);
    deliver_(ClipAnswer{ClipThumbnailed{clip_, request.frame, frame ? thumbnailOf(**frame) : QImage()}});
}

}  // namespace fs2
