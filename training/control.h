// Control: pause, go on and stop, from other threads to the training loop. ControlListener: the thread
// that hears SIGTERM and SIGINT, and, where asked, lines on standard input (pause, resume, stop; its
// end means stop).
#pragma once
#include <condition_variable>
#include <mutex>
#include <stop_token>
#include <thread>

namespace fs2 {

class Control {
  public:
    void pause();
    void resume();
    void stop();  ///< final; ends a pause too
    bool stopped() const;
    /// Returns when not paused, with the seconds that were spent waiting.
    double waitWhilePaused();

  private:
    enum class State { Running, Paused, Stopped };
    void set(State state);
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    State state_ = State::Running;
};

class ControlListener {
  public:
    /// Make it before any other thread starts: those inherit the blocked signals.
    ControlListener(Control& control, bool readInput);
    ~ControlListener();
    ControlListener(const ControlListener&) = delete;
    ControlListener& operator=(const ControlListener&) = delete;

  private:
    void listen(bool readInput);
    Control& control_;
    int signals_ = -1;  // signalfd
    int wake_ = -1;     // eventfd: the destructor's
    std::jthread thread_;
};

}  // namespace fs2
