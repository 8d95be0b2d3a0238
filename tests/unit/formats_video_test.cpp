// Exports of clips: what is written can be read back to the same pixels, and what a format cannot carry is
// told. The overlay films are in overlay_film_test.cpp, the reference readers in
// tests/bench/clip_formats.py.
#include <QtTest>

#include <QTemporaryDir>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <set>
#include <sys/resource.h>
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "annotation/core/files.h"
#include "annotation/formats/clip_export.h"
#include "annotation/formats/clip_formats.h"
#include "annotation/media/image_decode.h"
#include "annotation/media/png_io.h"
#include "clip_samples.h"

using namespace fs2;
namespace fs = std::filesystem;
using nlohmann::json;
using Kind = ClipWarning::Kind;

namespace {

constexpr ClipFormat kFormats[] = {ClipFormat::Davis, ClipFormat::YoutubeVis, ClipFormat::Mots,
                                   ClipFormat::Coco, ClipFormat::Png};

int countOf(const ClipReport& report, Kind kind) {
    return int(std::count_if(report.warnings.begin(), report.warnings.end(),
                             [&](const ClipWarning& warning) { return warning.kind == kind; }));
}

/// The object of `read` whose masks are those of `object`; null = there is none.
const ClipObject* sameMasks(const ClipLabels& read, const ClipObject& object) {
    for (const ClipObject& candidate : read.objects) {
        bool equal = true;
        for (int frame = 0; equal && frame < read.frames; ++frame) {
            const ClipLabel* a = candidate.seenAt(frame);
            const ClipLabel* b = object.seenAt(frame);
            equal = (a == nullptr) == (b == nullptr) && (a == nullptr || a->mask == b->mask);
        }
        if (equal) return &candidate;
    }
    return nullptr;
}

/// Small squares, one an object, all on frame 0.
ClipLabels crowd(int count, const char* category = "car") {
    constexpr int kColumns = 64;
    ClipLabels clip;
    clip.name = "crowd";
    clip.width = kColumns;
    clip.height = (count + kColumns - 1) / kColumns;
    clip.frames = 2;
    clip.categories = {{category, ""}};
    for (int i = 0; i < count; ++i) {
        const Mask dot = sample::bitmap(clip.width, clip.height, [&](int x, int y) {
            return y * kColumns + x == i;
        });
        clip.objects.push_back({i + 1, "", 0, {{0, dot, -1, false}, {1, dot, -1, false}}});
    }
    return clip;
}

Result<Frame> greyPicture(int width, int height) {
    auto frame = makeFrame(width, height);
    for (std::size_t i = 0; i < frame->pixels.size(); ++i) {
        if (i % 4 != 3) frame->pixels[i] = 128;
    }
    return Frame(std::move(frame));
}

}  // namespace

class FormatsVideoTest : public QObject {
    Q_OBJECT

  private Q_SLOTS:
    void init() { folder_ = std::make_unique<QTemporaryDir>(); }
    void roundTrips_data();
    void roundTrips();
    void davisFilesAreAsDavisHasThem();
    void lateStartersAreTold();
    void goldenRows();
    void youtubeVisLists();
    void moreThan255Objects();
    void overlapsGoToTheOneOnTop();
    void classesOfMots();
    void namesStayInside();
    void framesKeepTheirNumbers();
    void picturesComeAlong();
    void damagedFramesCostTheirPicture();
    void faultsLeaveNothing_data();
    void faultsLeaveNothing();
    void fullDisk();
    void readOnlyFolder();
    void whatIsThereIsKept();
    void badRequests();
    void checksFindFaults_data();
    void checksFindFaults();
    void checksOfFolders();
    void foreignInput();

  private:
    std::string path(const std::string& name) const {
        return folder_->path().toStdString() + "/" + name;
    }
    /// What is in the test's folder.
    int entries() const {
        return int(std::distance(fs::directory_iterator(folder_->path().toStdString()), {}));
    }
    ClipReport exported(ClipFormat format, const ClipLabels& clip, const std::string& to,
                        const ClipExportOptions& options = {}) {
        const auto report = exportClips(format, {&clip, 1}, to, options);
        if (!report) {
            qWarning("%s", report.error().detail.c_str());
            QTest::qFail("the export failed", __FILE__, __LINE__);
            return {};
        }
        return *report;
    }
    std::unique_ptr<QTemporaryDir> folder_;
};

