// See sock_diag_objects.h.
#include "sock_diag_objects.h"

#include <arpa/inet.h>
#include <errno.h>

#include <string>

#include "failure.h"

namespace {

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

}  // namespace

int FamilyOf(int64_t version) { return version == 6 ? AF_INET6 : AF_INET; }

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

bool MeansNotFound(int errorNumber) { return errorNumber == ENOENT || errorNumber == ESTALE; }
