// ClipOpener: reads what a clip is (a film's index may take a while) on a thread of its own. Made on the GUI
// thread; answers go to `deliver`. The destructor stops and joins.
#pragma once
#include <string>
#include <thread>

#include "app/session/answers.h"

namespace fs2 {

class ClipOpener {
  public:
    struct Wish {
        int clip = 0;
        std::string path;
        ItemKind kind = ItemKind::Film;
        std::string indexFolder;
        std::stop_source stop;  ///< of the job that the user sees
    };
    ClipOpener(Wish wish, Deliver deliver);
    ~ClipOpener() { stop_.request_stop(); }

  private:
    std::stop_source stop_;
    std::jthread thread_;  ///< last: joined first
};

}  // namespace fs2
