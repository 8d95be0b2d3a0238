// TaskRouter: the table of MODEL.md part A and the loss weights of part B.
#include <QtTest>

#include "model/task_router.h"

namespace fs2 {

class TaskRouterTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void whatTheCallerHasDecides() {
        QCOMPARE(routeTask({.hasPrompts = true}).task, Task::InteractiveImage);
        QCOMPARE(routeTask({.hasPrompts = true, .isVideo = true}).task, Task::InteractiveVideo);
        QCOMPARE(routeTask({.isVideo = true, .hasFirstFrameMasks = true}).task, Task::Vos);
        QCOMPARE(routeTask({.hasPrompts = true, .hasFirstFrameMasks = true}).task, Task::Vos);
        QCOMPARE(routeTask({}).task, Task::Panoptic);
        QCOMPARE(routeTask({.hasPrompts = true, .forced = Task::Panoptic}).task, Task::Panoptic);
    }

    void plan() {
        const auto click = routeTask({.hasPrompts = true}, {.interactive = 2});
        QVERIFY(click.promptQueries && !click.objectQueries && !click.memory);
        QCOMPARE(click.stages, 2);
        QVERIFY(routeTask({.hasPrompts = true, .isVideo = true}).memory);
        const auto scene = routeTask({}, {.panoptic = 9});
        QVERIFY(scene.objectQueries && !scene.promptQueries && !scene.trackedQueries);
        QCOMPARE(scene.stages, 3);
        const auto both = routeTask({.hasPrompts = true, .forced = Task::Panoptic});
        QVERIFY(both.objectQueries && both.promptQueries);
    }

    void lossWeights() {
        const auto image = routeTask({.hasPrompts = true}).losses;
        QCOMPARE(image.iou, 10.f);
        QCOMPARE(image.temporal, 0.f);
        QCOMPARE(image.promptAlign, .5f);
        const auto vos = routeTask({.hasFirstFrameMasks = true}).losses;
        QCOMPARE(vos.dpsr, 2.f);
        QCOMPARE(vos.temporal, 1.5f);
        QCOMPARE(vos.iou, 0.f);
        QCOMPARE(routeTask({}).losses.cls, 2.f);
    }

    void names() { QCOMPARE(std::string(taskName(Task::InteractiveVideo)), std::string("interactive_video")); }
};

}  // namespace fs2

QTEST_GUILESS_MAIN(fs2::TaskRouterTest)
#include "task_router_test.moc"
