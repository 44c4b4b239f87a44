// One request to NETLINK_SOCK_DIAG and its answer, whole or datagram by datagram, within a bounded time. No JavaScript in here.
#ifndef SALLYPORT_LINUX_SOCK_DIAG_REQUEST_H_
#define SALLYPORT_LINUX_SOCK_DIAG_REQUEST_H_

#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/packet_diag.h>

#include <vector>

#include "descriptor.h"
#include "netlink.h"

// What the kernel is asked, behind the header: the family comes first in each of them.
struct RequestBody {
  RequestBody(const inet_diag_req_v2& request) : bytes(&request), length(sizeof request) {}
  RequestBody(const packet_diag_req& request) : bytes(&request), length(sizeof request) {}
  const void* bytes;
  size_t length;
};

enum class RequestKind { kFind, kList, kDestroy };

struct RequestFailure {
  int errorNumber = 0;  // 0: the request succeeded
  const char* syscall = "";
};

// The kernel makes dump datagrams of at most 32 KiB (netlink_dump, since Linux 4.4).
constexpr size_t kAnswerBytes = 65536;

// Sends the request; its answer is then read from `descriptor`.
RequestFailure StartRequest(RequestKind kind, RequestBody body, Descriptor* descriptor);
// Reads the next datagram of the answer into `buffer`, which has kAnswerBytes, and adds what it says to `reply`.
RequestFailure ReadAnswer(int descriptor, bool dump, std::vector<uint8_t>* buffer, netlink::SocketReply* reply);
// Both, until the answer is complete.
RequestFailure AskKernel(RequestKind kind, RequestBody body, netlink::SocketReply* reply);

#endif