void FormatsVideoTest::roundTrips_data() {
    QTest::addColumn<int>("format");
    for (const char* name : {"davis", "ytvis", "mots", "coco", "coco-rle", "png"}) {
        QTest::newRow(name) << int(*clipFormatOf(name));
    }
    QVERIFY(clipFormatOf("overlay") == ClipFormat::Overlay);
    QVERIFY(!clipFormatOf("flash"));
}

void FormatsVideoTest::roundTrips() {
    QFETCH(int, format);
    const auto form = ClipFormat(format);
    const ClipLabels clip = sample::clip();
    const std::string to = path("out" + clipFormatEnding(form));
    const ClipReport report = exported(form, clip, to);
    QCOMPARE(countOf(report, Kind::NoMask), 1);
    QCOMPARE(countOf(report, Kind::Overlap), 0);
    const auto read = readClips(form, to);
    QVERIFY2(read.ok(), read ? "" : read.error().detail.c_str());
    QCOMPARE(read->size(), std::size_t(1));
    const ClipLabels& again = read->front();
    QCOMPARE(again.name, clip.name);
    QCOMPARE(again.frames, clip.frames);
    QCOMPARE(again.width, clip.width);
    QCOMPARE(again.height, clip.height);
    QCOMPARE(again.objects.size(), clip.objects.size() - 1);
    for (std::size_t i = 0; i + 1 < clip.objects.size(); ++i) {
        const ClipObject* same = sameMasks(again, clip.objects[i]);
        QVERIFY2(same != nullptr, clip.objects[i].name.c_str());
        const std::string category = again.categories[std::size_t(same->category)].name;
        const bool mots = form == ClipFormat::Mots;
        const std::string person = mots ? "pedestrian" : "person";
        QCOMPARE(category, clip.objects[i].category == 0 ? std::string("car") : person);
        if (!mots && form != ClipFormat::Coco) QCOMPARE(same->name, clip.objects[i].name);
    }
    const auto faults = checkClips(form, to);
    QVERIFY(faults.ok());
    QCOMPARE(faults->size(), std::size_t(form == ClipFormat::Davis ? 1 : 0));  // the late starter
}

void FormatsVideoTest::davisFilesAreAsDavisHasThem() {
    exported(ClipFormat::Davis, sample::clip(), path("d"));
    QCOMPARE(*readWholeFile(path("d/ImageSets/2017/val.txt")), std::string("sample\n"));
    for (int frame = 0; frame < sample::kFrames; ++frame) {
        const std::string name =
            path("d/Annotations/480p/sample/0000" + std::to_string(frame) + ".png");
        const auto bytes = readWholeFile(name);
        QVERIFY(bytes.ok());
        QCOMPARE(int((*bytes)[24]), 8);  // bits
        QCOMPARE(int((*bytes)[25]), 3);  // indexed
        QVERIFY(readIdImage(name).ok());
    }
    const auto& palette = vocPalette();
    const int golden[][4] = {{0, 0, 0, 0},     {1, 128, 0, 0},    {2, 0, 128, 0},      {3, 128, 128, 0},
                             {4, 0, 0, 128},   {8, 64, 0, 0},     {21, 128, 64, 128},
                             {255, 224, 224, 192}};
    for (const auto& row : golden) {
        for (std::size_t c = 0; c < 3; ++c) {
            QCOMPARE(int(palette[std::size_t(row[0]) * 3 + c]), row[c + 1]);
        }
    }
    // Colours of the file itself: what another program shows for object 1.
    const auto shown = decodeImage(path("d/Annotations/480p/sample/00000.png"));
    const auto numbers = readIdImage(path("d/Annotations/480p/sample/00000.png"));
    const auto one = std::find(numbers->ids.begin(), numbers->ids.end(), 1) - numbers->ids.begin();
    const auto* pixel = (*shown)->row(int(one) / sample::kWidth) + 4 * (one % sample::kWidth);
    QCOMPARE(int(pixel[0]), 128);
    QCOMPARE(int(pixel[1]) + pixel[2], 0);
}

void FormatsVideoTest::lateStartersAreTold() {
    const ClipReport report = exported(ClipFormat::Davis, sample::clip(), path("d"));
    QCOMPARE(countOf(report, Kind::LateStarter), 1);
    QCOMPARE(countOf(report, Kind::NothingAtFirst), 0);
    // The objects of frame 0 come first, though the late one comes first in the list.
    const auto read = readClips(ClipFormat::Davis, path("d"));
    QCOMPARE(read->front().objects[0].name, std::string("ring"));
    QCOMPARE(read->front().objects[2].name, std::string("late"));
    QCOMPARE(read->front().objects[2].number, 3);

    ClipLabels late = sample::clip();
    late.objects = {late.objects[0]};
    const ClipReport none = exported(ClipFormat::Davis, late, path("late"));
    QCOMPARE(countOf(none, Kind::NothingAtFirst), 1);
    QCOMPARE(countOf(none, Kind::LateStarter), 1);
    for (const ClipFormat format : {ClipFormat::YoutubeVis, ClipFormat::Mots, ClipFormat::Coco}) {
        const ClipReport other = exported(format, late, path("late" + std::to_string(int(format))));
        QCOMPARE(other.warnings.size(), std::size_t(0));
    }
}

