#include "annotation/core/result.h"

namespace fs2 {

const char* errorName(ErrorCode code) {
    switch (code) {
        case ErrorCode::BadRequest: return "bad_request";
        case ErrorCode::NotFound: return "not_found";
        case ErrorCode::Unreadable: return "unreadable";
        case ErrorCode::Unsupported: return "unsupported";
        case ErrorCode::WrongModel: return "wrong_model";
        case ErrorCode::OutOfMemory: return "out_of_memory";
        case ErrorCode::DiskFull: return "disk_full";
        case ErrorCode::ReadOnly: return "read_only";
        case ErrorCode::Cancelled: return "cancelled";
        case ErrorCode::Internal: return "internal";
    }
    return "internal";
}

}  // namespace fs2
