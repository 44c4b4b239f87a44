// The one place where an error number becomes an Error with a message: what was tried, what happened, what to do.
#include "failure.h"

#include <errno.h>
#include <string.h>
#include <uv.h>

namespace {

// EOPNOTSUPP and ENOTSUP are one number on Linux; libuv knows only the second name, kernel documentation the first.
std::string CodeOf(int errorNumber) {
  if (errorNumber == EOPNOTSUPP) return "EOPNOTSUPP";
  char name[64] = {};
  uv_err_name_r(-errorNumber, name, sizeof name);
  return name;
}

const char* GeneralAdvice(int errorNumber) {
  switch (errorNumber) {
    case EPERM:
    case EACCES:
      return "Run as root, or grant the capability that this call needs.";
    case EMFILE:
    case ENFILE:
      return "Raise the limit of open files (LimitNOFILE= in the unit), or look for a descriptor leak.";
    case EBADF:
      return "Pass a descriptor that is still open.";
    case ENOTSOCK:
      return "Pass the descriptor of a socket.";
    case ENOENT:
      return "Check that the path exists.";
    case EPROTONOSUPPORT:
    case EAFNOSUPPORT:
      return "This kernel was built without it, or its module is not loaded.";
    case EAGAIN:
    case ENOBUFS:
      return "The kernel is short of buffers for now: try again.";
    default:
      return "";
  }
}

}  // namespace

Napi::Error MakeError(Napi::Env env, const Failure& failure) {
  const std::string code = CodeOf(failure.errorNumber);
  const std::string advice = failure.advice.empty() ? GeneralAdvice(failure.errorNumber) : failure.advice;
  std::string message = "Cannot " + failure.tried + ": " + failure.syscall + " failed with " + code + " (" +
                        strerror(failure.errorNumber) + ").";
  if (!advice.empty()) message += " " + advice;
  Napi::Error error = Napi::Error::New(env, message);
  error.Set("code", Napi::String::New(env, code));
  error.Set("errno", Napi::Number::New(env, -failure.errorNumber));
  error.Set("syscall", Napi::String::New(env, failure.syscall));
  return error;
}

Napi::Value Throw(Napi::Env env, const Failure& failure) {
  MakeError(env, failure).ThrowAsJavaScriptException();
  return env.Undefined();
}