void FormatsVideoTest::goldenRows() {
    ClipLabels clip;
    clip.name = "golden";
    clip.width = 6;
    clip.height = 5;
    clip.frames = 1;
    clip.categories = {{"car", ""}};
    const Mask ring = Mask::fromRuns(6, 5, {6, 3, 2, 1, 1, 1, 2, 3, 2, 3, 6}).value();
    clip.objects = {{1, "", 0, {{0, ring, -1, false}}}};
    exported(ClipFormat::Mots, clip, path("mots"));
    QCOMPARE(*readWholeFile(path("mots/instances_txt/golden.txt")),
             std::string("0 1000 1 5 6 632NO012004\n"));
    QCOMPARE(*readWholeFile(path("mots/evaluate_mots.seqmap.val")),
             std::string("golden empty 000000 000000\n"));
    exported(ClipFormat::YoutubeVis, clip, path("y.json"));
    const json annotation = json::parse(*readWholeFile(path("y.json")))["annotations"][0];
    QVERIFY(annotation["segmentations"][0]["counts"] == json({6, 3, 2, 1, 1, 1, 2, 3, 2, 3, 6}));
    QVERIFY(annotation["segmentations"][0]["size"] == json({5, 6}));
    QVERIFY(annotation["areas"] == json({11}));
    QVERIFY(annotation["bboxes"] == json({{1, 1, 4, 3}}));
}

void FormatsVideoTest::youtubeVisLists() {
    exported(ClipFormat::YoutubeVis, sample::clip(), path("y.json"));
    const json root = json::parse(*readWholeFile(path("y.json")));
    QCOMPARE(root["videos"][0]["length"].get<int>(), sample::kFrames);
    QCOMPARE(root["videos"][0]["file_names"][3].get<std::string>(), std::string("sample/00003.jpg"));
    QCOMPARE(root["annotations"].size(), std::size_t(3));
    for (const json& annotation : root["annotations"]) {
        QVERIFY(annotation["id"] >= 1);
        for (const char* list : {"segmentations", "bboxes", "areas"}) {
            QCOMPARE(annotation[list].size(), std::size_t(sample::kFrames));
            QVERIFY(annotation[list][sample::kEmptyFrame].is_null());
        }
    }
    QVERIFY(root["annotations"][2]["areas"][3].is_null());  // the object that leaves
    QVERIFY(!root["annotations"][2]["areas"][6].is_null());
    QCOMPARE(root["annotations"][1]["score"].get<double>(), .75);
}

void FormatsVideoTest::moreThan255Objects() {
    const ClipLabels clip = crowd(300);
    const auto objectsOf = [&](ClipFormat format, int left) {
        const std::string to = path("crowd" + std::to_string(int(format)) + clipFormatEnding(format));
        const ClipReport report = exported(format, clip, to);
        QCOMPARE(countOf(report, Kind::TooManyObjects), left < 300 ? 1 : 0);
        const auto read = readClips(format, to);
        QVERIFY(read.ok());
        QCOMPARE(int(read->front().objects.size()), left);
        for (int i = 0; i < left; ++i) QVERIFY(sameMasks(read->front(), clip.objects[std::size_t(i)]));
    };
    objectsOf(ClipFormat::Davis, 254);
    for (const ClipFormat format : kFormats) {
        if (format != ClipFormat::Davis) objectsOf(format, 300);
    }
    const ClipReport report = exported(ClipFormat::Mots, crowd(1002), path("1002"));
    QCOMPARE(countOf(report, Kind::TooManyObjects), 1);
    QCOMPARE(readClips(ClipFormat::Mots, path("1002"))->front().objects.size(), std::size_t(1000));
}

