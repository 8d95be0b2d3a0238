#include "app/session/sentences.h"

#include <QCoreApplication>

namespace fs2 {
namespace {

struct Sentences {
    Q_DECLARE_TR_FUNCTIONS(Sentences)
};

QString what(Doing doing) {
    switch (doing) {
        case Doing::OpenFolder: return Sentences::tr("The folder could not be opened");
        case Doing::OpenPicture: return Sentences::tr("The picture could not be opened");
        case Doing::OpenClip: return Sentences::tr("The clip could not be opened");
        case Doing::ShowFrame: return Sentences::tr("This frame could not be shown");
        case Doing::ReadProject: return Sentences::tr("The masks of this picture could not be read");
        case Doing::Save: return Sentences::tr("Changes could not be saved");
        case Doing::LoadModel: return Sentences::tr("The model could not be loaded");
        case Doing::Predict: return Sentences::tr("The model gave no mask");
        case Doing::Propagate: return Sentences::tr("The run ended early; what had come is kept");
        case Doing::ChangeMemory: return Sentences::tr("The model's memory was not changed");
        case Doing::Export: return Sentences::tr("The export failed");
    }
    return {};
}

QString why(const Error& error, Doing doing) {
    switch (error.code) {
        case ErrorCode::BadRequest:
            return doing == Doing::OpenFolder ? Sentences::tr("its project is open in another program")
                                              : Sentences::tr("the request cannot be met");
        case ErrorCode::NotFound: return Sentences::tr("a file or folder is not there");
        case ErrorCode::Unreadable: return Sentences::tr("the file is damaged or of another kind");
        case ErrorCode::Unsupported: return Sentences::tr("this version cannot do that");
        case ErrorCode::WrongModel: return Sentences::tr("the weights belong to another network");
        case ErrorCode::OutOfMemory: return Sentences::tr("the memory is used up");
        case ErrorCode::DiskFull: return Sentences::tr("the disk is full");
        case ErrorCode::ReadOnly: return Sentences::tr("the place cannot be written");
        case ErrorCode::Cancelled: return Sentences::tr("it was cancelled");
        case ErrorCode::Internal: return Sentences::tr("an unexpected fault");
    }
    return {};
}

QString advice(const Error& error, Doing doing) {
    if (doing == Doing::Save) {
        return error.code == ErrorCode::DiskFull
                   ? Sentences::tr("Make room: saving is tried again by itself, nothing is lost as long "
                                   "as the program runs.")
                   : Sentences::tr("Saving is tried again by itself, nothing is lost as long as the "
                                   "program runs.");
    }
    if (doing == Doing::LoadModel) return Sentences::tr("Drawing goes on; choose weights in the settings.");
    if (error.code == ErrorCode::OutOfMemory) {
        return Sentences::tr("Close other programs or choose a smaller working size.");
    }
    return {};
}

}  // namespace

QString sentenceOf(const Error& error, Doing doing) {
    const QString sentence =
        Sentences::tr("%1: %2.", "what failed: why").arg(what(doing), why(error, doing));
    const QString more = advice(error, doing);
    return more.isEmpty() ? sentence : sentence + u' ' + more;
}

}  // namespace fs2
