// JavaScript bindings of sock_diag: find the socket behind a tuple, list sockets, destroy one.
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>

#include <cstring>

#include "checked.h"
#include "facilities.h"
#include "failure.h"
#include "sock_diag_request.h"

namespace {

int FamilyOf(int64_t version) { return version == 6 ? AF_INET6 : AF_INET; }

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

std::string AddressText(int family, const netlink::SocketEnd& end) {
  char text[INET6_ADDRSTRLEN] = {};
  inet_ntop(family == AF_INET6 ? AF_INET6 : AF_INET, end.address, text, sizeof text);
  return text;
}

Napi::Object EndObject(Napi::Env env, int family, const netlink::SocketEnd& end) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("address", Napi::String::New(env, AddressText(family, end)));
  object.Set("port", Napi::Number::New(env, end.port));
  return object;
}

Napi::Object RecordObject(Napi::Env env, const netlink::SocketRecord& record) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("local", EndObject(env, record.family, record.local));
  object.Set("remote", EndObject(env, record.family, record.remote));
  object.Set("state", Napi::Number::New(env, record.state));
  object.Set("interfaceIndex", Napi::Number::New(env, record.interfaceIndex));
  object.Set("inode", Napi::Number::New(env, record.inode));
  object.Set("uid", Napi::Number::New(env, record.uid));
  object.Set("cookie", Napi::BigInt::New(env, record.cookie));
  return object;
}

Napi::Value RecordArray(Napi::Env env, const std::vector<netlink::SocketRecord>& records) {
  Napi::Array array = Napi::Array::New(env, records.size());
  for (size_t index = 0; index < records.size(); index++) {
    Napi::HandleScope scope(env);
    array.Set(index, RecordObject(env, records[index]));
  }
  return array;
}

Napi::Value ThrowRequest(Napi::Env env, const char* tried, const RequestFailure& failure) {
  const char* advice = "";
  if (failure.errorNumber == EOPNOTSUPP) {
    advice = "This kernel cannot destroy such sockets (CONFIG_INET_DIAG_DESTROY): refuse the packets instead.";
  }
  if (failure.errorNumber == EPERM) advice = "Destroying a socket needs CAP_NET_ADMIN: run as root.";
  if (failure.errorNumber == ETIMEDOUT) advice = "The kernel did not answer in time: try again.";
  return Throw(env, {failure.errorNumber, failure.syscall, tried, advice});
}

// ENOENT: no such socket, or no handler for that protocol (its module is absent). ESTALE is never sent since Linux 4.5.
bool MeansNotFound(int errorNumber) { return errorNumber == ENOENT || errorNumber == ESTALE; }

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

Napi::Value ListSockets(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  inet_diag_req_v2 request = {};
  request.sdiag_family = static_cast<uint8_t>(FamilyOf(checked.Integer(info[0], "family", 4, 6)));
  request.sdiag_protocol = checked.Integer(info[1], "protocol", 0, 255);
  request.idiag_states = checked.Integer(info[2], "states", 0, UINT32_MAX);
  if (checked.failed()) return env.Undefined();
  netlink::SocketReply reply;
  RequestFailure failure = AskKernel(RequestKind::kList, request, &reply);
  if (MeansNotFound(failure.errorNumber)) return Napi::Array::New(env);
  if (failure.errorNumber == 0 && reply.interrupted) failure = {EAGAIN, "sock_diag"};
  if (failure.errorNumber != 0) return ThrowRequest(env, "list sockets", failure);
  return RecordArray(env, reply.records);
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
  exports.Set("listSockets", Napi::Function::New(env, ListSockets, "listSockets"));
  exports.Set("destroySocket", Napi::Function::New(env, DestroySocket, "destroySocket"));
  exports.Set("parseSocketReply", Napi::Function::New(env, ParseSocketReply, "parseSocketReply"));
}
