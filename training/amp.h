// Amp: bf16 autocast on a GPU for the life of the object. The cache of cast weights is emptied at its
// end: weights cast without gradients must not serve a pass that needs them. One thread.
#pragma once
#include <ATen/autocast_mode.h>

namespace fs2 {

class Amp {
  public:
    explicit Amp(bool on) : on_(on) {
        if (!on_) return;
        at::autocast::set_autocast_dtype(at::kCUDA, at::kBFloat16);
        at::autocast::set_autocast_enabled(at::kCUDA, true);
    }
    ~Amp() {
        if (!on_) return;
        at::autocast::clear_cache();
        at::autocast::set_autocast_enabled(at::kCUDA, false);
    }
    Amp(const Amp&) = delete;
    Amp& operator=(const Amp&) = delete;

  private:
    const bool on_;
};

}  // namespace fs2
