// What session tests share: a folder of pictures, waiting for signals (never for time), and a Segmenter
// whose calls the test holds and lets go.
#pragma once
#include <QDir>
#include <QEventLoop>
#include <QImage>
#include <QTemporaryDir>
#include <QTimer>

#include <deque>
#include <latch>
#include <map>
#include <memory>
#include <mutex>
#include <vector>

#include "app/session/clip_session.h"
#include "app/session/session.h"
#include "model/disc_segmenter.h"

namespace fs2 {

constexpr int kPictureWidth = 80;
constexpr int kPictureHeight = 60;

inline void writePictures(const QString& folder, const QStringList& names) {
    QDir().mkpath(folder);
    for (const QString& name : names) {
        QImage image(kPictureWidth, kPictureHeight, QImage::Format_RGB32);
        image.fill(qRgb(40, 90, 160));
        image.save(QDir(folder).filePath(name));
    }
}

/// Runs the event loop until `done` holds, which is looked at after each signal of the session.
template <class Done>
bool until(Session& session, Done done) {
    if (done()) return true;
    QEventLoop loop;
    const auto look = [&] {
        if (done()) loop.quit();
    };
    QObject::connect(&session, &Session::projectOpened, &loop, look);
    QObject::connect(&session, &Session::phaseChanged, &loop, look);
    QObject::connect(&session, &Session::requestFinished, &loop, look);
    QObject::connect(&session, &Session::previewReady, &loop, look);
    QObject::connect(&session, &Session::modelChanged, &loop, look);
    QObject::connect(&session, &Session::saveChanged, &loop, look);
    QObject::connect(&session, &Session::jobsChanged, &loop, look);
    QObject::connect(&session, &Session::jobFinished, &loop, look);
    QObject::connect(&session, &Session::fault, &loop, look);
    QObject::connect(&session, &Session::faultCleared, &loop, look);
    QObject::connect(&session.items(), &ItemListModel::dataChanged, &loop, look);
    QObject::connect(&session.clip(), &ClipSession::frameShown, &loop, look);
    QObject::connect(&session.clip(), &ClipSession::playingChanged, &loop, look);
    QObject::connect(&session.clip(), &ClipSession::thumbnailReady, &loop, look);
    QObject::connect(&session.clip(), &ClipSession::pendingChanged, &loop, look);
    QObject::connect(&session.clip(), &ClipSession::runChanged, &loop, look);
    QObject::connect(&session.clip(), &ClipSession::runFinished, &loop, look);
    QObject::connect(&session.clip(), &ClipSession::memoryChanged, &loop, look);
    QTimer::singleShot(60000, &loop, &QEventLoop::quit);  // a test that fails, fails at last
    loop.exec();
    return done();
}

/// One call of the segmenter that the test holds. Lets go when it goes out of scope.
class Hold {
  public:
    void waitEntered() { state_->entered.wait(); }
    void release() {
        if (!std::exchange(released_, true)) state_->go.count_down();
    }
    ~Hold() { release(); }

  private:
    friend class Script;
    struct State {
        std::latch entered{1};
        std::latch go{1};
    };
    std::shared_ptr<State> state_ = std::make_shared<State>();
    bool released_ = false;
};

/// What the double does and saw; shared by the test and the inference thread.
class Script {
  public:
    /// The next prediction that is not held yet waits inside for `hold`.
    void plan(Hold& hold) {
        std::lock_guard lock(mutex_);
        planned_.push_back(hold.state_);
    }
    void setError(std::optional<Error> error) {
        std::lock_guard lock(mutex_);
        error_ = std::move(error);
    }
    std::vector<Prompt> seen() {
        std::lock_guard lock(mutex_);
        return seen_;
    }
    std::vector<Mask> priors() {
        std::lock_guard lock(mutex_);
        return priors_;
    }
    /// The next step on that frame waits inside for `hold`; the next one fails.
    void planStep(FrameIndex frame, Hold& hold) {
        std::lock_guard lock(mutex_);
        plannedSteps_[frame] = hold.state_;
    }
    void failStep(FrameIndex frame, Error error) {
        std::lock_guard lock(mutex_);
        failingSteps_[frame] = std::move(error);
    }
    struct StepSeen {
        FrameIndex frame;
        std::vector<ObjectId> objects;
    };
    std::vector<StepSeen> steps() {
        std::lock_guard lock(mutex_);
        return steps_;
    }
    std::optional<Error> enterStep(FrameIndex frame, const std::vector<ObjectId>& objects) {
        std::shared_ptr<Hold::State> held;
        std::optional<Error> error;
        {
            std::lock_guard lock(mutex_);
            steps_.push_back({frame, objects});
            if (const auto node = plannedSteps_.extract(frame)) held = node.mapped();
            if (const auto node = failingSteps_.extract(frame)) error = node.mapped();
        }
        if (held) {
            held->entered.count_down();
            held->go.wait();
        }
        return error;
    }
    std::optional<Error> enter(const Prompt& prompt, const Mask& prior) {
        std::shared_ptr<Hold::State> held;
        std::optional<Error> error;
        {
            std::lock_guard lock(mutex_);
            seen_.push_back(prompt);
            priors_.push_back(prior);
            error = error_;
            if (!planned_.empty()) {
                held = planned_.front();
                planned_.pop_front();
            }
        }
        if (held) {
            held->entered.count_down();
            held->go.wait();
        }
        return error;
    }

