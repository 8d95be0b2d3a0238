#include "annotation/document/undo_stack.h"

namespace fs2 {
namespace {

std::size_t bytesOf(const ItemRecord& row) {
    std::size_t bytes = sizeof row + row.path.size() + row.note.size();
    for (const std::string& tag : row.tags) bytes += sizeof(std::string) + tag.size();
    return bytes;
}
std::size_t bytesOf(const ClassRecord& row) { return sizeof row + row.name.size(); }
std::size_t bytesOf(const ObjectRecord& row) { return sizeof row + row.name.size(); }
std::size_t bytesOf(const LabelRecord& row) {
    return sizeof row + row.mask.bytes() + row.prompt.clicks.size() * sizeof(Click) +
           row.prompt.text.size() + row.weightsId.size();
}

}  // namespace

std::size_t Step::bytes() const {
    std::size_t sum = sizeof *this + std::size_t(text.size()) * sizeof(QChar);
    for (const Change& change : changes) {
        sum += std::visit([](const auto& c) { return bytesOf(c.before) + bytesOf(c.after); }, change);
    }
    return sum;
}

Change inverse(const Change& change) {
    return std::visit(
        [](const auto& c) -> Change {
            auto back = c;
            std::swap(back.hadBefore, back.hasAfter);
            std::swap(back.before, back.after);
            return back;
        },
        change);
}

void UndoStack::push(Step step) {
    while (steps_.size() > done_) {
        bytes_ -= steps_.back().bytes();
        steps_.pop_back();
    }
    bytes_ += step.bytes();
    steps_.push_back(std::move(step));
    ++done_;
    trim();
}

void UndoStack::trim() {
    while (bytes_ > limit_ && done_ > 1) {
        bytes_ -= steps_.front().bytes();
        steps_.pop_front();
        --done_;
    }
}

std::unordered_set<ItemId> UndoStack::items() const {
    std::unordered_set<ItemId> found;
    for (const Step& step : steps_) {
        found.insert(step.item);
        for (const Change& change : step.changes) {
            if (const auto* row = std::get_if<RowChange<ItemRecord>>(&change)) found.insert(row->after.id);
        }
    }
    return found;
}

void UndoStack::clear() {
    steps_.clear();
    done_ = 0;
    bytes_ = 0;
}

void UndoStack::setByteLimit(std::size_t bytes) {
    limit_ = bytes;
    trim();
}

}  // namespace fs2
