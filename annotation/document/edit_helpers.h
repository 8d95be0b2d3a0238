// What the edits share. Internal to annotation/document; GUI thread.
#pragma once
#include <QCoreApplication>

#include <algorithm>

#include "annotation/document/edits.h"
#include "annotation/document/step_builder.h"

namespace fs2::edit {

struct Edit {
    Q_DECLARE_TR_FUNCTIONS(Edit)
};

inline QString counted(const QString& one, const QString& many, std::size_t n) {
    return n == 1 ? one : many.arg(n);
}

/// The objects among `ids` that are there and not locked.
inline Ids editable(const Document& doc, const Ids& ids) {
    Ids kept;
    for (ObjectId id : ids) {
        const ObjectRecord* object = doc.object(id);
        if (object && !object->locked) kept.push_back(id);
    }
    return kept;
}

inline bool canEdit(const Document& doc, ObjectId id) {
    const ObjectRecord* object = doc.object(id);
    return doc.isLoaded() && id.value > 0 && !(object && object->locked);
}

}  // namespace fs2::edit