void FormatsVideoTest::overlapsGoToTheOneOnTop() {
    const auto box = [](int x0, int x1) {
        return sample::bitmap(8, 4, [=](int x, int) { return x >= x0 && x < x1; });
    };
    ClipLabels clip;
    clip.name = "overlap";
    clip.width = 8;
    clip.height = 4;
    clip.frames = 1;
    clip.categories = {{"car", ""}};
    clip.objects = {{1, "below", 0, {{0, box(0, 5), -1, false}}},
                    {2, "above", 0, {{0, box(3, 8), -1, false}}}};
    for (const ClipFormat format : kFormats) {
        const std::string to = path("o" + std::to_string(int(format)));
        const ClipReport report = exported(format, clip, to);
        const bool both = format == ClipFormat::YoutubeVis || format == ClipFormat::Coco;
        QCOMPARE(countOf(report, Kind::Overlap), both ? 0 : 1);
        const auto read = readClips(format, to);
        QVERIFY(read.ok());
        QVERIFY(read->front().objects[0].labels[0].mask == (both ? box(0, 5) : box(0, 3)));
        QVERIFY(read->front().objects[1].labels[0].mask == box(3, 8));
        QCOMPARE(checkClips(format, to)->size(), std::size_t(0));
    }
}

void FormatsVideoTest::classesOfMots() {
    ClipLabels clip = sample::clip();
    clip.categories = {{"Person", ""}, {"猫", ""}};
    const ClipReport report = exported(ClipFormat::Mots, clip, path("m"));
    QCOMPARE(countOf(report, Kind::UnknownClass), 1);
    const std::string text = *readWholeFile(path("m/instances_txt/sample.txt"));
    QVERIFY(text.starts_with("0 2001 2 37 53 "));
    QCOMPARE(checkClips(ClipFormat::Mots, path("m"))->size(), std::size_t(0));
    clip.objects[0].category = -1;
    QCOMPARE(countOf(exported(ClipFormat::Mots, clip, path("n")), Kind::UnknownClass), 2);
}

void FormatsVideoTest::namesStayInside() {
    std::vector<ClipLabels> clips(4, sample::clip());
    clips[0].name = "../../escaped";
    clips[1].name = "Küche 猫";
    clips[2].name = "Küche 猫";
    clips[3].name = "";
    for (const ClipFormat format : kFormats) {
        const std::string to = path("n" + std::to_string(int(format)));
        const auto report = exportClips(format, clips, to);
        QVERIFY(report.ok());
        QCOMPARE(countOf(*report, Kind::NameChanged), 3);
        const auto read = readClips(format, to);
        QVERIFY(read.ok());
        std::set<std::string> names;
        for (const ClipLabels& clip : *read) names.insert(clip.name);
        QCOMPARE(names, (std::set<std::string>{"_._.._escaped", "Küche 猫", "Küche 猫-2", "clip"}));
    }
    QVERIFY(fs::exists(path("n0/Annotations/480p/Küche 猫/00009.png")));
    QCOMPARE(entries(), int(std::size(kFormats)));
}

void FormatsVideoTest::framesKeepTheirNumbers() {
    ClipLabels clip = sample::clip();
    clip.firstNumber = 99'995;
    exported(ClipFormat::Png, clip, path("film"), {.keepNumbers = true});
    QVERIFY(fs::exists(path("film/sample/099995.png")));
    QVERIFY(fs::exists(path("film/sample/100004.png")));
    for (int frame = 0; frame < sample::kFrames; ++frame) {
        clip.files.push_back("shot_" + std::to_string(frame) + ".jpeg");
    }
    exported(ClipFormat::Davis, clip, path("folder"), {.keepNumbers = true});
    QVERIFY(fs::exists(path("folder/Annotations/480p/sample/shot_9.png")));
    clip.files[3] = "shot_30.jpeg";  // the order by text would be another
    clip.files[4] = "shot_4.jpeg";
    clip.files[9] = "shot_10.jpeg";
    exported(ClipFormat::Davis, clip, path("order"), {.keepNumbers = true});
    QVERIFY(fs::exists(path("order/Annotations/480p/sample/099995.png")));
    QCOMPARE(readClips(ClipFormat::Davis, path("order"))->front().frames, sample::kFrames);
    exported(ClipFormat::Coco, clip, path("c.json"));
    QVERIFY(readWholeFile(path("c.json"))->find("\"sample/shot_30.jpeg\"") != std::string::npos);
}

