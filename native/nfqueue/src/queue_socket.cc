// The system calls of one queue. The kernel handles a netlink request inside the send, in this thread: when send() has
// returned, the packet went on (or was dropped) and a refusal already waits in our own receive buffer.
#include "queue_socket.h"

#include <errno.h>
#include <linux/sock_diag.h>
#include <unistd.h>

#include <algorithm>
#include <utility>

#include "netlink_message.h"

namespace nfqueue {
namespace {

constexpr int kSendAttempts = 8;
constexpr size_t kVerdictBytes = 40;
constexpr size_t kVerdictsInOneSend = 64;
using VerdictMessage = NetlinkMessage<kVerdictBytes>;
using ConfigMessage = NetlinkMessage<96>;

Outcome Refused(const char* syscall, const char* step) { return {errno, syscall, step}; }

nfqnl_msg_config_cmd Command(uint8_t command) { return {command, 0, 0}; }

VerdictMessage MakeVerdict(uint16_t queue, uint32_t id, const Verdict& verdict) {
  VerdictMessage message(NFQNL_MSG_VERDICT, 0, queue);
  message.Append(NFQA_VERDICT_HDR, nfqnl_msg_verdict_hdr{htonl(verdict.code), htonl(id)});
  if (verdict.has_mark) message.Append(NFQA_MARK, htonl(verdict.mark));
  return message;
}

}  // namespace

void FileDescriptor::Reset(int descriptor) {
  if (descriptor_ >= 0) close(descriptor_);
  descriptor_ = descriptor;
}

Outcome QueueSocket::Open(const QueueSettings& settings) {
  settings_ = settings;
  slot_bytes_ = NLMSG_ALIGN(settings.copy_range + kAttributeRoom);
  Outcome outcome = OpenSocket();
  if (outcome.error == 0) outcome = BindQueue();
  if (outcome.error != 0) Close();
  return outcome;
}

Outcome QueueSocket::OpenSocket() {
  file_.Reset(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_NETFILTER));
  if (!is_open()) return Refused("socket", "socket");
  sockaddr_nl address = {};
  address.nl_family = AF_NETLINK;
  if (bind(file_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) return Refused("bind", "socket");
  socklen_t length = sizeof(address);
  if (getsockname(file_.get(), reinterpret_cast<sockaddr*>(&address), &length) != 0) return Refused("getsockname", "socket");
  port_ = address.nl_pid;
  return {};
}

// Without NETLINK_NO_ENOBUFS an overrun makes the kernel flag the socket as congested and refuse further packets until all
// of the buffer was read; with it only the packet that did not fit is lost, and Overruns() tells.
Outcome QueueSocket::SetBuffers() {
  const int on = 1;
  if (setsockopt(file_.get(), SOL_NETLINK, NETLINK_NO_ENOBUFS, &on, sizeof(on)) != 0) return Refused("setsockopt", "no-enobufs");
  const int bytes = static_cast<int>(settings_.receive_buffer_bytes);
  if (setsockopt(file_.get(), SOL_SOCKET, SO_RCVBUFFORCE, &bytes, sizeof(bytes)) != 0) return Refused("setsockopt", "receive-buffer");
  return {};
}

// A missing capability and a queue that somebody else listens on are both EPERM. PF_BIND does nothing since Linux 3.8 but
// passes the capability check, so it tells the two apart. The bind itself sets everything in one request: no packet can
// arrive between the bind and its parameters.
Outcome QueueSocket::BindQueue() {
  ConfigMessage probe(NFQNL_MSG_CONFIG, NLM_F_ACK, 0);
  probe.Append(NFQA_CFG_CMD, Command(NFQNL_CFG_CMD_PF_BIND));
  if (const int error = Exchange(&probe)) return {error, "sendmsg", "capability"};
  const Outcome buffers = SetBuffers();
  if (buffers.error != 0) return buffers;
  ConfigMessage request(NFQNL_MSG_CONFIG, NLM_F_ACK, static_cast<uint16_t>(settings_.queue));
  request.Append(NFQA_CFG_CMD, Command(NFQNL_CFG_CMD_BIND));
  request.Append(NFQA_CFG_PARAMS, nfqnl_msg_config_params{htonl(settings_.copy_range), NFQNL_COPY_PACKET});
  request.Append(NFQA_CFG_QUEUE_MAXLEN, htonl(settings_.maximum_length));
  request.Append(NFQA_CFG_MASK, htonl(NFQA_CFG_F_FAIL_OPEN | NFQA_CFG_F_GSO | NFQA_CFG_F_UID_GID));
  request.Append(NFQA_CFG_FLAGS, htonl(settings_.flags));
  if (const int error = Exchange(&request)) return {error, "sendmsg", "bind"};
  return {};
}

Outcome QueueSocket::SetMaximumLength(uint32_t maximum_length) {
  ConfigMessage request(NFQNL_MSG_CONFIG, NLM_F_ACK, static_cast<uint16_t>(settings_.queue));
  request.Append(NFQA_CFG_QUEUE_MAXLEN, htonl(maximum_length));
  return {Exchange(&request), "sendmsg", "max-length"};
}

// Sends a request and reads its answer. The answer is lost (ENOBUFS) when packets fill the receive buffer; each try empties
// that buffer into the stash, so another try finds room.
template <typename Message>
int QueueSocket::Exchange(Message* message) {
  message->SetSequence(++sequence_);
  for (int attempt = 0; attempt < 3; attempt++) {
    if (const int error = Send(message->data(), message->length())) return error;
    const int answer = AwaitAnswer(sequence_);
    if (answer != ENOBUFS) return answer;
  }
  return ENOBUFS;
}

int QueueSocket::AwaitAnswer(uint32_t sequence) {
  std::vector<uint8_t> slots(kBatch * slot_bytes_);
  ByteSpan datagrams[kBatch];
  int answer = ENOBUFS;
  uint32_t row[kFieldCount];
  for (int count; (count = Receive(slots.data(), datagrams)) != 0;) {
    if (count < 0) return -count;
    for (int index = 0; index < count; index++) {
      ByteSpan rest = datagrams[index];
      const bool parsed = NextMessage(&rest, slots.data(), row);
      const bool ours = parsed && row[static_cast<size_t>(Field::kind_)] == kAnswer &&
                        row[static_cast<size_t>(Field::sequence_)] == sequence;
      if (ours) answer = static_cast<int>(row[static_cast<size_t>(Field::errorNumber_)]);
      else stash_.emplace_back(datagrams[index].data, datagrams[index].data + datagrams[index].length);
    }
    if (answer != ENOBUFS) break;
  }
  return answer;
}

int QueueSocket::Receive(uint8_t* slots, ByteSpan* datagrams) {
  for (size_t index = 0; index < kBatch; index++) {
    vectors_[index] = {slots + index * slot_bytes_, slot_bytes_};
    headers_[index].msg_hdr = {};
    headers_[index].msg_hdr.msg_name = &senders_[index];
    headers_[index].msg_hdr.msg_namelen = sizeof(senders_[index]);
    headers_[index].msg_hdr.msg_iov = &vectors_[index];
    headers_[index].msg_hdr.msg_iovlen = 1;
  }
  const int count = recvmmsg(file_.get(), headers_, kBatch, MSG_DONTWAIT, nullptr);
  if (count < 0) {
    // ENOBUFS only says that messages were lost before; the next read goes on.
    const bool nothing = errno == EAGAIN || errno == EINTR || errno == ENOBUFS;
    return nothing ? 0 : -errno;
  }
  for (int index = 0; index < count; index++) {
    // Another process with CAP_NET_ADMIN may send to our port: only port 0 is the kernel.
    const bool kernel = senders_[index].nl_pid == 0;
    datagrams[index] = {static_cast<uint8_t*>(vectors_[index].iov_base), kernel ? headers_[index].msg_len : 0};
  }
  return count;
}

int QueueSocket::Send(const uint8_t* data, size_t length) {
  for (int attempt = 1;; attempt++) {
    if (send(file_.get(), data, length, 0) >= 0) return 0;
    const bool passing = errno == EINTR || errno == EAGAIN || errno == ENOBUFS;
    if (!passing || attempt == kSendAttempts) return errno;
  }
}

int QueueSocket::SendVerdict(uint32_t id, const Verdict& verdict) {
  const VerdictMessage message = MakeVerdict(static_cast<uint16_t>(settings_.queue), id, verdict);
  return Send(message.data(), message.length());
}

// The kernel walks through all requests of one datagram, so many verdicts go out in one system call.
int QueueSocket::SendVerdicts(const uint32_t* ids, size_t count, const Verdict& verdict) {
  uint8_t bytes[kVerdictsInOneSend * kVerdictBytes];
  for (size_t first = 0; first < count; first += kVerdictsInOneSend) {
    size_t length = 0;
    const size_t end = std::min(count, first + kVerdictsInOneSend);
    for (size_t index = first; index < end; index++) {
      const VerdictMessage message = MakeVerdict(static_cast<uint16_t>(settings_.queue), ids[index], verdict);
      memcpy(bytes + length, message.data(), message.length());
      length += message.length();
    }
    if (const int error = Send(bytes, length)) return error;
  }
  return 0;
}

std::vector<std::vector<uint8_t>> QueueSocket::TakeStash() { return std::exchange(stash_, {}); }

uint32_t QueueSocket::Overruns() const {
  uint32_t memory[SK_MEMINFO_VARS] = {};
  socklen_t length = sizeof(memory);
  if (getsockopt(file_.get(), SOL_SOCKET, SO_MEMINFO, memory, &length) != 0) return 0;
  return memory[SK_MEMINFO_DROPS];
}

// Unbinds before closing, so that the queue is free at once even if a child process between fork and exec still holds a copy
// of the descriptor. A refusal means that the queue is gone already, which is what is wanted.
void QueueSocket::Close() {
  if (!is_open()) return;
  ConfigMessage request(NFQNL_MSG_CONFIG, 0, static_cast<uint16_t>(settings_.queue));
  request.Append(NFQA_CFG_CMD, Command(NFQNL_CFG_CMD_UNBIND));
  Send(request.data(), request.length());
  file_.Reset(-1);
}

}  // namespace nfqueue
