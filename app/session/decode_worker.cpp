#include "app/session/decode_worker.h"

#include <exception>
#include <filesystem>

#include "annotation/media/image_decode.h"

namespace fs2 {
namespace {

constexpr int kThumbnailSide = 96;

QImage copyOf(const Frame& frame) {
    return QImage(frame->pixels.data(), frame->width, frame->height, frame->stride,
                  QImage::Format_RGBX8888)
        .copy();
}

}  // namespace

DecodeWorker::DecodeWorker(Deliver deliver, std::size_t cacheBytes)
    : deliver_(std::move(deliver)),
      cache_(cacheBytes),
      thread_([this](std::stop_token stop) { run(stop); }) {}

void DecodeWorker::decode(ItemId item, const std::string& path, DecodeFor purpose) {
    const Kind kind = purpose == DecodeFor::Open ? Kind::Open : Kind::Hover;
    mailbox_.put(kind, int(kind), {kind, item, path});
}

void DecodeWorker::thumbnail(ItemId item, const std::string& path) {
    mailbox_.put(Kind::Thumbnail, int(Kind::Thumbnail), {Kind::Thumbnail, item, path});
}

void DecodeWorker::clear() {
    mailbox_.clear();
    cache_.clear();
}

void DecodeWorker::run(std::stop_token stop) {
    while (auto request = mailbox_.take(stop)) {
        try {
            handle(*request);
        } catch (const std::exception& fault) {
            const Error error{ErrorCode::Internal, request->path + ": " + fault.what()};
            deliver_(Decoded{request->item,
                             request->kind == Kind::Open ? DecodeFor::Open : DecodeFor::Hover, error});
        }
    }
}

void DecodeWorker::handle(const Request& request) {
    if (request.kind == Kind::Thumbnail) {
        const auto frame = decodeThumbnail(request.path, kThumbnailSide);
        deliver_(Thumbnailed{request.item, frame ? copyOf(*frame) : QImage()});
        return;
    }
    const DecodeFor purpose = request.kind == Kind::Open ? DecodeFor::Open : DecodeFor::Hover;
    deliver_(Decoded{request.item, purpose, load(request.path)});
}

/// A file that was changed meanwhile is decoded anew: its time is part of the key.
Result<Frame> DecodeWorker::load(const std::string& path) {
    std::error_code ignored;
    const auto time = std::filesystem::last_write_time(path, ignored);
    const std::string key = path + '\n' + std::to_string(time.time_since_epoch().count());
    if (Frame known = cache_.find(key)) return known;
    auto frame = decodeImage(path);
    if (frame) cache_.insert(key, *frame);
    return frame;
}

}  // namespace fs2
