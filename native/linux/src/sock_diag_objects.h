// What sock_diag answers, as JavaScript objects and errors.
#ifndef SALLYPORT_LINUX_SOCK_DIAG_OBJECTS_H_
#define SALLYPORT_LINUX_SOCK_DIAG_OBJECTS_H_

#include <napi.h>

#include <vector>

#include "netlink.h"
#include "sock_diag_request.h"

// AF_INET or AF_INET6 for 4 or 6.
int FamilyOf(int64_t version);

Napi::Object RecordObject(Napi::Env env, const netlink::SocketRecord& record);
Napi::Value RecordArray(Napi::Env env, const std::vector<netlink::SocketRecord>& records);

// ENOENT: no such socket, or no handler for that protocol (its module is absent). ESTALE is never sent since Linux 4.5.
bool MeansNotFound(int errorNumber);
Napi::Value ThrowRequest(Napi::Env env, const char* tried, const RequestFailure& failure);

#endif
