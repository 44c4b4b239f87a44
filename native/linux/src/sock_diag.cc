// JavaScript bindings of sock_diag: find the socket behind a tuple, destroy one. socket_walk.cc lists them.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

#include <cstring>

#include "checked.h"
#include "facilities.h"
#include "failure.h"
#include "sock_diag_objects.h"
#include "sock_diag_request.h"

namespace {

// Writes the address in network order; false if the text is not a canonical address of that family.
bool WriteAddress(int family, const std::string& text, uint32_t (&target)[4]) {
  unsigned char address[sizeof(in6_addr)] = {};
  if (inet_pton(family, text.c_str(), address) != 1) return false;
  std::memcpy(target, address, sizeof address);
  return true;
}

struct Query {
  inet_diag_req_v2 request = {};
  bool failed = false;
};

// The flat object that socket-diagnostics.ts builds.
Query ReadQuery(Napi::Env env, Napi::Value object) {
  Checked checked(env);
  Query query;
  inet_diag_req_v2& request = query.request;
  const int family = FamilyOf(checked.Integer(checked.Field(object, "family"), "family", 4, 6));
  request.sdiag_family = static_cast<uint8_t>(family);
  request.sdiag_protocol = checked.Integer(checked.Field(object, "protocol"), "protocol", 0, 255);
  request.idiag_states = ~0U;
  request.id.idiag_if = checked.Integer(checked.Field(object, "interfaceIndex"), "interfaceIndex", 0, INT32_MAX);
  request.id.idiag_sport = htons(checked.Integer(checked.Field(object, "localPort"), "localPort", 0, 65535));
  request.id.idiag_dport = htons(checked.Integer(checked.Field(object, "remotePort"), "remotePort", 0, 65535));
  const std::string local = checked.Text(checked.Field(object, "localAddress"), "localAddress", INET6_ADDRSTRLEN);
  const std::string remote = checked.Text(checked.Field(object, "remoteAddress"), "remoteAddress", INET6_ADDRSTRLEN);
  const uint64_t cookie = checked.BigInteger(checked.Field(object, "cookie"), "cookie");
  request.id.idiag_cookie[0] = static_cast<uint32_t>(cookie);
  request.id.idiag_cookie[1] = static_cast<uint32_t>(cookie >> 32);
  query.failed = checked.failed();
  if (query.failed) return query;
  if (!WriteAddress(family, local, request.id.idiag_src) || !WriteAddress(family, remote, request.id.idiag_dst)) {
    query.failed = true;
    Throw(env, {EINVAL, "inet_pton", "look up a socket from " + local + " to " + remote,
                "Pass two addresses of the same family, without a zone."});
  }
  return query;
}

Napi::Value FindSocket(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Query query = ReadQuery(env, info[0]);
  if (query.failed) return env.Undefined();
  inet_diag_sockid& id = query.request.id;
  const bool isUdp = query.request.sdiag_protocol == IPPROTO_UDP || query.request.sdiag_protocol == IPPROTO_UDPLITE;
  // udp_dump_one() reads the ends the other way round, "for historical reasons"; destroying does not.
  if (isUdp) {
    std::swap(id.idiag_src, id.idiag_dst);
    std::swap(id.idiag_sport, id.idiag_dport);
  }
  netlink::SocketReply reply;
  const RequestFailure failure = AskKernel(RequestKind::kFind, query.request, &reply);
  if (MeansNotFound(failure.errorNumber)) return env.Undefined();
  if (failure.errorNumber != 0) return ThrowRequest(env, "look up a socket", failure);
  return reply.records.empty() ? env.Undefined() : RecordObject(env, reply.records.front());
}

Napi::Value DestroySocket(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  const Query query = ReadQuery(env, info[0]);
  if (query.failed) return env.Undefined();
  netlink::SocketReply reply;
  const RequestFailure failure = AskKernel(RequestKind::kDestroy, query.request, &reply);
  if (MeansNotFound(failure.errorNumber)) return Napi::Boolean::New(env, false);
  if (failure.errorNumber != 0) return ThrowRequest(env, "destroy a socket", failure);
  return Napi::Boolean::New(env, true);
}

// For tests: the reply parser on bytes of the caller's choice.
Napi::Value ParseSocketReply(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const Bytes bytes = checked.ByteArray(info[0], "bytes", 1 << 20);
  netlink::ReplyOptions options;
  options.sequence = static_cast<uint32_t>(checked.Integer(info[1], "sequence", 0, UINT32_MAX));
  options.dump = checked.Flag(info[2], "dump");
  if (checked.failed()) return env.Undefined();
  netlink::SocketReply reply;
  netlink::ReadSocketReply(bytes.data, bytes.length, options, &reply);
  Napi::Object object = Napi::Object::New(env);
  object.Set("records", RecordArray(env, reply.records));
  object.Set("done", Napi::Boolean::New(env, reply.done));
  object.Set("errorNumber", Napi::Number::New(env, reply.errorNumber));
  return object;
}

}  // namespace

void ExportSocketDiagnostics(Napi::Env env, Napi::Object exports) {
  exports.Set("findSocket", Napi::Function::New(env, FindSocket, "findSocket"));
  exports.Set("destroySocket", Napi::Function::New(env, DestroySocket, "destroySocket"));
  exports.Set("parseSocketReply", Napi::Function::New(env, ParseSocketReply, "parseSocketReply"));
}
