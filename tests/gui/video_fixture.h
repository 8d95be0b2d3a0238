// Clips for the window's journeys: a folder of frames, or a film made by the program ffmpeg, whose
// frames tell their number by their shade; and a model whose steps wait until the test lets them
// go.
#pragma once
#include <QProcess>
#include <QSignalSpy>

#include <condition_variable>
#include <mutex>

#include "app/session/clip_session.h"
#include "model/disc_segmenter.h"
#include "tests/gui/window_fixture.h"
#include "ui/timeline/timeline_panel.h"
#include "ui/timeline/timeline_view.h"

namespace fs2 {

/// Counts the steps that a GatedSegmenter may still make; shared with the test.
class StepGate {
  public:
    void allow(int steps) {
        const std::lock_guard lock(mutex_);
        left_ += steps;
        changed_.notify_all();
    }
    /// False where it was stopped.
    bool pass(const std::stop_token& stop) {
        std::unique_lock lock(mutex_);
        if (!changed_.wait(lock, stop, [this] { return left_ > 0; })) return false;
        --left_;
        return true;
    }

  private:
    std::mutex mutex_;
    std::condition_variable_any changed_;
    int left_ = 0;
};

class GatedSegmenter : public DiscSegmenter {
  public:
    explicit GatedSegmenter(std::shared_ptr<StepGate> gate) : gate_(std::move(gate)) {}
    Result<std::vector<TrackedMask>> step(const Frame& frame, const std::vector<ObjectId>& objects,
                                          std::stop_token stop) override {
        if (!gate_->pass(stop)) return Error{ErrorCode::Cancelled, "stopped"};
        return DiscSegmenter::step(frame, objects, stop);
    }

  private:
    std::shared_ptr<StepGate> gate_;
};

class VideoFixture : public WindowFixture {
  public:
    static constexpr int kFrames = 24;
    static constexpr ObjectId kNone{};

    ClipSession& clip() const { return session->clip(); }
    TimelineView& timeline() const { return window->timeline().view(); }
    int frame() const { return clip().currentFrame().value; }
    bool shown(int number) const {
        return ready() && frame() == number && !clip().frameIsApproximate() && canvas().isReady() &&
               canvas().frame()->index.value == number;
    }
    static int shadeOf(int number) { return 40 + number * 8; }

    void makeFolder(const QString& name, int frames = kFrames) const {
        for (int n = 0; n < frames; ++n)
            addPicture(QStringLiteral("%1/%2.png").arg(name).arg(n, 5, 10, QLatin1Char('0')),
                       shadeOf(n));
    }
    /// From the folder's frames; false where there is no program ffmpeg.
    bool makeFilm(const QString& folder, const QString& film) const {
        QProcess ffmpeg;
        ffmpeg.start(QStringLiteral("ffmpeg"), {QStringLiteral("-v"),
                                                QStringLiteral("error"),
                                                QStringLiteral("-nostdin"),
                                                QStringLiteral("-y"),
                                                QStringLiteral("-framerate"),
                                                QStringLiteral("25"),
                                                QStringLiteral("-i"),
                                                path(folder + QStringLiteral("/%05d.png")),
                                                QStringLiteral("-threads"),
                                                QStringLiteral("1"),
                                                QStringLiteral("-c:v"),
                                                QStringLiteral("libx264"),
                                                QStringLiteral("-preset"),
                                                QStringLiteral("veryfast"),
                                                QStringLiteral("-g"),
                                                QStringLiteral("12"),
                                                QStringLiteral("-bf"),
                                                QStringLiteral("2"),
                                                QStringLiteral("-pix_fmt"),
                                                QStringLiteral("yuv420p"),
                                                path(film)});
        return ffmpeg.waitForStarted() && ffmpeg.waitForFinished(60'000) &&
               ffmpeg.exitStatus() == QProcess::NormalExit && ffmpeg.exitCode() == 0;
    }
    void waitForClip() const {
        QTRY_VERIFY(clip().isOpen());
        QTRY_VERIFY(ready());
        QTRY_VERIFY(document().isLoaded());
        QTRY_COMPARE(session->modelStatus().state, ModelStatus::State::Ready);
        QTRY_VERIFY(canvas().isReady());
    }
    void goTo(int number) const {
        clip().setCurrentFrame({number});
        QTRY_VERIFY(shown(number));
    }
    void key(int code, Qt::KeyboardModifiers modifiers = {}) const {
        QTest::keyClick(window.get(), Qt::Key(code), modifiers);
    }
    /// A new object by a click on the frame that is shown, accepted.
    ObjectId clickObject(double x, double y) const {
        const std::size_t before = document().objects().size();
        click(x, y);
        if (!QTest::qWaitFor([&] { return document().objects().size() == before + 1; }))
            return kNone;
        return document().objects().back().id;
    }
    bool idle() const { return clip().run().state == RunStatus::State::Idle; }
    const LabelRecord* label(ObjectId object, int number) const {
        return document().label(object, {number});
    }
    Mask maskAt(ObjectId object, int number) const {
        const LabelRecord* found = label(object, number);
        return found ? found->mask : Mask();
    }
    int labelsOf(ObjectId object) const { return int(document().labelsOf(object).size()); }
};

}  // namespace fs2
