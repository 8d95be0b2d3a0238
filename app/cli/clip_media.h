// ClipMedia: what `track` and `serve` have open: a film, a folder of frames in natural order, or one
// picture. Frames near the last one asked for are held. Main thread.
#pragma once
#include <functional>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "annotation/core/frame.h"
#include "annotation/core/result.h"
#include "annotation/media/clip_reader.h"

namespace fs2::cli {

class ClipMedia {
  public:
    /// The first frame is read, too. A folder that holds one sequence in the DAVIS layout is that sequence.
    /// `progress` gets the share of a film's index, 0 to 1. NotFound, Unreadable, Unsupported, naming the
    /// file; Cancelled.
    static Result<ClipMedia> open(const std::string& path, const std::function<void(double)>& progress,
                                  std::stop_token stop);

    const std::string& name() const { return name_; }  ///< of the film without its ending, or of the folder
    int width() const { return width_; }    ///< of the first frame, full pixels
    int height() const { return height_; }
    int frames() const { return reader_->source().frameCount(); }
    std::optional<double> fps() const { return fps_; }  ///< of a film
    bool isFilm() const { return fps_.has_value(); }
    const std::vector<std::string>& files() const { return files_; }  ///< of a folder's frames
    double seconds(int frame) const { return reader_->source().seconds(FrameIndex{frame}); }
    /// Which way the coming frames go.
    void play(Playing way) { reader_->play(way); }
    Result<Frame> frame(int index, std::stop_token stop = {}) {
        return reader_->frame(FrameIndex{index}, stop);
    }

  private:
    ClipMedia(std::string name, std::unique_ptr<MediaSource> source);

    std::string name_;
    int width_ = 0;
    int height_ = 0;
    std::optional<double> fps_;
    std::vector<std::string> files_;
    std::unique_ptr<ClipReader> reader_;
};

}  // namespace fs2::cli
