// Netlink message walking and the sock_diag reply parser. See netlink.h.
#include "netlink.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/inet_diag.h>
#include <linux/netlink.h>
#include <linux/packet_diag.h>
#include <linux/sock_diag.h>
#include <sys/socket.h>

#include <climits>
#include <cstring>

namespace netlink {

bool MessageReader::Next(Message* message) {
  if (left_ == 0 || malformed_) return false;
  nlmsghdr header = {};
  if (left_ >= sizeof header) std::memcpy(&header, data_, sizeof header);
  if (left_ < sizeof header || header.nlmsg_len < sizeof header || header.nlmsg_len > left_) {
    malformed_ = true;
    return false;
  }
  *message = {header.nlmsg_type, header.nlmsg_flags, header.nlmsg_seq, header.nlmsg_pid,
              data_ + sizeof header, header.nlmsg_len - sizeof header};
  // The padding behind the last message may be missing.
  const size_t padded = NLMSG_ALIGN(static_cast<size_t>(header.nlmsg_len));
  const size_t step = padded < left_ ? padded : left_;
  data_ += step;
  left_ -= step;
  return true;
}

namespace {

void Fail(SocketReply* reply, int errorNumber) {
  reply->errorNumber = errorNumber;
  reply->done = true;
}

// NLMSG_ERROR carries 0 (an acknowledgement) or a negative error number; NLMSG_DONE may carry one, too.
void Finish(const Message& message, SocketReply* reply) {
  int32_t status = 0;
  const bool hasStatus = message.length >= sizeof status;
  if (hasStatus) std::memcpy(&status, message.payload, sizeof status);
  if (message.type == NLMSG_ERROR && !hasStatus) return Fail(reply, EBADMSG);
  if (status == INT_MIN || (message.type == NLMSG_ERROR && status > 0)) return Fail(reply, EBADMSG);
  Fail(reply, status < 0 ? -status : 0);
}

SocketEnd ReadEnd(const uint32_t (&address)[4], uint16_t port) {
  SocketEnd end;
  std::memcpy(end.address, address, sizeof end.address);
  end.port = ntohs(port);
  return end;
}

bool ReadRecord(const Message& message, SocketRecord* record) {
  inet_diag_msg body = {};
  if (message.length < sizeof body) return false;
  std::memcpy(&body, message.payload, sizeof body);
  record->family = body.idiag_family;
  record->state = body.idiag_state;
  record->local = ReadEnd(body.id.idiag_src, body.id.idiag_sport);
  record->remote = ReadEnd(body.id.idiag_dst, body.id.idiag_dport);
  record->interfaceIndex = body.id.idiag_if;
  record->uid = body.idiag_uid;
  record->inode = body.idiag_inode;
  record->cookie = body.id.idiag_cookie[0] | static_cast<uint64_t>(body.id.idiag_cookie[1]) << 32;
  return true;
}

uint64_t ReadCookie(const uint32_t (&halves)[2]) { return halves[0] | static_cast<uint64_t>(halves[1]) << 32; }

bool ReadPacketSocket(const Message& message, PacketSocket* socket) {
  packet_diag_msg body = {};
  if (message.length < sizeof body) return false;
  std::memcpy(&body, message.payload, sizeof body);
  socket->inode = body.pdiag_ino;
  socket->cookie = ReadCookie(body.pdiag_cookie);
  return true;
}

// Which of the two kinds a socket is of stands in the first byte.
bool ReadSocket(const Message& message, SocketReply* reply) {
  SocketRecord record;
  PacketSocket socket;
  if (message.length > 0 && message.payload[0] == AF_PACKET) {
    if (!ReadPacketSocket(message, &socket)) return false;
    reply->packetSockets.push_back(socket);
    return true;
  }
  if (!ReadRecord(message, &record)) return false;
  reply->records.push_back(record);
  return true;
}

void ReadMessage(const Message& message, const ReplyOptions& options, SocketReply* reply) {
  if (options.dump && (message.flags & NLM_F_DUMP_INTR) != 0) reply->interrupted = true;
  if (message.type == NLMSG_ERROR || message.type == NLMSG_DONE) return Finish(message, reply);
  if (message.type != SOCK_DIAG_BY_FAMILY) return;
  if (!ReadSocket(message, reply)) return Fail(reply, EBADMSG);
  if (!options.dump) reply->done = true;
}

}  // namespace

void ReadSocketReply(const uint8_t* data, size_t length, ReplyOptions options, SocketReply* reply) {
  MessageReader reader(data, length);
  Message message;
  while (!reply->done && reader.Next(&message)) {
    if (message.sequence == options.sequence) ReadMessage(message, options, reply);
  }
  if (!reply->done && reader.malformed()) Fail(reply, EBADMSG);
}

}  // namespace netlink
