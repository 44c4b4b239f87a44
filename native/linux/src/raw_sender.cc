// Sends ICMP messages or whole IP packets that the caller built, so that a refused flow fails at once instead of timing out.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <cstring>

#include "checked.h"
#include "descriptor.h"
#include "facilities.h"
#include "failure.h"

#ifndef SO_COOKIE
#define SO_COOKIE 57
#endif

namespace {

constexpr size_t kLongestPacket = 65535;

struct Destination {
  sockaddr_storage address = {};
  socklen_t length = 0;
};

bool ReadDestination(int family, const std::string& text, uint32_t interfaceIndex, Destination* destination) {
  destination->address.ss_family = static_cast<sa_family_t>(family);
  if (family == AF_INET) {
    auto* address = reinterpret_cast<sockaddr_in*>(&destination->address);
    destination->length = sizeof *address;
    return inet_pton(AF_INET, text.c_str(), &address->sin_addr) == 1;
  }
  auto* address = reinterpret_cast<sockaddr_in6*>(&destination->address);
  destination->length = sizeof *address;
  address->sin6_scope_id = interfaceIndex;
  return inet_pton(AF_INET6, text.c_str(), &address->sin6_addr) == 1;
}

// A raw ICMP socket receives a copy of every ICMP message: this one never wants any, so a filter drops them all.
bool DropEverythingReceived(int descriptor) {
  sock_filter drop = {BPF_RET | BPF_K, 0, 0, 0};
  sock_fprog program = {1, &drop};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program) == 0;
}

class RawSender : public Napi::ObjectWrap<RawSender> {
 public:
  explicit RawSender(const Napi::CallbackInfo& info) : Napi::ObjectWrap<RawSender>(info) {}

  void Adopt(Descriptor&& descriptor, int family) {
    descriptor_ = std::move(descriptor);
    family_ = family;
  }

  Napi::Value Send(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    Checked checked(env);
    const std::string text = checked.Text(info[0], "destination", INET6_ADDRSTRLEN);
    const auto interfaceIndex = static_cast<uint32_t>(checked.Integer(info[2], "interfaceIndex", 0, INT32_MAX));
    const Bytes packet = checked.ByteArray(info[1], "packet", kLongestPacket);
    if (checked.failed()) return env.Undefined();
    const std::string tried = "send a message to " + text;
    if (!descriptor_.open()) return Throw(env, {EBADF, "sendto", tried, "The sender is closed: open another one."});
    Destination destination;
    if (!ReadDestination(family_, text, interfaceIndex, &destination)) {
      return Throw(env, {EINVAL, "inet_pton", tried, "Pass an address of the sender's own family."});
    }
    const auto* address = reinterpret_cast<const sockaddr*>(&destination.address);
    const ssize_t sent = sendto(descriptor_.get(), packet.data, packet.length, MSG_NOSIGNAL, address, destination.length);
    if (sent < 0) return Throw(env, {errno, "sendto", tried, ""});
    return env.Undefined();
  }

  Napi::Value Cookie(const Napi::CallbackInfo& info) {
    uint64_t cookie = 0;
    socklen_t length = sizeof cookie;
    if (getsockopt(descriptor_.get(), SOL_SOCKET, SO_COOKIE, &cookie, &length) != 0) {
      return Throw(info.Env(), {errno, "getsockopt", "read the cookie of the sender", ""});
    }
    return Napi::BigInt::New(info.Env(), cookie);
  }

  void Close(const Napi::CallbackInfo&) { descriptor_.Close(); }

 private:
  Descriptor descriptor_;
  int family_ = AF_INET;
};

Napi::Value OpenRawSender(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const int family = checked.Integer(info[0], "family", 4, 6) == 6 ? AF_INET6 : AF_INET;
  const bool wholePackets = info[1].IsBoolean() && info[1].As<Napi::Boolean>().Value();
  if (checked.failed()) return env.Undefined();
  const std::string tried = "open a raw socket";
  const int icmp = family == AF_INET6 ? static_cast<int>(IPPROTO_ICMPV6) : static_cast<int>(IPPROTO_ICMP);
  // With IPPROTO_RAW the caller writes the IP header.
  const int protocol = wholePackets ? static_cast<int>(IPPROTO_RAW) : icmp;
  Descriptor descriptor(socket(family, SOCK_RAW | SOCK_NONBLOCK | SOCK_CLOEXEC, protocol));
  if (!descriptor.open()) return Throw(env, {errno, "socket", tried, ""});
  if (!DropEverythingReceived(descriptor.get())) return Throw(env, {errno, "setsockopt", tried, ""});
  Napi::Object sender = env.GetInstanceData<EnvironmentData>()->rawSender.New({});
  if (!env.IsExceptionPending()) RawSender::Unwrap(sender)->Adopt(std::move(descriptor), family);
  return sender;
}

}  // namespace

void ExportRawSender(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor = RawSender::DefineClass(env, "RawSender",
                                                      {RawSender::InstanceMethod("send", &RawSender::Send),
                                                       RawSender::InstanceMethod("cookie", &RawSender::Cookie),
                                                       RawSender::InstanceMethod("close", &RawSender::Close)});
  env.GetInstanceData<EnvironmentData>()->rawSender = Napi::Persistent(constructor);
  exports.Set("openRawSender", Napi::Function::New(env, OpenRawSender, "openRawSender"));
}
