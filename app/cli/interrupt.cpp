#include "app/cli/interrupt.h"

#include <pthread.h>
#include <unistd.h>

#include "app/cli/command.h"

namespace fs2::cli {

namespace {
constexpr int kEnd = SIGUSR1;  ///< the destructor's own: ends the waiting thread
}

Interrupt::Interrupt() {
    sigemptyset(&signals_);
    for (const int signal : {SIGINT, SIGTERM, kEnd}) sigaddset(&signals_, signal);
    pthread_sigmask(SIG_BLOCK, &signals_, nullptr);
    waiter_ = std::jthread([this] {
        for (int signal = 0; sigwait(&signals_, &signal) == 0 && signal != kEnd;) {
            if (source_.stop_requested()) _exit(kInterrupted);
            source_.request_stop();
        }
    });
}

Interrupt::~Interrupt() { pthread_kill(waiter_.native_handle(), kEnd); }

}  // namespace fs2::cli
