// One request to NETLINK_SOCK_DIAG and its complete answer, within a bounded time. No JavaScript in here.
#ifndef SALLYPORT_LINUX_SOCK_DIAG_REQUEST_H_
#define SALLYPORT_LINUX_SOCK_DIAG_REQUEST_H_

#include <linux/inet_diag.h>
#include <linux/netlink.h>

#include "netlink.h"

struct SocketRequest {
  nlmsghdr header;
  inet_diag_req_v2 body;
};

enum class RequestKind { kFind, kList, kDestroy };

struct RequestFailure {
  int errorNumber = 0;  // 0: the request succeeded
  const char* syscall = "";
};

RequestFailure AskKernel(RequestKind kind, const inet_diag_req_v2& body, netlink::SocketReply* reply);

#endif
