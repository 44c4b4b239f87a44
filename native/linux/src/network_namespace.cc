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

Napi::Value EnterNetworkNamespace(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::string path = checked.Text(info[0], "path", kLongestPath);
  if (checked.failed()) return env.Undefined();
  const std::string tried = "enter the network namespace " + path;
  Descriptor target(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
  if (!target.open()) return Throw(env, {errno, "open", tried, ""});
  if (setns(target.get(), CLONE_NEWNET) != 0) {
    const char* advice = errno == EINVAL ? "Pass a network namespace, such as /run/netns/NAME or /proc/PID/ns/net." : "";
    return Throw(env, {errno, "setns", tried, advice});
  }
  return env.Undefined();
}

}  // namespace

void ExportNetworkNamespace(Napi::Env env, Napi::Object exports) {
  exports.Set("networkNamespaceCookie", Napi::Function::New(env, NetworkNamespaceCookie, "networkNamespaceCookie"));
  exports.Set("enterNetworkNamespace", Napi::Function::New(env, EnterNetworkNamespace, "enterNetworkNamespace"));
}
