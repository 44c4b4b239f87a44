// See sock_diag_request.h. A socket for each request: about 5 us, and always in the network namespace of the calling thread.
#include "sock_diag_request.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>
#include <sys/time.h>

#include <chrono>

namespace {

using Clock = std::chrono::steady_clock;

constexpr std::chrono::seconds kLongestRequest(5);
constexpr timeval kReceiveTimeout = {1, 0};
constexpr uint32_t kSequence = 1;

nlmsghdr MakeHeader(RequestKind kind, size_t bodyBytes) {
  nlmsghdr header = {};
  header.nlmsg_len = sizeof header + bodyBytes;
  header.nlmsg_type = kind == RequestKind::kDestroy ? SOCK_DESTROY : SOCK_DIAG_BY_FAMILY;
  header.nlmsg_flags = NLM_F_REQUEST;
  if (kind == RequestKind::kList) header.nlmsg_flags |= NLM_F_DUMP;
  if (kind == RequestKind::kDestroy) header.nlmsg_flags |= NLM_F_ACK;
  header.nlmsg_seq = kSequence;
  return header;
}

bool Send(int descriptor, RequestKind kind, RequestBody body) {
  sockaddr_nl kernel = {};
  kernel.nl_family = AF_NETLINK;
  nlmsghdr header = MakeHeader(kind, body.length);
  iovec parts[] = {{&header, sizeof header}, {const_cast<void*>(body.bytes), body.length}};
  msghdr message = {};
  message.msg_name = &kernel;
  message.msg_namelen = sizeof kernel;
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  return sendmsg(descriptor, &message, MSG_NOSIGNAL) == static_cast<ssize_t>(header.nlmsg_len);
}

// Returns the length of the next datagram from the kernel, 0 for one to ignore, or a negative error number.
ssize_t Receive(int descriptor, std::vector<uint8_t>* buffer) {
  sockaddr_nl sender = {};
  iovec part = {buffer->data(), buffer->size()};
  msghdr message = {};
  message.msg_name = &sender;
  message.msg_namelen = sizeof sender;
  message.msg_iov = &part;
  message.msg_iovlen = 1;
  const ssize_t length = recvmsg(descriptor, &message, 0);
  if (length < 0) return errno == EINTR ? 0 : errno == EAGAIN ? -ETIMEDOUT : -errno;
  if (sender.nl_pid != 0) return 0;  // another process, not the kernel
  if ((message.msg_flags & MSG_TRUNC) != 0) return -EMSGSIZE;
  return length;
}

}  // namespace

RequestFailure StartRequest(RequestKind kind, RequestBody body, Descriptor* descriptor) {
  *descriptor = Descriptor(socket(AF_NETLINK, SOCK_DGRAM | SOCK_CLOEXEC, NETLINK_SOCK_DIAG));
  if (!descriptor->open()) return {errno, "socket"};
  if (setsockopt(descriptor->get(), SOL_SOCKET, SO_RCVTIMEO, &kReceiveTimeout, sizeof kReceiveTimeout) != 0) {
    return {errno, "setsockopt"};
  }
  if (!Send(descriptor->get(), kind, body)) return {errno, "sendmsg"};
  return {};
}

RequestFailure ReadAnswer(int descriptor, bool dump, std::vector<uint8_t>* buffer, netlink::SocketReply* reply) {
  const ssize_t length = Receive(descriptor, buffer);
  if (length < 0) return {static_cast<int>(-length), "recvmsg"};
  netlink::ReadSocketReply(buffer->data(), length, {kSequence, dump}, reply);
  return {reply->errorNumber, "sock_diag"};
}

RequestFailure AskKernel(RequestKind kind, RequestBody body, netlink::SocketReply* reply) {
  Descriptor descriptor;
  RequestFailure failure = StartRequest(kind, body, &descriptor);
  std::vector<uint8_t> buffer(kAnswerBytes);
  const Clock::time_point deadline = Clock::now() + kLongestRequest;
  while (failure.errorNumber == 0 && !reply->done) {
    failure = ReadAnswer(descriptor.get(), kind == RequestKind::kList, &buffer, reply);
    if (failure.errorNumber == 0 && !reply->done && Clock::now() > deadline) return {ETIMEDOUT, "recvmsg"};
  }
  return failure;
}
