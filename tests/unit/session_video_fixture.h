// What the tests of clips share: a folder of frames, opened as one clip, and masks on its frames.
#pragma once
#include <QSignalSpy>

#include "annotation/document/edits.h"
#include "tests/unit/session_fixture.h"

namespace fs2 {

inline void writeFrames(const QString& folder, int count) {
    QStringList names;
    for (int i = 0; i < count; ++i) names.append(QStringLiteral("%1.png").arg(i, 5, 10, QLatin1Char('0')));
    writePictures(folder, names);
}

/// The folder's frames as one clip, open and ready.
inline bool openClip(Session& session, const QString& folder) {
    session.openSequence(folder);
    return until(session, [&] { return session.hasProject(); }) && openRow(session, 0) && session.clip().isOpen();
}

inline bool goTo(Session& session, int frame) {
    session.clip().setCurrentFrame({frame});
    return until(session, [&] { return !session.clip().frameIsApproximate(); });
}

/// A click, answered; 0 = a new object.
inline ObjectId clickOn(Session& session, int frame, double x, double y, ObjectId object = {}) {
    if (!goTo(session, frame)) return {};
    const ObjectId id = object == ObjectId{} ? session.document().reserveObjectId() : object;
    Prompt prompt = clicksOn(id, {{x, y, true}});
    prompt.frame = {frame};
    session.requestMask(prompt);
    return until(session, [&] { return !session.isPending(id, {frame}); }) ? id : ObjectId{};
}

/// A whole run; false where it did not end well.
inline bool runThrough(Session& session, PropagateDirection direction, FrameRange range,
                       const std::vector<ObjectId>& objects = {}) {
    QSignalSpy finished(&session.clip(), &ClipSession::runFinished);
    if (!session.clip().propagate(range, direction, objects)) return false;
    return until(session, [&] { return !finished.isEmpty(); }) && finished.at(0).at(0).toBool();
}

inline bool waitForSteps(Session& session, int done) {
    return until(session, [&] { return session.clip().run().done >= done; });
}

/// Frames on which the object has a label, seen or not.
inline std::vector<int> framesOf(Session& session, ObjectId object) {
    std::vector<int> frames;
    for (const LabelRecord* label : session.document().labelsOf(object)) {
        frames.push_back(label->frame.value);
    }
    return frames;
}

inline std::vector<int> upTo(int first, int last) {
    std::vector<int> frames;
    for (int i = first; i <= last; ++i) frames.push_back(i);
    return frames;
}

}  // namespace fs2