void FormatsVideoTest::picturesComeAlong() {
    const ClipLabels clip = sample::clip();
    double last = -1;
    ClipExportOptions options;
    options.copyPictures = true;
    options.pictures = [&](std::size_t, int) { return greyPicture(clip.width, clip.height); };
    options.goOn = [&](double share) {
        if (share <= last || share >= 1) last = 2;  // it rises and ends before 1
        last = share;
        return true;
    };
    const std::string places[] = {"JPEGImages/480p/", "", "JPEGImages/", "", "JPEGImages/"};
    for (const ClipFormat format : kFormats) {
        last = -1;
        const std::string name = "p" + std::to_string(int(format));
        exported(format, clip, path(name + clipFormatEnding(format)), options);
        QVERIFY(last > .9 && last < 1);
        const auto picture =
            decodeImage(path(name + "/" + places[int(format)] + "sample/00009.jpg"));
        QVERIFY2(picture.ok(), picture ? "" : picture.error().detail.c_str());
        QCOMPARE((*picture)->width, clip.width);
        QVERIFY(std::abs((*picture)->row(5)[20] - 128) < 3);
    }
}

void FormatsVideoTest::damagedFramesCostTheirPicture() {
    const ClipLabels clip = sample::clip();
    ClipExportOptions options;
    options.copyPictures = true;
    options.pictures = [&](std::size_t, int frame) -> Result<Frame> {
        if (frame == 0 || frame == 4) return Error{ErrorCode::Unreadable, "film.mp4: damaged"};
        return greyPicture(clip.width, clip.height);
    };
    const auto brightness = [&](const char* name) {
        const auto picture = decodeImage(path(std::string("d/JPEGImages/480p/sample/") + name));
        return picture ? int((*picture)->row(3)[4]) : -1;
    };
    QCOMPARE(countOf(exported(ClipFormat::Davis, clip, path("d"), options), Kind::FrameLost), 2);
    QCOMPARE(brightness("00000.jpg"), 0);
    QVERIFY(std::abs(brightness("00004.jpg") - 128) < 3);
    QCOMPARE(countOf(exported(ClipFormat::Overlay, clip, path("d.mp4"), options), Kind::FrameLost), 2);
}

void FormatsVideoTest::faultsLeaveNothing_data() { roundTrips_data(); }

void FormatsVideoTest::faultsLeaveNothing() {
    QFETCH(int, format);
    const auto form = ClipFormat(format);
    const ClipLabels clip = sample::clip();
    const std::string to = path("new/out" + clipFormatEnding(form));
    ClipExportOptions options;
    options.goOn = [](double share) { return share < .4; };
    const auto stopped = exportClips(form, {&clip, 1}, to, options);
    QVERIFY(!stopped.ok() && stopped.error().code == ErrorCode::Cancelled);
    options = {};
    options.copyPictures = true;
    options.pictures = [&](std::size_t, int frame) -> Result<Frame> {
        if (frame == 4) return Error{ErrorCode::NotFound, "film.mp4: the drive went away"};
        return greyPicture(clip.width, clip.height);
    };
    const auto gone = exportClips(form, {&clip, 1}, to, options);
    QVERIFY(!gone.ok() && gone.error().code == ErrorCode::NotFound);
    QVERIFY(fs::is_empty(path("new")));
}

void FormatsVideoTest::fullDisk() {
    if (!fs::exists("/dev/full")) QSKIP("there is no /dev/full on this system");
    const ClipLabels clip = sample::clip();
    for (const ClipFormat format : {ClipFormat::Coco, ClipFormat::YoutubeVis}) {
        fs::create_symlink("/dev/full", temporaryName(path("x.json")));
        const auto report = exportClips(format, {&clip, 1}, path("x.json"));
        QVERIFY(!report.ok() && report.error().code == ErrorCode::DiskFull);
        QVERIFY(report.error().detail.starts_with(path("x.json")));
        QCOMPARE(entries(), 0);
    }
    // A folder's files are new, so the disk is full by a limit here.
    std::signal(SIGXFSZ, SIG_IGN);
    rlimit before{};
    getrlimit(RLIMIT_FSIZE, &before);
    const rlimit tiny{10, before.rlim_max};
    setrlimit(RLIMIT_FSIZE, &tiny);
    std::vector<bool> failed;
    for (const ClipFormat format : {ClipFormat::Davis, ClipFormat::Mots, ClipFormat::Png}) {
        failed.push_back(!exportClips(format, {&clip, 1}, path("out")).ok());
    }
    setrlimit(RLIMIT_FSIZE, &before);
    QCOMPARE(failed, std::vector<bool>(3, true));
    QCOMPARE(entries(), 0);
}

void FormatsVideoTest::readOnlyFolder() {
    if (geteuid() == 0) QSKIP("the superuser may write everywhere");
    const ClipLabels clip = sample::clip();
    fs::permissions(folder_->path().toStdString(), fs::perms::owner_read | fs::perms::owner_exec);
    for (const ClipFormat format : kFormats) {
        const auto report = exportClips(format, {&clip, 1}, path("out"));
        QVERIFY(!report.ok() && report.error().code == ErrorCode::ReadOnly);
    }
    fs::permissions(folder_->path().toStdString(), fs::perms::owner_all);
}

