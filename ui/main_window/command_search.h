// CommandSearch: a list that a few typed letters narrow down: all commands of the window, the
// classes for an object. GUI thread; a popup that deletes itself when it closes.
#pragma once
#include <QDialog>
#include <QIcon>

#include <vector>

class QLineEdit;
class QListWidget;

namespace fs2 {

class Actions;

class CommandSearch : public QDialog {
    Q_OBJECT
  public:
    struct Entry {
        QIcon icon;
        QString text;
        QString hint;  ///< at the right: menu and key
        bool enabled = true;
    };
    /// `placeholder` says what is searched. With `takesNew`, Enter on a text that no entry has
    /// gives newText().
    CommandSearch(std::vector<Entry> entries, const QString& placeholder, bool takesNew,
                  QWidget* parent);
    /// All commands; choosing one triggers it.
    static CommandSearch* forActions(const Actions& actions, QWidget* parent);
    /// Every word of `typed` occurs in `text`; without case.
    static bool matches(const QString& text, const QString& typed);

  Q_SIGNALS:
    void chosen(int entry);
    void newText(const QString& text);

  protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

  private:
    void narrow(const QString& typed);
    void finish();

    std::vector<Entry> entries_;
    bool takesNew_;
    QLineEdit* line_ = nullptr;
    QListWidget* list_ = nullptr;
};

}  // namespace fs2
