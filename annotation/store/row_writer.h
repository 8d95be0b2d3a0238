// RowWriter: the statements that put rows into a project's tables. Throws SQLite::Exception; used by
// ProjectStore inside one transaction.
#pragma once
#include <SQLiteCpp/SQLiteCpp.h>

#include "annotation/core/records.h"

namespace fs2 {

class RowWriter {
  public:
    explicit RowWriter(SQLite::Database& db);
    void write(const Change& change);

  private:
    void put(const ItemRecord& row);
    void put(const ClassRecord& row);
    void put(const ObjectRecord& row);
    void put(const LabelRecord& row);
    void putPrompt(const LabelRecord& row);
    void remove(const ItemRecord& row);
    void remove(const ClassRecord& row);
    void remove(const ObjectRecord& row);
    void remove(const LabelRecord& row);

    SQLite::Statement putItem_, putClass_, putObject_, putMask_, putPrompt_, putClick_;
    SQLite::Statement removeItem_, removeClass_, removeObject_, removeMask_, removePrompt_,
        removeClicks_;
};

}  // namespace fs2
