// Turns a failed system call into a JavaScript Error with code, errno (negative, as in Node) and syscall.
#ifndef SALLYPORT_LINUX_FAILURE_H_
#define SALLYPORT_LINUX_FAILURE_H_

#include <napi.h>

#include <string>

struct Failure {
  int errorNumber = 0;
  const char* syscall = "";
  std::string tried;   // "lock the file /run/x": completes "Cannot ..."
  std::string advice;  // what to do; empty: the general advice for this error number, if there is one
};

Napi::Error MakeError(Napi::Env env, const Failure& failure);
// Throws and returns undefined, so that a binding can write `return Throw(env, ...)`.
Napi::Value Throw(Napi::Env env, const Failure& failure);

#endif
