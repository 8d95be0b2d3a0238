#include "training/control.h"

#include <poll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <array>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <string>

namespace fs2 {

void Control::set(State state) {
    {
        const std::lock_guard lock(mutex_);
        if (state_ != State::Stopped) state_ = state;
    }
    changed_.notify_all();
}

void Control::pause() { set(State::Paused); }
void Control::resume() { set(State::Running); }
void Control::stop() { set(State::Stopped); }

bool Control::stopped() const {
    const std::lock_guard lock(mutex_);
    return state_ == State::Stopped;
}

double Control::waitWhilePaused() {
    const auto begin = std::chrono::steady_clock::now();
    std::unique_lock lock(mutex_);
    if (state_ != State::Paused) return 0;
    changed_.wait(lock, [this] { return state_ != State::Paused; });
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
}

ControlListener::ControlListener(Control& control, bool readInput) : control_(control) {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    signals_ = signalfd(-1, &set, SFD_CLOEXEC);
    wake_ = eventfd(0, EFD_CLOEXEC);
    thread_ = std::jthread([this, readInput] { listen(readInput); });
}

ControlListener::~ControlListener() {
    const std::uint64_t one = 1;
    [[maybe_unused]] const auto written = write(wake_, &one, sizeof one);
    thread_.join();
    close(signals_);
    close(wake_);
}

void ControlListener::listen(bool readInput) {
    std::string pending;
    std::array<pollfd, 3> watched{{{wake_, POLLIN, 0}, {signals_, POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
    for (nfds_t count = readInput ? 3 : 2;;) {
        if (poll(watched.data(), count, -1) < 0) continue;
        if (watched[0].revents) return;
        if (watched[1].revents) {
            signalfd_siginfo info;
            if (read(signals_, &info, sizeof info) == sizeof info) control_.stop();
        }
        if (count < 3 || !watched[2].revents) continue;
        std::array<char, 256> bytes;
        const auto got = read(STDIN_FILENO, bytes.data(), bytes.size());
        if (got <= 0) {
            control_.stop();
            count = 2;
            continue;
        }
        pending.append(bytes.data(), std::size_t(got));
        for (std::size_t end; (end = pending.find('\n')) != std::string::npos; pending.erase(0, end + 1)) {
            const std::string line = pending.substr(0, end);
            if (line == "pause") control_.pause();
            if (line == "resume") control_.resume();
            if (line == "stop") control_.stop();
        }
    }
}

}  // namespace fs2
