#include "ui/main_window/about_dialog.h"

#include <QDialogButtonBox>
#include <QGridLayout>
#include <QIcon>
#include <QLabel>
#include <QTextBrowser>
#include <QVBoxLayout>

namespace fs2 {

AboutDialog::AboutDialog(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("About FastSAM2 Studio"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* picture = new QLabel(this);
    picture->setPixmap(QIcon(QStringLiteral(":/icons/fastsam2-studio.svg")).pixmap(72, 72));
    auto* text = new QLabel(this);
    text->setWordWrap(true);
    text->setOpenExternalLinks(true);
    text->setTextInteractionFlags(Qt::TextBrowserInteraction);
    text->setText(
        QStringLiteral("<h2>FastSAM2 Studio %1</h2>").arg(QLatin1String(FS2_VERSION)) +
        tr("<p>Click on a thing in a photograph and get its mask; correct it with further clicks; "
           "export for training.</p>"
           "<p>Free software under the GNU General Public License, version 3 or later. It comes "
           "without any warranty. You may pass it on and change it under that licence; its text is "
           "in the file LICENSE, and at <a href=\"https://www.gnu.org/licenses/\">gnu.org/licenses"
           "</a>.</p>"
           "<p>Built with Qt %1, LibTorch, OpenCV, SQLite, SQLiteCpp, spdlog and "
           "nlohmann/json.</p>")
            .arg(QLatin1String(qVersion())));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* grid = new QGridLayout(this);
    grid->setContentsMargins(20, 20, 20, 16);
    grid->setSpacing(16);
    grid->addWidget(picture, 0, 0, Qt::AlignTop);
    grid->addWidget(text, 0, 1);
    grid->addWidget(buttons, 1, 0, 1, 2);
    setMinimumWidth(520);
}

HelpDialog::HelpDialog(QWidget* parent) : QDialog(parent) {
    setWindowTitle(tr("First Minute"));
    setAttribute(Qt::WA_DeleteOnClose);
    auto* text = new QTextBrowser(this);
    text->setOpenExternalLinks(true);
    text->setHtml(tr(
        "<h3>Open</h3><p>Drop images or a folder onto the window, or press Ctrl+U. Everything you "
        "do "
        "is saved by itself into one file beside the images.</p>"
        "<h3>Click</h3><p>Rest the cursor on a thing: a dashed outline shows what a click would "
        "give. "
        "Left click takes the thing. Where too little is covered, left click there; where too "
        "much, "
        "right click (or Shift+click). A click on an existing point removes it. S steps through "
        "part, "
        "whole and more.</p>"
        "<h3>Keep</h3><p>Enter or N keeps the object, and the next click begins another one. Esc "
        "drops "
        "the draft.</p>"
        "<h3>Name</h3><p>Add classes at the right; Ctrl+1 to Ctrl+9 give them to the selected "
        "objects. "
        "The class that is chosen in the list goes to new objects.</p>"
        "<h3>Refine</h3><p>R drags a box, P draws a polygon, B paints, X rubs out; the clean-up "
        "commands are in the Object menu. Select an object and its clicks are there again: go on "
        "where you stopped. Ctrl+Z takes back any step.</p>"
        "<h3>Go on</h3><p>D and A open the next and the previous image, Ctrl+Enter marks the image "
        "as "
        "done.</p>"
        "<h3>Export</h3><p>Ctrl+Shift+E writes a COCO file or mask images.</p>"
        "<p>? shows all keys, Ctrl+Shift+P finds every command.</p>") +
        tr("<h3>Films</h3><p>Drop a film onto the window, click a thing on the first frame and press "
           "F: its mask runs through the film. Where it slips, go there, click once to correct and "
           "press Ctrl+R: only what depends on it is run again; J goes to the next frame that the "
           "model doubts. Press N and click to add another thing on any frame. Esc stops a run, what "
           "is finished stays, and Ctrl+Z takes a whole run back.</p>"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(text);
    layout->addWidget(buttons);
    resize(560, 620);
}

}  // namespace fs2
