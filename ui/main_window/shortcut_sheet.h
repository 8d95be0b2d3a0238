// ShortcutSheet: all keys and mouse gestures on one sheet, by menu. GUI thread.
#pragma once
#include <QDialog>

class QTextBrowser;

namespace fs2 {

class Actions;

class ShortcutSheet : public QDialog {
    Q_OBJECT
  public:
    ShortcutSheet(const Actions& actions, QWidget* parent);
    /// The sheet as HTML, narrowed to rows that hold `typed`.
    static QString html(const Actions& actions, const QString& typed, const QPalette& palette);
};

}  // namespace fs2
