// timeline_bench [FRAMES [OBJECTS]]: milliseconds of a repaint of the timeline, by what has
// changed. Prints a line for each case: the median and the slowest of 40 repaints.
#include <QApplication>
#include <QScrollBar>
#include <QTimer>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <functional>
#include <memory>
#include <random>

#include "ui/main_window/theme.h"
#include "ui/timeline/clock.h"
#include "ui/timeline/timeline_view.h"

using namespace fs2;

namespace {

LaneCell someCell(std::mt19937& random, int frame) {
    LaneCell cell;
    const auto roll = random();
    cell.bits = frame % 977 == 0    ? std::uint8_t(LaneCell::Confirmed)
                : frame % 4001 < 90 ? std::uint8_t(LaneCell::Occluded | LaneCell::ByPerson)
                                    : std::uint8_t(LaneCell::Model);
    cell.confidence = std::uint8_t(90 + roll % 160);
    cell.doubt = roll % 701 == 0 ? std::uint8_t(200) : std::uint8_t(0);
    return cell;
}

TimelineContent makeContent(const std::shared_ptr<LaneIndex>& index, int frames, int objects) {
    std::mt19937 random(1);
    index->reset(frames);
    TimelineContent content;
    content.frames = frames;
    for (int id = 1; id <= objects; ++id) {
        for (int frame = id * 31 % 500; frame < frames; ++frame)
            index->set({id}, {frame}, someCell(random, frame + id));
        content.lanes.push_back({{id},
                                 QStringLiteral("%1 person").arg(id),
                                 QColor::fromHsv(id * 37 % 360, 160, 220),
                                 id == 3,
                                 false});
    }
    for (int frame = 0; frame < frames; frame += 48) content.keyFrames.push_back({frame});
    content.marks = content.all();
    content.timeText = [](FrameIndex frame) { return clockText(frame.value / 25.); };
    content.doubtText = [](FrameIndex) { return QString(); };
    content.cells = [index](ObjectId object, FrameRange range, int columns) {
        return index->cells(object, range, columns);
    };
    content.doubts = [index](FrameRange range, int columns) {
        return index->doubts(range, columns);
    };
    return content;
}

void measure(const char* name, TimelineView& view, const std::function<void(int)>& change) {
    std::vector<double> times;
    for (int i = 0; i < 40; ++i) {
        change(i);
        const std::clock_t before = std::clock();

        QApplication::sendPostedEvents();  // paints what the change left dirty
        times.push_back(double(std::clock() - before) * 1e3 / CLOCKS_PER_SEC);
        view.viewport()->repaint(0, 0, 1, 1);
    }
    std::sort(times.begin(), times.end());
    std::printf("%-28s median %6.2f ms   slowest %6.2f ms\n", name, times[times.size() / 2],
                times.back());
}

void measureAll(TimelineView& view) {
    const int frames = view.content().frames;
    std::printf("%d frames, %d objects, %d x %d pixels\n", frames, int(view.content().lanes.size()),
                view.width(), view.height());
    view.fit();
    measure("all of it, whole clip", view, [&](int) {
        view.framesChanged({{0}, {frames - 1}});
        view.viewport()->update();
    });
    measure("one frame of a run", view, [&](int i) {
        view.framesChanged({{1000 + i}, {1000 + i}});
    });
    measure("playhead", view, [&](int i) { view.setPlayhead({i * 1000 % frames}, false); });
    for (int i = 0; i < 6; ++i) view.zoomIn();
    measure("scrolling, zoomed in", view, [&](int i) {
        QScrollBar& bar = *view.horizontalScrollBar();
        bar.setValue(i * bar.maximum() / 40);
    });
    measure("zooming", view, [&](int i) { i % 8 < 4 ? view.zoomIn() : view.zoomOut(); });
}

}  // namespace

int main(int argc, char** argv) {
    QApplication app(argc, argv);
    const int frames = argc > 1 ? std::atoi(argv[1]) : 200'000;
    const int objects = argc > 2 ? std::atoi(argv[2]) : 50;
    applyTheme(ThemeChoice::Dark);
    const auto index = std::make_shared<LaneIndex>();
    TimelineView view;
    view.resize(1920, 260);
    view.setContent(makeContent(index, frames, objects));
    QImage picture(96, 54, QImage::Format_RGB32);
    picture.fill(Qt::darkCyan);
    QObject::connect(&view.strip(), &Filmstrip::wanted, &view, [&](const QList<int>& wanted) {
        for (const int frame : wanted) view.strip().setPicture(frame, picture);
    });
    view.show();
    QTimer::singleShot(200, &view, [&] {  // it has been drawn by then
        measureAll(view);
        view.resize(1920, 1200);
        measureAll(view);
        QApplication::quit();
    });
    return QApplication::exec();
}
