// JavaScript binding that lists sockets, one datagram of the kernel's dump at a time: whoever must not be kept waiting does
// something else in between.
#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>

#include "checked.h"
#include "facilities.h"
#include "failure.h"
#include "sock_diag_objects.h"
#include "sock_diag_request.h"

namespace {

constexpr const char* kTried = "list sockets";

class SocketWalk : public Napi::ObjectWrap<SocketWalk> {
 public:
  explicit SocketWalk(const Napi::CallbackInfo& info) : Napi::ObjectWrap<SocketWalk>(info) {}

  void Adopt(Descriptor&& descriptor) {
    descriptor_ = std::move(descriptor);
    buffer_.resize(kAnswerBytes);
  }

  // Some records, or undefined behind the last ones and once closed.
  Napi::Value Next(const Napi::CallbackInfo& info) {
    Napi::Env env = info.Env();
    if (!descriptor_.open()) return env.Undefined();
    RequestFailure failure = ReadAnswer(descriptor_.get(), true, &buffer_, &reply_);
    if (failure.errorNumber == 0 && reply_.done && reply_.interrupted) failure = {EAGAIN, "sock_diag"};
    if (failure.errorNumber != 0 || reply_.done) End();
    if (failure.errorNumber != 0 && !MeansNotFound(failure.errorNumber)) return ThrowRequest(env, kTried, failure);
    std::vector<netlink::SocketRecord> records;
    records.swap(reply_.records);
    if (records.empty() && !descriptor_.open()) return env.Undefined();
    return RecordArray(env, records);
  }

  void Close(const Napi::CallbackInfo&) { End(); }

 private:
  void End() {
    descriptor_.Close();
    std::vector<uint8_t>().swap(buffer_);
  }

  Descriptor descriptor_;
  std::vector<uint8_t> buffer_;
  netlink::SocketReply reply_;
};

Napi::Value WalkSockets(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  inet_diag_req_v2 request = {};
  request.sdiag_family = static_cast<uint8_t>(FamilyOf(checked.Integer(info[0], "family", 4, 6)));
  request.sdiag_protocol = checked.Integer(info[1], "protocol", 0, 255);
  request.idiag_states = checked.Integer(info[2], "states", 0, UINT32_MAX);
  // The kernel leaves out what has another one; 0: any.
  request.id.idiag_sport = htons(checked.Integer(info[3], "localPort", 0, 65535));
  if (checked.failed()) return env.Undefined();
  Descriptor descriptor;
  const RequestFailure failure = StartRequest(RequestKind::kList, request, &descriptor);
  if (failure.errorNumber != 0) return ThrowRequest(env, kTried, failure);
  Napi::Object walk = env.GetInstanceData<EnvironmentData>()->socketWalk.New({});
  if (!env.IsExceptionPending()) SocketWalk::Unwrap(walk)->Adopt(std::move(descriptor));
  return walk;
}

}  // namespace

void ExportSocketWalk(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor = SocketWalk::DefineClass(env, "SocketWalk",
                                                       {SocketWalk::InstanceMethod("next", &SocketWalk::Next),
                                                        SocketWalk::InstanceMethod("close", &SocketWalk::Close)});
  env.GetInstanceData<EnvironmentData>()->socketWalk = Napi::Persistent(constructor);
  exports.Set("walkSockets", Napi::Function::New(env, WalkSockets, "walkSockets"));
}
