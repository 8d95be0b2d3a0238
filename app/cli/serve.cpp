// fastsam2 serve: the line protocol of CLI.md, one JSON object a line, in and out. One thread reads standard
// input, so that `cancel` is heard while a request runs; the main thread answers.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <nlohmann/json.hpp>
#include <optional>
#include <thread>
#include <utility>

#include "annotation/core/log.h"
#include "app/cli/command.h"
#include "app/cli/console.h"
#include "app/cli/request_queue.h"
#include "app/cli/serve_server.h"

namespace fs2::cli {

namespace {

using Json = Server::Json;

/// Lines that wait at most: a client that sends faster than it is answered waits.
constexpr std::size_t kMostWaiting = 1024;

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

/// `cancel` is answered at once, on the reading thread; all else waits for its turn.
bool take(std::string line, RequestQueue& requests) {
    if (line.find_first_not_of(" \t\r") == std::string::npos) return true;
    const auto request = Json::parse(line, nullptr, false);
    const bool isObject = !request.is_discarded() && request.is_object();
    const auto id = isObject && request.contains("id") ? lineOf(request["id"]) : std::string();
    const bool isCancel = !id.empty() && request.contains("op") && request["op"] == "cancel";
    if (!isCancel) return requests.push(std::move(line), id);
    const auto target = request.find("target");
    if (target == request.end())
        printJson(Server::refused(request["id"], "bad_request", "target is the id of a request"));
    else if (requests.cancel(lineOf(*target)))
        printJson({{"id", request["id"]}, {"ok", true}});
    else
        printJson(Server::refused(request["id"], "not_found", "no such request is running"));
    return true;
}

int serve(const Context& context) {
    auto segmenter = makeSegmenter(context.model);
    if (!segmenter) {
        log::error(segmenter.error().detail);
        return exitOf(segmenter.error().code);
    }
    RequestQueue requests(kMostWaiting);
    const std::stop_callback interrupted(context.stop, [&requests] { requests.end(); });
    std::stop_source finished;
    const std::stop_callback relay(context.stop, [&finished] { finished.request_stop(); });
    const std::jthread reader([&requests, stop = finished.get_token()] {
        Lines lines(stop);
        while (auto line = lines.next())
            if (!take(std::move(*line), requests)) break;
        requests.close();
    });
    Server server(**segmenter);
    while (const auto request = requests.next()) server.answer(request->line, printJson, request->stop);
    finished.request_stop();
    return context.stop.stop_requested() ? kInterrupted : kDone;
}

}  // namespace

void addServe(CLI::App& app, Context& context) {
    auto* command = app.add_subcommand("serve", "answer requests on standard input, one JSON object a line");
    finish(*command, context, [&context] { return serve(context); });
}

}  // namespace fs2::cli
