#include "app/session/clip_opener.h"

#include <chrono>
#include <exception>

namespace fs2 {
namespace {

Result<ClipFacts> read(const ClipOpener::Wish& wish, const Deliver& deliver) {
    std::chrono::steady_clock::time_point told{};
    const auto progress = [&](double share) {
        const auto now = std::chrono::steady_clock::now();
        if (now - told < std::chrono::milliseconds(50)) return;  // not oftener than the window can show
        told = now;
        deliver(ClipAnswer{ClipProgress{wish.clip, share}});
    };
    try {
        return readClip(wish.path, wish.kind, wish.indexFolder, progress, wish.stop.get_token());
    } catch (const std::exception& fault) {
        return Error{ErrorCode::Internal, wish.path + ": " + fault.what()};
    }
}

}  // namespace

ClipOpener::ClipOpener(Wish wish, Deliver deliver)
    : stop_(wish.stop), thread_([wish = std::move(wish), deliver = std::move(deliver)] {
          auto facts = read(wish, deliver);
          deliver(ClipAnswer{ClipRead{wish.clip, std::move(facts)}});
      }) {}

}  // namespace fs2
