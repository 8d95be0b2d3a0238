#include "ui/main_window/window_host.h"

#include <utility>

#include "ui/main_window/main_window.h"

namespace fs2 {

WindowHost::WindowHost(Session& session, const Preferences& preferences) : session_(session) {
    adopt(std::make_unique<MainWindow>(session, preferences));
}

WindowHost::~WindowHost() = default;

void WindowHost::adopt(std::unique_ptr<MainWindow> window) {
    window_ = std::move(window);
    // Later: the former window is still on the stack when it says so.
    connect(window_.get(), &MainWindow::languageChanged, this, &WindowHost::remake,
            Qt::QueuedConnection);
}

void WindowHost::remake() {
    window_->keepLayout();
    auto next = std::make_unique<MainWindow>(session_, window_->preferences());
    next->show();  // first: the program ends with its last window
    std::swap(window_, next);
    next.reset();
    adopt(std::move(window_));
    Q_EMIT windowChanged();
}

}  // namespace fs2
