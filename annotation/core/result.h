// Result<T>: a value, or an Error (code for the user's sentence, detail with file and number).
// std::expected is C++23; .cu files read this header too. Values; any thread.
#pragma once
#include <string>
#include <utility>
#include <variant>

namespace fs2 {

enum class ErrorCode {
    BadRequest,    ///< the caller asked for what cannot be (click outside the image, NaN …)
    NotFound,      ///< file, folder, object or frame that is not there
    Unreadable,    ///< damaged, truncated or foreign input
    Unsupported,   ///< known, but not by this build or this model
    WrongModel,    ///< weights of another network
    OutOfMemory,
    DiskFull,
    ReadOnly,
    Cancelled,
    Internal,
};

/// Short name as `serve` writes it: bad_request, not_found, unreadable, …
const char* errorName(ErrorCode code);

struct Error {
    ErrorCode code = ErrorCode::Internal;
    std::string detail;  ///< names the file and the reason, in English; no full stop
};

template <class T>
class [[nodiscard]] Result {
  public:
    Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
    Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}
    bool ok() const { return state_.index() == 0; }
    explicit operator bool() const { return ok(); }
    T& value() & { return *std::get_if<0>(&state_); }
    const T& value() const& { return *std::get_if<0>(&state_); }
    T&& value() && { return std::move(*std::get_if<0>(&state_)); }
    T& operator*() & { return value(); }
    const T& operator*() const& { return value(); }
    T* operator->() { return std::get_if<0>(&state_); }
    const T* operator->() const { return std::get_if<0>(&state_); }
    const Error& error() const { return *std::get_if<1>(&state_); }

  private:
    std::variant<T, Error> state_;
};

template <>
class [[nodiscard]] Result<void> {
  public:
    Result() = default;
    Result(Error error) : error_(std::move(error)), ok_(false) {}
    bool ok() const { return ok_; }
    explicit operator bool() const { return ok_; }
    const Error& error() const { return error_; }

  private:
    Error error_;
    bool ok_ = true;
};

}  // namespace fs2
