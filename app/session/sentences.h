// Sentences: what the user reads when something failed, by code. GUI thread.
#pragma once
#include <QString>

#include "annotation/core/result.h"

namespace fs2 {

enum class Doing {
    OpenFolder,
    OpenPicture,
    OpenClip,
    ShowFrame,
    ReadProject,
    Save,
    LoadModel,
    Predict,
    Propagate,
    ChangeMemory,
    Export,
};

/// What failed and what to do, translated, without the detail.
QString sentenceOf(const Error& error, Doing doing);

}  // namespace fs2
