// ExportDialog: what to write and where; remembers the choice. Writes nothing itself. GUI thread.
#pragma once
#include <QDialog>

#include "app/session/session.h"

class QCheckBox;
class QComboBox;
class QLineEdit;
class QPushButton;

namespace fs2 {

class ExportDialog : public QDialog {
    Q_OBJECT
  public:
    enum class Format { Coco, CocoRle, MaskPng };

    /// `folder` is the work's folder: the first suggestion.
    ExportDialog(const QString& folder, QWidget* parent);

    Format format() const;
    QString path() const;  ///< the JSON file, or the folder of the mask images
    ExportOptions options() const;
    void accept() override;

  private:
    void suggestPath();
    void browse();

    QString folder_;
    QComboBox* format_ = nullptr;
    QLineEdit* path_ = nullptr;
    QCheckBox* confirmedOnly_ = nullptr;
    QCheckBox* doneOnly_ = nullptr;
    QPushButton* ok_ = nullptr;
};

}  // namespace fs2
