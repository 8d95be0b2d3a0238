#include "app/gui/measure.h"

#include <QAbstractItemView>
#include <QCoreApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QFile>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>

#include <unistd.h>

#include "app/session/session.h"
#include "ui/canvas/canvas.h"
#include "ui/main_window/main_window.h"

namespace fs2 {
namespace {

/// Milliseconds since the kernel started this process (Linux; steps of 10 ms).
double processAgeMs() {
    QFile file(QStringLiteral("/proc/self/stat"));
    if (!file.open(QIODevice::ReadOnly)) return 0;
    const QByteArray text = file.readAll();
    // Field 22, counted behind the name in parentheses, which is field 2.
    const QList<QByteArray> fields = text.mid(text.lastIndexOf(')') + 2).split(' ');
    const double startTicks = fields.value(19).toDouble();
    timespec now{};
    clock_gettime(CLOCK_BOOTTIME, &now);
    const double nowMs = double(now.tv_sec) * 1e3 + double(now.tv_nsec) / 1e6;
    return nowMs - startTicks * 1e3 / double(sysconf(_SC_CLK_TCK));
}

/// Looks at list and canvas as they are painted, and at the gaps between the beats of a fast timer.
class FolderMeasure : public QObject {
  public:
    FolderMeasure(Session& session, MainWindow& window, const QString& folder)
        : QObject(&window), session_(session), window_(window) {
        list_ = window.findChild<QAbstractItemView*>(QStringLiteral("itemView"))->viewport();
        list_->installEventFilter(this);
        window.canvas().installEventFilter(this);
        beat_.setTimerType(Qt::PreciseTimer);
        connect(&beat_, &QTimer::timeout, this, &FolderMeasure::noteBeat);
        clock_.start();
        beat_.start(1);
        window.openPaths({folder});
    }

    bool eventFilter(QObject* watched, QEvent* event) override {
        if (event->type() != QEvent::Paint) return false;
        const bool isList = watched == list_ && session_.document().itemCount() > 0;
        const bool isPicture =
            watched == &window_.canvas() && session_.phase() == Session::Phase::Ready;
        double& when = isList ? listed_ : pictured_;
        if ((isList || isPicture) && when < 0) {
            QTimer::singleShot(0, this, [this, &when] { when = double(clock_.elapsed()); });
        }
        return false;
    }

  private:
    void noteBeat() {
        longest_ = std::max(longest_, clock_.elapsed() - lastBeat_);
        lastBeat_ = clock_.elapsed();
        const bool loaded = session_.modelStatus().state != ModelStatus::State::Loading;
        if (listed_ < 0 || pictured_ < 0 || !loaded) return;
        beat_.stop();
        std::printf("%d images: listed %.0f ms, first picture %.0f ms, longest wait %lld ms\n",
                    session_.document().itemCount(), listed_, pictured_,
                    static_cast<long long>(longest_));
        std::fflush(stdout);
        QCoreApplication::quit();
    }

    Session& session_;
    MainWindow& window_;
    QWidget* list_ = nullptr;
    QElapsedTimer clock_;
    QTimer beat_;
    double listed_ = -1;    ///< milliseconds; -1 = not yet
    double pictured_ = -1;
    qint64 lastBeat_ = 0;
    qint64 longest_ = 0;
};

}  // namespace

void measureStart() {
    std::printf("%.0f\n", processAgeMs());
    std::fflush(stdout);
    QCoreApplication::quit();
}

void measureFolder(Session& session, MainWindow& window, const QString& folder) {
    new FolderMeasure(session, window, folder);
}

}  // namespace fs2
