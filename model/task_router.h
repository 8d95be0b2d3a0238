// TaskRouter (MODEL.md part A): a pure function from what the caller has to what the network does.
// It has no parameters and never reads ground truth. Any thread.
#pragma once
#include <optional>

namespace fs2 {

enum class Task { InteractiveImage, InteractiveVideo, Vos, Panoptic };
const char* taskName(Task task);  ///< interactive_image, interactive_video, vos, panoptic

struct TaskInput {
    bool hasPrompts = false;          ///< clicks, boxes or text
    bool isVideo = false;             ///< a stream of frames with memory
    bool hasFirstFrameMasks = false;  ///< masks given for the first frame
    std::optional<Task> forced = {};      ///< the caller names the task
};

/// How many stages of the query head each task runs, 1 to 3.
struct StageCounts {
    int interactive = 3;
    int vos = 3;
    int panoptic = 3;
};

/// Weights of the losses that count for a task (MODEL.md part B, the table task_loss_weights).
struct LossWeights {
    float cls = 0, mask = 0, dice = 0, iou = 0, promptAlign = 0, textVisual = 0, dpsr = 0,
          temporal = 0, memoryAlign = 0, panoptic = 0;
};

struct TaskPlan {
    Task task = Task::Panoptic;
    bool objectQueries = false;   ///< the learned kernels
    bool promptQueries = false;   ///< one a prompted object
    bool trackedQueries = false;  ///< objects that memory carries
    bool memory = false;
    int stages = 3;
    LossWeights losses;
};

TaskPlan routeTask(const TaskInput& input, const StageCounts& stages = {});

}  // namespace fs2
