// JavaScript binding that lists packet sockets (AF_PACKET) by sock_diag.
#include <sys/socket.h>

#include "facilities.h"
#include "sock_diag_objects.h"
#include "sock_diag_request.h"

namespace {

Napi::Object SocketObject(Napi::Env env, const netlink::PacketSocket& socket) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("inode", Napi::Number::New(env, socket.inode));
  object.Set("cookie", Napi::BigInt::New(env, socket.cookie));
  return object;
}

// An array; undefined where the kernel has no packet_diag.
Napi::Value ListPacketSockets(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  packet_diag_req request = {};
  request.sdiag_family = AF_PACKET;
  netlink::SocketReply reply;
  const RequestFailure failure = AskKernel(RequestKind::kList, request, &reply);
  if (MeansNotFound(failure.errorNumber)) return env.Undefined();
  if (failure.errorNumber != 0) return ThrowRequest(env, "list packet sockets", failure);
  Napi::Array array = Napi::Array::New(env, reply.packetSockets.size());
  for (size_t index = 0; index < reply.packetSockets.size(); index++) {
    array.Set(index, SocketObject(env, reply.packetSockets[index]));
  }
  return array;
}

}  // namespace

void ExportPacketSockets(Napi::Env env, Napi::Object exports) {
  exports.Set("listPacketSockets", Napi::Function::New(env, ListPacketSockets, "listPacketSockets"));
}
