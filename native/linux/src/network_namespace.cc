// Which network namespace the calling thread is in, and moving it into another one.
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/socket.h>

#include "checked.h"
#include "descriptor.h"
#include "facilities.h"
#include "failure.h"

#ifndef SO_NETNS_COOKIE
#define SO_NETNS_COOKIE 71
#endif

namespace {

// SO_NETNS_COOKIE: Linux 5.14. Older kernels answer ENOPROTOOPT, and the face returns undefined.
Napi::Value NetworkNamespaceCookie(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const std::string tried = "read the cookie of the network namespace";
  Descriptor probe(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
  if (!probe.open()) return Throw(env, {errno, "socket", tried, ""});
  uint64_t cookie = 0;
  socklen_t length = sizeof cookie;
  if (getsockopt(probe.get(), SOL_SOCKET, SO_NETNS_COOKIE, &cookie, &length) == 0) {
    return Napi::BigInt::New(env, cookie);
  }
  if (errno == ENOPROTOOPT) return env.Undefined();
  return Throw(env, {errno, "getsockopt", tried, ""});
}

Descriptor OpenNamespace(const char* path) {
  return Descriptor(open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
}

// False with an exception pending; the thread is where it was.
bool Enter(Napi::Env env, const std::string& path) {
  const std::string tried = "enter the network namespace " + path;
  const Descriptor target = OpenNamespace(path.c_str());
  if (!target.open()) {
    Throw(env, {errno, "open", tried, ""});
    return false;
  }
  if (setns(target.get(), CLONE_NEWNET) == 0) return true;
  const char* advice = errno == EINVAL ? "Pass a network namespace, such as /run/netns/NAME or /proc/PID/ns/net." : "";
  Throw(env, {errno, "setns", tried, advice});
  return false;
}

Napi::Value EnterNetworkNamespace(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::string path = checked.Text(info[0], "path", kLongestPath);
  if (!checked.failed()) Enter(env, path);
  return env.Undefined();
}

// Everything that comes after it would be done in a namespace that nobody meant: better to end.
void GoHome(const Descriptor& home) {
  if (setns(home.get(), CLONE_NEWNET) == 0) return;
  Napi::Error::Fatal("InNetworkNamespace", "the thread could not go back to its network namespace");
}

Napi::Value InNetworkNamespace(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::string path = checked.Text(info[0], "path", kLongestPath);
  if (checked.failed()) return env.Undefined();
  if (!info[1].IsFunction()) {
    Napi::TypeError::New(env, "work must be a function").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const Descriptor home = OpenNamespace("/proc/thread-self/ns/net");
  if (!home.open()) return Throw(env, {errno, "open", "remember the network namespace of this thread", ""});
  if (!Enter(env, path)) return env.Undefined();
  // What it throws is pending afterwards, and goes on to the caller.
  Napi::Value result = info[1].As<Napi::Function>().Call({});
  GoHome(home);
  return result;
}

}  // namespace

void ExportNetworkNamespace(Napi::Env env, Napi::Object exports) {
  exports.Set("networkNamespaceCookie", Napi::Function::New(env, NetworkNamespaceCookie, "networkNamespaceCookie"));
  exports.Set("inNetworkNamespace", Napi::Function::New(env, InNetworkNamespace, "inNetworkNamespace"));
  exports.Set("enterNetworkNamespace", Napi::Function::New(env, EnterNetworkNamespace, "enterNetworkNamespace"));
}
