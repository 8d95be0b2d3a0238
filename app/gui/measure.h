// Measure: the window's figures of the README, printed on stdout, then the program quits. GUI thread.
#pragma once
#include <QString>

namespace fs2 {

class MainWindow;
class Session;

/// Milliseconds from the start of the process until the window is drawn. Call once it is.
void measureStart();

/// Opens `folder` and prints how long it took until its list is drawn, until its first picture is, and the
/// longest time in which the window did not answer, while the model was loading too. Call once the
/// window is drawn.
void measureFolder(Session& session, MainWindow& window, const QString& folder);

}  // namespace fs2
