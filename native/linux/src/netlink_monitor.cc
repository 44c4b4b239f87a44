// Subscribes to netlink multicast groups and hands each batch of messages to JavaScript from the event loop.
#include <errno.h>
#include <linux/netlink.h>
#include <napi.h>
#include <sys/socket.h>
#include <uv.h>

#include <vector>

#include "checked.h"
#include "descriptor.h"
#include "facilities.h"
#include "failure.h"
#include "netlink.h"

namespace {

constexpr size_t kDatagramBytes = 65536;
constexpr int kDatagramsPerEvent = 64;  // then the event loop has its turn again
constexpr int kReceiveBufferBytes = 1 << 20;
constexpr uint32_t kMostGroups = 64;
constexpr int64_t kHighestGroup = 1024;

// Lives from Start() until libuv has closed its handle: longer than the JavaScript wrapper, if need be.
class Subscription {
 public:
  static Subscription* Start(Napi::Env env, Descriptor&& descriptor, Napi::Function onEvent, int* errorNumber);
  void Close();
  void Ref() { uv_ref(handle()); }
  void Unref() { uv_unref(handle()); }
  // The wrapper clears this when it goes away first.
  Subscription** owner = nullptr;

 private:
  Subscription(Napi::Env env, Descriptor&& descriptor, Napi::Function onEvent)
      : env_(env), descriptor_(std::move(descriptor)), onEvent_(Napi::Persistent(onEvent)),
        context_(env, "sallyport:NetlinkMonitor"), buffer_(kDatagramBytes) {}
  ~Subscription() = default;

  uv_handle_t* handle() { return reinterpret_cast<uv_handle_t*>(&poll_); }
  static void OnReadable(uv_poll_t* poll, int status, int events);
  void Drain(bool overrun);
  bool ReadDatagram(Napi::Array messages, bool* overrun);
  void Append(Napi::Array messages, const netlink::Message& message);
  void Emit(Napi::Value event);

  Napi::Env env_;
  Descriptor descriptor_;
  Napi::FunctionReference onEvent_;
  Napi::AsyncContext context_;
  std::vector<uint8_t> buffer_;
  uv_poll_t poll_ = {};
  napi_async_cleanup_hook_handle cleanupHook_ = nullptr;
  bool closing_ = false;
};

Subscription* Subscription::Start(Napi::Env env, Descriptor&& descriptor, Napi::Function onEvent, int* errorNumber) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) {
    *errorNumber = EINVAL;
    return nullptr;
  }
  auto* self = new Subscription(env, std::move(descriptor), onEvent);
  const int status = uv_poll_init(loop, &self->poll_, self->descriptor_.get());
  if (status != 0) {
    *errorNumber = -status;
    delete self;
    return nullptr;
  }
  self->poll_.data = self;
  // A worker may end while it listens: its loop must not be torn down before our handle is closed.
  napi_add_async_cleanup_hook(
      env, [](napi_async_cleanup_hook_handle, void* data) { static_cast<Subscription*>(data)->Close(); }, self,
      &self->cleanupHook_);
  uv_poll_start(&self->poll_, UV_READABLE, OnReadable);
  return self;
}

void Subscription::Close() {
  if (closing_) return;
  closing_ = true;
  if (owner != nullptr) *owner = nullptr;
  uv_poll_stop(&poll_);
  uv_close(handle(), [](uv_handle_t* handle) {
    auto* self = static_cast<Subscription*>(handle->data);
    napi_async_cleanup_hook_handle hook = self->cleanupHook_;
    {
      Napi::HandleScope scope(self->env_);
      delete self;
    }
    if (hook != nullptr) napi_remove_async_cleanup_hook(hook);
  });
}

// A full receive buffer (ENOBUFS) raises EPOLLERR, for which libuv stops the poll handle and reports UV_EBADF: start it again.
void Subscription::OnReadable(uv_poll_t* poll, int status, int) {
  auto* self = static_cast<Subscription*>(poll->data);
  Napi::HandleScope scope(self->env_);
  self->Drain(status != 0);
  if (status == 0 || self->closing_) return;
  const int restarted = uv_poll_start(poll, UV_READABLE, OnReadable);
  if (restarted == 0) return;
  const Failure failure{-restarted, "uv_poll_start", "listen to netlink", "Open another monitor, and rescan."};
  self->Emit(MakeError(self->env_, failure).Value());
}

void Subscription::Drain(bool overrun) {
  Napi::Array messages = Napi::Array::New(env_);
  for (int count = 0; count < kDatagramsPerEvent && ReadDatagram(messages, &overrun); count++) {
  }
  if (messages.Length() > 0) Emit(messages);
  if (overrun && !closing_) Emit(env_.Undefined());
}

// Returns false when there is nothing more to read. Whatever was lost or makes no sense is an overrun: the caller rescans.
bool Subscription::ReadDatagram(Napi::Array messages, bool* overrun) {
  sockaddr_nl sender = {};
  iovec part = {buffer_.data(), buffer_.size()};
  msghdr header = {};
  header.msg_name = &sender;
  header.msg_namelen = sizeof sender;
  header.msg_iov = &part;
  header.msg_iovlen = 1;
  const ssize_t length = recvmsg(descriptor_.get(), &header, MSG_DONTWAIT);
  if (length < 0) {
    if (errno != EAGAIN && errno != EINTR) *overrun = true;
    return errno == ENOBUFS || errno == EINTR;
  }
  if (sender.nl_pid != 0) return true;  // another process, not the kernel
  netlink::MessageReader reader(buffer_.data(), static_cast<size_t>(length));
  netlink::Message message;
  while (reader.Next(&message)) Append(messages, message);
  if (reader.malformed() || (header.msg_flags & MSG_TRUNC) != 0) *overrun = true;
  return true;
}

