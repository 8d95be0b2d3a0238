#include "model/words/open_vocabulary.h"

#include <algorithm>

namespace fs2 {

namespace {

/// COCO's stuff names carry remarks on how classes were merged.
std::string_view withoutRemark(std::string_view name) {
    for (const std::string_view remark : {"-merged", "-other", "-stuff"})
        if (name.ends_with(remark)) name.remove_suffix(remark.size());
    return name;
}

/// The row of the table that has a synonym of the class; -1 where there is none.
std::int64_t rowOf(const ClassTable& table, const ClassName& wanted) {
    const auto words = synonymsOf(wanted.name);
    for (std::size_t i = 0; i < table.classes.size(); ++i)
        for (const auto& known : synonymsOf(table.classes[i].name))
            for (const auto& word : words)
                if (word == known || word == withoutRemark(known)) return std::int64_t(i);
    return -1;
}

ClassTable thingsFirst(const ClassTable& table) {
    std::vector<std::int64_t> order(table.classes.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = std::int64_t(i);
    const auto isThing = [&](std::int64_t i) { return table.classes[std::size_t(i)].thing; };
    std::ranges::stable_partition(order, isThing);
    return table.rows(order);
}

}  // namespace

Error OpenVocabulary::missing() {
    return {ErrorCode::Unsupported,
            "words and classes need an OpenCLIP text model (--text-model) or a class table "
            "(--class-table)"};
}

Result<ClassTable> OpenVocabulary::table(const std::string& classes, std::stop_token stop) {
    std::vector<ClassName> wanted;
    if (!classes.empty()) {
        auto names = classNamesFrom(classes);
        if (!names) return names.error();
        wanted = std::move(*names);
    }
    auto table = options_.tablePath.empty() ? Result<ClassTable>(missing()) : fromTable(wanted);
    // What the table lacks is encoded; a table that cannot be read is a fault all the same.
    if (!table && table.error().code == ErrorCode::Unsupported && !options_.towerPath.empty())
        table = encoded(wanted, stop);
    return table ? Result<ClassTable>(thingsFirst(*table)) : table;
}

Result<ClassTable> OpenVocabulary::fromTable(const std::vector<ClassName>& wanted) {
    auto table = loadClassTable(options_.tablePath, {});
    // A table without names of its own takes the user's, row by row.
    if (!table && table.error().code == ErrorCode::BadRequest && !wanted.empty())
        return loadClassTable(options_.tablePath, wanted);
    if (!table || wanted.empty()) return table;
    std::vector<std::int64_t> rows;
    for (const auto& name : wanted) {
        rows.push_back(rowOf(*table, name));
        if (rows.back() < 0)
            return Error{ErrorCode::Unsupported, options_.tablePath +
                                                     ": the table has no class \"" + name.name +
                                                     "\", and without an OpenCLIP text model "
                                                     "(--text-model) no new word can be encoded"};
    }
    auto some = table->rows(rows);
    some.classes = wanted;  // the user's own words, and what is counted
    return some;
}

Result<ClassTable> OpenVocabulary::encoded(const std::vector<ClassName>& wanted,
                                           std::stop_token stop) {
    if (!encoder_) {
        auto tokenizer = ClipTokenizer::load();
        if (!tokenizer) return tokenizer.error();
        auto tower = TextTower::load(options_.towerPath, options_.activation);
        if (!tower) return tower.error();
        tower->to(device_);
        encoder_.emplace(std::move(*tokenizer), std::move(*tower));
    }
    return cachedClassTable(wanted.empty() ? cocoPanopticNames() : wanted, *encoder_, stop);
}

}  // namespace fs2
