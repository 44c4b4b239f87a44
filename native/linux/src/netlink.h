// Parsers of what the kernel sends over netlink. Pure: bytes in, structs out, so that they can be fuzzed by themselves.
// They trust no length field, and read through memcpy because nothing promises alignment.
#ifndef SALLYPORT_LINUX_NETLINK_H_
#define SALLYPORT_LINUX_NETLINK_H_

#include <cstddef>
#include <cstdint>
#include <vector>

namespace netlink {

struct Message {
  uint16_t type = 0;
  uint16_t flags = 0;
  uint32_t sequence = 0;
  uint32_t portId = 0;
  const uint8_t* payload = nullptr;
  size_t length = 0;
};

// Walks the messages of one datagram and stops at the first that does not fit into it.
class MessageReader {
 public:
  MessageReader(const uint8_t* data, size_t length) : data_(data), left_(length) {}
  bool Next(Message* message);
  bool malformed() const { return malformed_; }

 private:
  const uint8_t* data_;
  size_t left_;
  bool malformed_ = false;
};

struct SocketEnd {
  uint8_t address[16] = {};
  uint16_t port = 0;
};

struct SocketRecord {
  uint8_t family = 0;
  uint8_t state = 0;
  SocketEnd local;
  SocketEnd remote;
  uint32_t interfaceIndex = 0;
  uint32_t uid = 0;
  uint32_t inode = 0;
  uint64_t cookie = 0;
};

// A socket that hands frames to an interface itself.
struct PacketSocket {
  uint32_t inode = 0;
  uint64_t cookie = 0;
};

// What the datagrams read so far answered to one sock_diag request.
struct SocketReply {
  std::vector<SocketRecord> records;
  std::vector<PacketSocket> packetSockets;
  bool done = false;
  bool interrupted = false;  // the table changed during the dump: records may be missing
  int errorNumber = 0;       // positive; EBADMSG for a datagram that makes no sense
};

struct ReplyOptions {
  uint32_t sequence = 0;
  bool dump = false;  // a dump ends with NLMSG_DONE; a single answer ends with itself
};

void ReadSocketReply(const uint8_t* data, size_t length, ReplyOptions options, SocketReply* reply);

}  // namespace netlink

#endif