void Subscription::Append(Napi::Array messages, const netlink::Message& message) {
  Napi::HandleScope scope(env_);
  Napi::Object object = Napi::Object::New(env_);
  Napi::Uint8Array payload = Napi::Uint8Array::New(env_, message.length);
  std::copy(message.payload, message.payload + message.length, payload.Data());
  object.Set("type", Napi::Number::New(env_, message.type));
  object.Set("flags", Napi::Number::New(env_, message.flags));
  object.Set("portId", Napi::Number::New(env_, message.portId));
  object.Set("payload", payload);
  messages.Set(messages.Length(), object);
}

// An exception in the callback is an uncaught exception of the program, as with any other event.
void Subscription::Emit(Napi::Value event) {
  Napi::Env env = env_;
  onEvent_.MakeCallback(env.Global(), {event}, context_);
  if (!env.IsExceptionPending()) return;
  Napi::Error error = env.GetAndClearPendingException();
  napi_fatal_exception(env, error.Value());
}

class NetlinkMonitor : public Napi::ObjectWrap<NetlinkMonitor> {
 public:
  explicit NetlinkMonitor(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NetlinkMonitor>(info) {}
  ~NetlinkMonitor() override {
    if (subscription_ != nullptr) subscription_->owner = nullptr;
  }

  void Adopt(Subscription* subscription) {
    subscription_ = subscription;
    subscription_->owner = &subscription_;
  }

  void Close(const Napi::CallbackInfo&) {
    if (subscription_ != nullptr) subscription_->Close();
  }
  void RefLoop(const Napi::CallbackInfo&) {
    if (subscription_ != nullptr) subscription_->Ref();
  }
  void UnrefLoop(const Napi::CallbackInfo&) {
    if (subscription_ != nullptr) subscription_->Unref();
  }

 private:
  Subscription* subscription_ = nullptr;
};

bool ReadGroups(Checked* checked, Napi::Value value, std::vector<int>* groups) {
  if (!value.IsArray()) {
    checked->Integer(value, "groups", 1, kHighestGroup);
    return false;
  }
  const Napi::Array array = value.As<Napi::Array>();
  const uint32_t count = std::min(array.Length(), kMostGroups);
  for (uint32_t index = 0; index < count && !checked->failed(); index++) {
    napi_value element = nullptr;
    napi_get_element(array.Env(), array, index, &element);
    if (array.Env().IsExceptionPending()) return false;
    groups->push_back(checked->Integer(Napi::Value(array.Env(), element), "group", 1, kHighestGroup));
  }
  return !checked->failed();
}

Failure OpenSocket(int protocol, const std::vector<int>& groups, Descriptor* result) {
  const std::string tried = "listen to netlink";
  Descriptor descriptor(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, protocol));
  if (!descriptor.open()) return {errno, "socket", tried, ""};
  const int descriptorNumber = descriptor.get();
  // FORCE needs CAP_NET_ADMIN; without it the system's limit holds, and overruns are reported sooner.
  if (setsockopt(descriptorNumber, SOL_SOCKET, SO_RCVBUFFORCE, &kReceiveBufferBytes, sizeof(int)) != 0) {
    setsockopt(descriptorNumber, SOL_SOCKET, SO_RCVBUF, &kReceiveBufferBytes, sizeof(int));
  }
  // Multicast skips a socket without a port id, which is what an unbound one is: bind() gives it one.
  sockaddr_nl self = {};
  self.nl_family = AF_NETLINK;
  if (bind(descriptorNumber, reinterpret_cast<const sockaddr*>(&self), sizeof self) != 0) return {errno, "bind", tried, ""};
  for (const int group : groups) {
    if (setsockopt(descriptorNumber, SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group, sizeof group) == 0) continue;
    const int errorNumber = errno;
    return {errorNumber, "setsockopt", tried + " group " + std::to_string(group),
            errorNumber == EINVAL ? "The kernel does not know this group." : ""};
  }
  *result = std::move(descriptor);
  return {};
}

Napi::Value MonitorNetlink(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  std::vector<int> groups;
  const int protocol = static_cast<int>(checked.Integer(info[0], "protocol", 0, MAX_LINKS));
  Napi::Function onEvent = checked.Callback(info[2], "onEvent");
  if (checked.failed() || !ReadGroups(&checked, info[1], &groups)) return env.Undefined();
  Descriptor descriptor;
  const Failure failure = OpenSocket(protocol, groups, &descriptor);
  if (failure.errorNumber != 0) return Throw(env, failure);

  Napi::Object monitor = env.GetInstanceData<EnvironmentData>()->netlinkMonitor.New({});
  if (env.IsExceptionPending()) return env.Undefined();
  int errorNumber = 0;
  Subscription* subscription = Subscription::Start(env, std::move(descriptor), onEvent, &errorNumber);
  if (subscription == nullptr) return Throw(env, {errorNumber, "uv_poll_init", "listen to netlink", ""});
  NetlinkMonitor::Unwrap(monitor)->Adopt(subscription);
  return monitor;
}

}  // namespace

void ExportNetlinkMonitor(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor =
      NetlinkMonitor::DefineClass(env, "NetlinkMonitor",
                                  {NetlinkMonitor::InstanceMethod("close", &NetlinkMonitor::Close),
                                   NetlinkMonitor::InstanceMethod("ref", &NetlinkMonitor::RefLoop),
                                   NetlinkMonitor::InstanceMethod("unref", &NetlinkMonitor::UnrefLoop)});
  env.GetInstanceData<EnvironmentData>()->netlinkMonitor = Napi::Persistent(constructor);
  exports.Set("monitorNetlink", Napi::Function::New(env, MonitorNetlink, "monitorNetlink"));
}