void FormatsVideoTest::whatIsThereIsKept() {
    const ClipLabels clip = sample::clip();
    fs::create_directory(path("out"));
    exported(ClipFormat::Davis, clip, path("out"));  // an empty folder will do
    const auto again = exportClips(ClipFormat::Png, {&clip, 1}, path("out"));
    QVERIFY(!again.ok() && again.error().code == ErrorCode::BadRequest);
    QVERIFY(readClips(ClipFormat::Davis, path("out")).ok());
    QVERIFY(writeWholeFile(path("file"), "text").ok());
    const auto file = exportClips(ClipFormat::Png, {&clip, 1}, path("file"));
    QVERIFY(!file.ok() && file.error().code == ErrorCode::BadRequest);
    QCOMPARE(*readWholeFile(path("file")), std::string("text"));
    fs::create_directory(path("new.part"));  // somebody's own
    exported(ClipFormat::Mots, clip, path("new/"));
    QVERIFY(fs::is_empty(path("new.part")));
    QVERIFY(fs::exists(path("new/instances_txt/sample.txt")));
}

void FormatsVideoTest::badRequests() {
    const auto refused = [&](ClipFormat format, const ClipLabels& clip,
                             const ClipExportOptions& options = {}) {
        const auto report = exportClips(format, {&clip, 1}, path("out"), options);
        return !report.ok() && report.error().code == ErrorCode::BadRequest && entries() == 0;
    };
    ClipLabels clip = sample::clip();
    QVERIFY(refused(ClipFormat::Overlay, clip));
    QVERIFY(refused(ClipFormat::Davis, clip, {.copyPictures = true}));
    QVERIFY(!exportClips(ClipFormat::Davis, {}, path("out")).ok());
    clip.objects[1].labels[2].mask = Mask::blank(52, 37);
    QVERIFY(refused(ClipFormat::Davis, clip));
    clip = sample::clip();
    clip.objects[1].labels[2].frame = 1;
    QVERIFY(refused(ClipFormat::Coco, clip));
    clip = sample::clip();
    clip.objects[1].category = 2;
    QVERIFY(refused(ClipFormat::Mots, clip));
    clip = sample::clip();
    clip.seconds = {0, 1};
    QVERIFY(refused(ClipFormat::Png, clip));
    clip = {};
    QVERIFY(refused(ClipFormat::YoutubeVis, clip));
    QVERIFY(readClips(ClipFormat::Overlay, "x").error().code == ErrorCode::Unsupported);
    QVERIFY(checkClips(ClipFormat::Overlay, "x").error().code == ErrorCode::Unsupported);
    for (const ClipFormat format : kFormats) {
        QVERIFY(readClips(format, path("absent")).error().code == ErrorCode::NotFound);
        QVERIFY(checkClips(format, path("absent")).error().code == ErrorCode::NotFound);
    }
}

