#include "app/session/clip_opener.h"

#include <chrono>
#include <exception>

namespace fs2 {
namespace {

Result<ClipFacts> read(const ClipOpener::Wish& wish, std::stop_token stop, const Deliver& deliver) {
    std::chrono::steady_clock::time_point told{};
    const auto progress = [&](double share) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told < std::chrono::milliseconds(50)) return;  // not oftener than the window can show
        told = now;
        deliver(ClipAnswer{ClipProgress{wish.clip, share}});
    };
    try {
        return readClip(wish.path, wish.kind, wish.indexFolder, progress, std::move(stop));
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Internal, wish.path + ": " + fault.what()};
    }
}

}  // namespace

ClipOpener::ClipOpener(Wish wish, Deliver deliver)
    : thread_([wish = std::move(wish), deliver = std::move(deliver)](std::stop_token stop) {
          std::stop_source either;
          const auto end = [&either] { either.request_stop(); };
          const std::stop_callback onJob(wish.stop, end);
          const std::stop_callback onThread(stop, end);
          auto facts = read(wish, either.get_token(), deliver);
          deliver(ClipAnswer{ClipRead{wish.clip, std::move(facts)}});
      }) {}

}  // namespace fs2
