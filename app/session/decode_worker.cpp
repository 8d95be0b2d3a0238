#include "app/session/decode_worker.h"

#include <algorithm>
#include <exception>
#include <filesystem>

#include "annotation/core/halved.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/image_list.h"

namespace fs2 {
namespace {

constexpr int kThumbnailSide = 96;
constexpr int kSmallestHalved = 512;  ///< long side from which the canvas halves by itself in no time

QImage copyOf(const Frame& frame) {
    return QImage(frame->pixels.data(), frame->width, frame->height, frame->stride,
                  QImage::Format_RGBX8888)
        .copy();
}

/// A file that was changed meanwhile is another one: its time is part of the key.
std::string keyOf(const std::string& path) {
    std::error_code ignored;
    const auto time = std::filesystem::last_write_time(path, ignored);
    return path + '\n' + std::to_string(time.time_since_epoch().count());
}

/// Of a clip in a folder the first frame.
std::string pictureOf(const std::string& path) {
    std::error_code ignored;
    if (!std::filesystem::is_directory(path, ignored)) return path;
    const auto names = listImages(path);
    return names && !names->empty() ? path + '/' + names->front() : path;
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
                             request->kind == Kind::Open ? DecodeFor::Open : DecodeFor::Hover, error, {}});
        }
    }
}

void DecodeWorker::handle(const Request& request) {
    if (request.kind == Kind::Thumbnail) {
        const auto frame = decodeThumbnail(pictureOf(request.path), kThumbnailSide);
        deliver_(Thumbnailed{request.item, frame ? copyOf(*frame) : QImage()});
        return;
    }
    const DecodeFor purpose = request.kind == Kind::Open ? DecodeFor::Open : DecodeFor::Hover;
    const std::string key = keyOf(request.path);
    auto frame = load(key, request.path);
    std::vector<Frame> smaller;
    if (frame) smaller = halves(key, *frame);
    deliver_(Decoded{request.item, purpose, std::move(frame), std::move(smaller)});
}

Result<Frame> DecodeWorker::load(const std::string& key, const std::string& path) {
    if (Frame known = cache_.find(key)) return known;
    auto frame = decodeImage(path);
    if (frame) cache_.insert(key, *frame);
    return frame;
}

std::vector<Frame> DecodeWorker::halves(std::string key, Frame whole) {
    std::vector<Frame> all;
    while (std::max(whole->width, whole->height) > kSmallestHalved) {
        key += "/2";
        Frame half = cache_.find(key);
        if (!half) {
            half = halved(*whole);
            cache_.insert(key, half);
        }
        all.push_back(half);
        whole = std::move(half);
    }
    return all;
}

}  // namespace fs2
