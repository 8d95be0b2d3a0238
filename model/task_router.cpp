#include "model/task_router.h"

#include <algorithm>

namespace fs2 {

const char* taskName(Task task) {
    switch (task) {
        case Task::InteractiveImage: return "interactive_image";
        case Task::InteractiveVideo: return "interactive_video";
        case Task::Vos: return "vos";
        case Task::Panoptic: return "panoptic";
    }
    return "";
}

namespace {

Task choose(const TaskInput& in) {
    if (in.forced) return *in.forced;
    if (in.hasFirstFrameMasks) return Task::Vos;
    if (in.hasPrompts) return in.isVideo ? Task::InteractiveVideo : Task::InteractiveImage;
    return Task::Panoptic;
}

LossWeights lossesOf(Task task) {
    LossWeights w{.cls = 1, .mask = 5, .dice = 5};
    switch (task) {
        case Task::InteractiveVideo:
            w.temporal = 1;
            [[fallthrough]];
        case Task::InteractiveImage:
            w.iou = 10;
            w.promptAlign = .5f;
            w.textVisual = .3f;
            break;
        case Task::Vos:
            w.dpsr = 2;
            w.temporal = 1.5f;
            w.memoryAlign = 1;
            break;
        case Task::Panoptic:
            w.cls = 2;
            w.panoptic = 1;
            break;
    }
    return w;
}

}  // namespace

TaskPlan routeTask(const TaskInput& in, const StageCounts& stages) {
    TaskPlan plan;
    plan.task = choose(in);
    plan.losses = lossesOf(plan.task);
    plan.memory = plan.task == Task::InteractiveVideo || plan.task == Task::Vos;
    plan.trackedQueries = plan.memory;
    plan.objectQueries = plan.task == Task::Panoptic;
    plan.promptQueries = in.hasPrompts || plan.task == Task::InteractiveImage ||
                         plan.task == Task::InteractiveVideo;
    const int asked = plan.task == Task::Panoptic ? stages.panoptic
                      : plan.task == Task::Vos    ? stages.vos
                                                  : stages.interactive;
    plan.stages = std::clamp(asked, 1, 3);
    return plan;
}

}  // namespace fs2