  private:
    std::mutex mutex_;
    std::deque<std::shared_ptr<Hold::State>> planned_;
    std::map<FrameIndex, std::shared_ptr<Hold::State>> plannedSteps_;
    std::map<FrameIndex, Error> failingSteps_;
    std::vector<StepSeen> steps_;
    std::vector<Prompt> seen_;
    std::vector<Mask> priors_;
    std::optional<Error> error_;
};

class ScriptedSegmenter : public DiscSegmenter {
  public:
    explicit ScriptedSegmenter(std::shared_ptr<Script> script) : script_(std::move(script)) {}
    Result<Prediction> predict(const Frame& frame, const Prompt& prompt, const Mask& prior) override {
        if (auto error = script_->enter(prompt, prior)) return *error;
        return DiscSegmenter::predict(frame, prompt, prior);
    }

    Result<std::vector<TrackedMask>> step(const Frame& frame, const std::vector<ObjectId>& objects,
                                          std::stop_token stop) override {
        if (auto error = script_->enterStep(frame->index, objects)) return *error;
        return DiscSegmenter::step(frame, objects, std::move(stop));
    }

    /// Two things of one class and a stuff of another, apart from each other.
    Result<Scene> panoptic(const Frame& frame, std::stop_token) override {
        Scene scene;
        scene.weightsId = "none";
        std::vector<std::uint8_t> bits(std::size_t(frame->fullWidth) * std::size_t(frame->fullHeight));
        for (const char* name : {"cat", "cat", "sky"}) {
            const std::size_t at = scene.segments.size();
            bits[at] = 1;
            SceneSegment segment;
            segment.mask = Mask::fromBitmap(bits.data(), frame->fullWidth, frame->fullHeight,
                                            frame->fullWidth);
            segment.name = name;
            segment.score = .5f;
            scene.segments.push_back(std::move(segment));
            bits[at] = 0;
        }
        return scene;
    }

  private:
    std::shared_ptr<Script> script_;
};

/// Options of a session on the double; `prefetchDelayMs` is so long that no test meets it.
inline Session::Options optionsFor(const QString& dataFolder, std::shared_ptr<Script> script) {
    Session::Options options;
    options.dataFolder = dataFolder;
    options.saveDelayMs = 0;
    options.prefetchDelayMs = 1 << 28;
    options.makeSegmenter =
        [script = std::move(script)](const SegmenterOptions&) -> Result<std::unique_ptr<Segmenter>> {
        return std::unique_ptr<Segmenter>(std::make_unique<ScriptedSegmenter>(script));
    };
    return options;
}

inline bool openProject(Session& session, const QString& folder) {
    session.openFolder(folder);
    return until(session, [&] { return session.hasProject(); });
}

inline bool openRow(Session& session, int row) {
    // What goes wrong stands in the test's log.
    QObject context;
    QObject::connect(&session, &Session::fault, &context, [](const Fault& fault) {
        qInfo("fault: %s (%s)", qPrintable(fault.sentence), qPrintable(fault.detail));
    });
    session.openItem(session.document().itemAt(row).record.id);
    return until(session, [&] { return session.phase() == Session::Phase::Ready; }) &&
           until(session, [&] { return session.modelStatus().state == ModelStatus::State::Ready; });
}

inline Prompt clicksOn(ObjectId object, std::vector<Click> clicks) {
    Prompt prompt;
    prompt.object = object;
    prompt.clicks = std::move(clicks);
    return prompt;
}

/// A click on a new object, answered.
inline ObjectId clickNew(Session& session, double x, double y) {
    const ObjectId id = session.document().reserveObjectId();
    session.requestMask(clicksOn(id, {{x, y, true}}));
    return until(session, [&] { return !session.isPending(id); }) ? id : ObjectId{};
}

}  // namespace fs2
