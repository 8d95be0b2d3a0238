// Interrupt: turns Ctrl-C (SIGINT) and SIGTERM into a stop request; a second one ends the program at
// once. Made first in main, before any other thread starts, so that all threads leave the signals to it.
#pragma once
#include <csignal>
#include <stop_token>
#include <thread>

namespace fs2::cli {

class Interrupt {
  public:
    Interrupt();
    ~Interrupt();
    Interrupt(const Interrupt&) = delete;
    Interrupt& operator=(const Interrupt&) = delete;
    std::stop_token token() const { return source_.get_token(); }

  private:
    sigset_t signals_{};
    std::stop_source source_;
    std::jthread waiter_;
};

}  // namespace fs2::cli
