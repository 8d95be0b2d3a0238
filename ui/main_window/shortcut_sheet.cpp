#include "ui/main_window/shortcut_sheet.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QTextBrowser>
#include <QVBoxLayout>

#include <algorithm>
#include <vector>

#include "ui/main_window/actions.h"
#include "ui/main_window/command_search.h"

namespace fs2 {
namespace {

struct Row {
    QString keys;
    QString text;
};
struct Section {
    QString title;
    std::vector<Row> rows;
};

Section mouseSection() {
    const auto row = [](const char* keys, const char* text) {
        return Row{ShortcutSheet::tr(keys), ShortcutSheet::tr(text)};
    };
    return {ShortcutSheet::tr("Mouse"),
            {row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "left click"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "add to the object")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "right click, Shift+click"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "take away from the object")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "click a point"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "remove it")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "Shift+drag"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "box")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "wheel, Ctrl+wheel"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "zoom at the cursor")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "Shift+wheel"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "scroll sideways")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "Space+drag, middle drag"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "move the picture")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "drag on the timeline"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "go through the clip")),
             row(QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "wheel on the timeline"),
                 QT_TRANSLATE_NOOP("fs2::ShortcutSheet", "enlarge it at the cursor"))}};
}

std::vector<Section> sections(const Actions& actions) {
    std::vector<Section> all;
    for (const QAction* action : actions.all()) {
        QStringList keys;
        for (const QKeySequence& key : action->shortcuts())
            keys.append(key.toString(QKeySequence::NativeText));
        if (keys.isEmpty()) continue;
        const QString title = Actions::menuOf(*action);
        auto it = std::find_if(all.begin(), all.end(),
                               [&](const Section& section) { return section.title == title; });
        if (it == all.end()) it = all.insert(all.end(), {title, {}});
        it->rows.push_back({keys.join(QStringLiteral("   ")), Actions::titleOf(*action)});
    }
    all.push_back(mouseSection());
    return all;
}

}  // namespace

QString ShortcutSheet::html(const Actions& actions, const QString& typed, const QPalette& palette) {
    const QString faint = palette.color(QPalette::PlaceholderText).name();
    std::vector<QString> blocks;
    for (const Section& section : sections(actions)) {
        QString rows;
        for (const Row& row : section.rows) {
            if (!CommandSearch::matches(row.text + QLatin1Char(' ') + row.keys, typed)) continue;
            rows += QStringLiteral(
                        "<tr><td style=\"padding:2px 16px 2px 0\"><b>%1</b></td>"
                        "<td style=\"padding:2px 24px 2px 0\">%2</td></tr>")
                        .arg(row.keys.toHtmlEscaped(), row.text.toHtmlEscaped());
        }
        if (!rows.isEmpty())
            blocks.push_back(QStringLiteral("<p style=\"color:%1;margin:12px 0 4px 0\">%2</p>"
                                            "<table cellspacing=\"0\">%3</table>")
                                 .arg(faint, section.title.toHtmlEscaped(), rows));
    }
    // Two columns of about the same height.
    qsizetype total = 0;
    for (const QString& block : blocks) total += block.count(QStringLiteral("<tr>")) + 3;
    QString columns[2];
    qsizetype done = 0;
    for (const QString& block : blocks) {
        columns[done * 2 < total ? 0 : 1] += block;
        done += block.count(QStringLiteral("<tr>")) + 3;
    }
    return QStringLiteral("<table width=\"100%\"><tr><td>%1</td><td>%2</td></tr></table>")
        .arg(columns[0], columns[1]);
}

ShortcutSheet::ShortcutSheet(const Actions& actions, QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("Keys and Mouse"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* filter = new QLineEdit(this);
    filter->setPlaceholderText(tr("Filter"));
    filter->setAccessibleName(tr("Filter"));
    filter->setClearButtonEnabled(true);
    auto* text = new QTextBrowser(this);
    text->setAccessibleName(windowTitle());
    text->setHtml(html(actions, {}, palette()));
    connect(filter, &QLineEdit::textChanged, this, [this, text, &actions](const QString& typed) {
        text->setHtml(html(actions, typed, palette()));
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(filter);
    layout->addWidget(text, 1);
    layout->addWidget(buttons);
    resize(860, 720);
}

}  // namespace fs2