void FormatsVideoTest::checksFindFaults_data() {
    QTest::addColumn<QString>("text");
    QTest::addColumn<QString>("fault");
    const auto mots = [](const char* name, const char* rows, const char* fault) {
        QTest::newRow(name) << QString::fromUtf8(rows) << QString::fromUtf8(fault);
    };
    // 3 x 4 pixels: "714" is the pixel at 2,1; "0<" all of them.
    mots("mots: track twice", "0 1000 1 3 4 714\n\n0 1000 1 3 4 714\n",
         "f:3: track 1000 stands twice on frame 0");
    mots("mots: overlap", "0 1000 1 3 4 714\r\n0 1001 1 3 4 0<\r\n", "f:2: track 1001 overlaps");
    mots("mots: class", "0 3000 3 3 4 714", "f:1: class 3 is none of 1, 2 and 10");
    mots("mots: track of another class", "0 2000 1 3 4 714", "f:1: track 2000 is not of class 1");
    mots("mots: size", "0 1000 1 3 4 714\n1 1000 1 4 3 714", "f:2: the mask has another size");
    mots("mots: RLE", "0 1000 1 3 4 715", "f:1: ");
    mots("mots: no RLE", "0 1000 1 3 4", "f:1: ");
    mots("mots: words", "0 1000 one 3 4 714", "f:1: the class is \"one\"");
    mots("mots: below 0", "-1 1000 1 3 4 714", "f:1: the frame is \"-1\"");
    mots("mots: too large", "0 1000 1 99999999 99999999 714", "f:1: no picture has this size");
    const auto ytvis = [](const char* name, const char* at, const char* value, const char* fault) {
        const char* good = R"({"videos":[{"id":1,"width":4,"height":3,"length":2,
            "file_names":["v/0.jpg","v/1.jpg"]}],"categories":[{"id":1,"name":"car"}],"annotations":[
            {"id":1,"video_id":1,"category_id":1,"width":4,"height":3,"iscrowd":0,"segmentations":
            [{"size":[3,4],"counts":"714"},null],"bboxes":[[2,1,1,1],null],"areas":[1,null]}]})";
        json root = json::parse(good);
        if (*at != 0) root[json::json_pointer(at)] = json::parse(value);
        QTest::newRow(name) << QString::fromStdString(root.dump()) << QString::fromUtf8(fault);
    };
    ytvis("ytvis: good", "", "", "");
    ytvis("ytvis: id 0", "/annotations/0/id", "0", "annotations[0].id: ids start at 1");
    ytvis("ytvis: lists", "/annotations/0/areas", "[1]", "annotations[0].areas: it is no list of 2");
    ytvis("ytvis: null", "/annotations/0/areas/0", "null", "annotations[0].segmentations[0]: mask, box");
    ytvis("ytvis: area", "/annotations/0/areas/0", "7", "annotations[0].areas[0]: 7, but the mask has 1");
    ytvis("ytvis: box", "/annotations/0/bboxes/0", "[2,1,2,1]", "annotations[0].bboxes[0]: [2,1,2,1]");
    ytvis("ytvis: RLE", "/annotations/0/segmentations/0/counts", "\"715\"",
          "annotations[0].segmentations[0]: ");
    ytvis("ytvis: never", "/annotations/0/segmentations/0", "null", "annotations[0]");
    ytvis("ytvis: video", "/annotations/0/video_id", "2", "annotations[0].video_id: there is no such");
    ytvis("ytvis: category", "/annotations/0/category_id", "2", "annotations[0].category_id: there is");
    ytvis("ytvis: crowd", "/annotations/0/iscrowd", "false", "annotations[0].iscrowd: ");
    ytvis("ytvis: size", "/annotations/0/width", "5", "annotations[0]: its width and height");
    ytvis("ytvis: length", "/videos/0/length", "3", "videos[0].length: it is not the count");
    ytvis("ytvis: folder", "/videos/0/file_names/0", "\"0.jpg\"", "videos[0].file_names[0]: a name is");
    ytvis("ytvis: no videos", "/videos", "3", "videos: it is missing or no list");
    ytvis("ytvis: no text", "/categories/0/name", "3", "categories[0].name: it is missing or no text");
    ytvis("ytvis: no object", "/annotations/0", "3", "annotations[0]: it is no object");
}

void FormatsVideoTest::checksFindFaults() {
    QFETCH(QString, text);
    QFETCH(QString, fault);
    const std::string bytes = text.toStdString();
    const bool mots = !text.startsWith(QLatin1Char('{'));
    const Faults faults = mots ? checkMotsText(bytes, "f") : checkYoutubeVisText(bytes, "f").value();
    if (fault.isEmpty()) {
        QVERIFY(faults.empty());
        QVERIFY(parseYoutubeVis(bytes, "f").ok());
        return;
    }
    QVERIFY(!faults.empty());
    QVERIFY2(faults.front().starts_with(fault.toStdString()), faults.front().c_str());
    if (!mots) return;
    const auto read = parseMots(bytes, "f");
    QVERIFY(!read.ok());
    QCOMPARE(read.error().detail, faults.front());
}

