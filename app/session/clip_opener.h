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
        std::stop_token stop;  ///< of the job that the user sees
    };
    ClipOpener(Wish wish, Deliver deliver);

  private:
    std::jthread thread_;
};

}  // namespace fs2
