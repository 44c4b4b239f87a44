// Who is at the other end of a Unix socket, as the kernel recorded it at connect() or listen().
#include <errno.h>
#include <sys/socket.h>
#include <sys/types.h>

#include <vector>

#include "checked.h"
#include "facilities.h"
#include "failure.h"

#ifndef SO_PEERGROUPS
#define SO_PEERGROUPS 59
#endif

namespace {

int FailureOfDomain(int descriptor) {
  int domain = 0;
  socklen_t length = sizeof domain;
  if (getsockopt(descriptor, SOL_SOCKET, SO_DOMAIN, &domain, &length) != 0) return errno;
  return domain == AF_UNIX ? 0 : EAFNOSUPPORT;
}

// For an unconnected Unix socket the kernel answers pid 0 and uid -1 without an error: never hand that on as an identity.
int ReadCredentials(int descriptor, ucred* credentials) {
  if (const int wrong = FailureOfDomain(descriptor)) return wrong;
  socklen_t length = sizeof *credentials;
  if (getsockopt(descriptor, SOL_SOCKET, SO_PEERCRED, credentials, &length) != 0) return errno;
  return credentials->uid == static_cast<uid_t>(-1) ? ENOTCONN : 0;
}

// Since Linux 4.13; older kernels (ENOPROTOOPT) give no groups, which can only take permissions away.
int ReadGroups(int descriptor, std::vector<gid_t>* groups) {
  groups->resize(64);
  while (true) {
    socklen_t length = groups->size() * sizeof(gid_t);
    if (getsockopt(descriptor, SOL_SOCKET, SO_PEERGROUPS, groups->data(), &length) == 0) {
      groups->resize(length / sizeof(gid_t));
      return 0;
    }
    const bool larger = errno == ERANGE && length > groups->size() * sizeof(gid_t);
    if (!larger) {
      groups->clear();
      return errno == ENOPROTOOPT || errno == ENODATA ? 0 : errno;
    }
    groups->resize(length / sizeof(gid_t));
  }
}

Failure PeerFailure(int errorNumber) {
  Failure failure{errorNumber, "getsockopt", "read the peer credentials of the socket", ""};
  if (errorNumber == EAFNOSUPPORT) failure.advice = "Only Unix sockets have peer credentials.";
  if (errorNumber == ENOTCONN) failure.advice = "Ask after connect() or accept().";
  return failure;
}

Napi::Value PeerCredentials(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const int descriptor = static_cast<int>(checked.Integer(info[0], "fd", 0, INT32_MAX));
  if (checked.failed()) return env.Undefined();
  ucred credentials = {};
  std::vector<gid_t> groups;
  int errorNumber = ReadCredentials(descriptor, &credentials);
  if (errorNumber == 0) errorNumber = ReadGroups(descriptor, &groups);
  if (errorNumber != 0) return Throw(env, PeerFailure(errorNumber));

  Napi::Object result = Napi::Object::New(env);
  Napi::Array list = Napi::Array::New(env, groups.size());
  for (size_t index = 0; index < groups.size(); index++) list.Set(index, Napi::Number::New(env, groups[index]));
  result.Set("pid", Napi::Number::New(env, credentials.pid));
  result.Set("uid", Napi::Number::New(env, credentials.uid));
  result.Set("gid", Napi::Number::New(env, credentials.gid));
  result.Set("groups", list);
  return result;
}

}  // namespace

void ExportPeerCredentials(Napi::Env env, Napi::Object exports) {
  exports.Set("peerCredentials", Napi::Function::New(env, PeerCredentials, "peerCredentials"));
}
