// FieldPairs: which packets hold the second field of a frame whose first field has a packet of its own, as
// interlaced H.264 may have. Internal to media; one thread.
#pragma once
#include "annotation/media/video_handles.h"

namespace fs2 {

class FieldPairs {
  public:
    explicit FieldPairs(const AVStream& stream);
    /// Packets come in file order. The decoder gives no frame for such a packet.
    bool isSecond(const AVPacket& packet);

  private:
    CodecHandle context_;  ///< never opened: the parser reads the stream's head there
    ParserHandle parser_;  ///< null = fields have no packets of their own
    AVPictureStructure first_ = AV_PICTURE_STRUCTURE_UNKNOWN;  ///< the field that waits for its other half
};

}  // namespace fs2