void FormatsVideoTest::checksOfFolders() {
    const auto has = [](const Result<std::vector<std::string>>& faults, const std::string& wanted) {
        return faults.ok() && std::any_of(faults->begin(), faults->end(), [&](const std::string& fault) {
                   return fault.find(wanted) != std::string::npos;
               });
    };
    exported(ClipFormat::Davis, crowd(3), path("d"));
    const std::string clip = path("d/Annotations/480p/crowd/");
    QCOMPARE(checkClips(ClipFormat::Davis, path("d"))->size(), std::size_t(0));
    QCOMPARE(checkClips(ClipFormat::Davis, clip)->size(), std::size_t(0));
    QVERIFY(writeWholeFile(clip + "notes.txt", "x").ok());
    QVERIFY(has(checkClips(ClipFormat::Davis, path("d")), "notes.txt: only PNG files"));
    QVERIFY(writeWholeFile(path("d/ImageSets/2017/train.txt"), "crowd\r\nother\n").ok());
    QVERIFY(has(checkClips(ClipFormat::Davis, path("d")), "train.txt:2: there is no clip \"other\""));
    IdImage ids{64, 1, std::vector<std::uint16_t>(64, 0)};
    ids.ids[0] = 255;
    ids.ids[1] = 5;
    QVERIFY(writeIdPng(clip + "00001.png", ids).ok());
    const auto faults = checkClips(ClipFormat::Davis, path("d"));
    QVERIFY(has(faults, "00001.png: pixels of 255"));
    QVERIFY(has(faults, "00001.png: object 5 starts after the first frame"));
    QVERIFY(has(faults, "object 4 is missing"));
    QCOMPARE(readClips(ClipFormat::Davis, path("d"))->front().objects.size(), std::size_t(4));
    QVERIFY(writeMaskPng(clip + "00002.png", Mask::blank(64, 1)).ok());
    QVERIFY(has(checkClips(ClipFormat::Davis, path("d")), "00002.png: DAVIS' files are indexed"));
    QVERIFY(writeMaskPng(clip + "00002.png", Mask::blank(63, 1)).ok());
    QVERIFY(has(checkClips(ClipFormat::Davis, path("d")), "00002.png: it has 63 x 1 pixels"));
    QVERIFY(readClips(ClipFormat::Davis, path("d")).error().code == ErrorCode::Unreadable);
    std::string png = *readWholeFile(clip + "00000.png");
    png[png.find("PLTE") + 4 + 3]++;
    png.resize(png.size() - 20);
    QVERIFY(writeWholeFile(clip + "00000.png", png).ok());
    QVERIFY(has(checkClips(ClipFormat::Davis, path("d")), "00000.png: damaged PNG"));
    fs::create_directories(path("none/Annotations/480p"));
    QVERIFY(has(checkClips(ClipFormat::Davis, path("none")), "it has no folder with PNG files"));

    exported(ClipFormat::Png, crowd(3), path("p"));
    QVERIFY(writeWholeFile(path("p/objects.txt"), "crowd\t1\tcar\t\ncrowd\tone\t\t\ncrowd\t1\t\t\nx\n").ok());
    const auto listed = checkClips(ClipFormat::Png, path("p"));
    QVERIFY(has(listed, "objects.txt:2: \"one\" is no number"));
    QVERIFY(has(listed, "objects.txt:3: object 1 stands there twice"));
    QVERIFY(has(listed, "objects.txt:4: four fields"));
    QVERIFY(has(listed, "object 3 is not in objects.txt"));
    QVERIFY(has(checkClips(ClipFormat::Png, path("none")), "it has no PNG files"));
    QVERIFY(checkClips(ClipFormat::Mots, path("none")).error().code == ErrorCode::NotFound);
}

void FormatsVideoTest::foreignInput() {
    // MOTS with an ignore region; YouTube-VIS with polygons, uncompressed runs and gaps in the ids.
    const auto mots = parseMots("3 10000 10 3 4 714\n1 2005 2 3 4 0<\n", "f");
    QVERIFY(mots.ok());
    QCOMPARE(mots->frames, 4);
    QCOMPARE(mots->objects.size(), std::size_t(2));
    QCOMPARE(mots->categories[1].name, std::string("ignore"));
    const auto ytvis = parseYoutubeVis(
        R"({"videos":[{"id":7,"width":4,"height":3,"file_names":["v/a.jpg","v/b.jpg"]}],"annotations":
            [{"video_id":7,"segmentations":[[[0,0,2,0,2,2,0,2]],{"size":[3,4],"counts":[0,12]}]}]})",
        "f");
    QVERIFY2(ytvis.ok(), ytvis ? "" : ytvis.error().detail.c_str());
    QCOMPARE(ytvis->front().objects[0].labels[0].mask.area(), std::int64_t(4));
    QCOMPARE(ytvis->front().objects[0].labels[1].mask.area(), std::int64_t(12));
    QCOMPARE(ytvis->front().objects[0].category, -1);
    for (const char* bad : {"", "[]", "{\"videos\":[],\"annotations\":3}",
                            "{\"videos\":[{\"id\":1,\"width\":1e9,\"height\":1,\"file_names\":[\"v\"]}]}"}) {
        const auto read = parseYoutubeVis(bad, "name");
        QVERIFY(!read.ok() && read.error().detail.starts_with("name: "));
    }
}

QTEST_GUILESS_MAIN(FormatsVideoTest)
#include "formats_video_test.moc"
