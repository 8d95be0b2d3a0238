// ExportDialog: what to write and where; remembers the choice. Writes nothing itself. GUI thread.
#pragma once
#include <QDialog>

#include <vector>

#include "app/session/session.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;

namespace fs2 {

class ExportDialog : public QDialog {
    Q_OBJECT
  public:
    /// Of the formats those that take what the work holds. `item` is the open one: it can be
    /// written alone.
    ExportDialog(Session& session, ItemId item, QWidget* parent);

    QString format() const;  ///< the name of one of Session::exportFormats()
    void setFormat(const QString& name, bool alwaysRle = false);
    QString path() const;  ///< the file or the folder
    ExportOptions options() const;
    void accept() override;

  private:
    struct Row {
        ExportFormat format;
        bool alwaysRle = false;
    };
    const Row& row() const;
    void fillFormats(bool pictures, bool clips);
    void suggestPath();
    void browse();

    QString folder_;
    ItemId item_;
    std::vector<Row> rows_;
    QComboBox* format_ = nullptr;
    QLineEdit* path_ = nullptr;
    QCheckBox* confirmedOnly_ = nullptr;
    QCheckBox* doneOnly_ = nullptr;
    QCheckBox* thisOnly_ = nullptr;
    QPushButton* ok_ = nullptr;
};

}  // namespace fs2
