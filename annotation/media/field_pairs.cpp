#include "annotation/media/field_pairs.h"

namespace fs2 {

FieldPairs::FieldPairs(const AVStream& stream) {
    if (stream.codecpar->codec_id != AV_CODEC_ID_H264) return;
    context_.reset(avcodec_alloc_context3(nullptr));
    if (!context_ || avcodec_parameters_to_context(context_.get(), stream.codecpar) < 0) return;
    parser_.reset(av_parser_init(AV_CODEC_ID_H264));
    if (parser_) parser_->flags |= PARSER_FLAG_COMPLETE_FRAMES;
}

bool FieldPairs::isSecond(const AVPacket& packet) {
    if (!parser_) return false;
    std::uint8_t* out = nullptr;
    int size = 0;
    av_parser_parse2(parser_.get(), context_.get(), &out, &size, packet.data, packet.size, packet.pts,
                     packet.dts, packet.pos);
    const AVPictureStructure now = parser_->picture_structure;
    const bool field = now == AV_PICTURE_STRUCTURE_TOP_FIELD ||
                       now == AV_PICTURE_STRUCTURE_BOTTOM_FIELD;
    // The parser knows the order of fields where the field before has the same frame number.
    const bool second = field && first_ != AV_PICTURE_STRUCTURE_UNKNOWN && first_ != now &&
                        parser_->field_order != AV_FIELD_UNKNOWN;
    first_ = field && !second ? now : AV_PICTURE_STRUCTURE_UNKNOWN;
    return second;
}

}  // namespace fs2
