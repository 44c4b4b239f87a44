// One NETLINK_NETFILTER socket bound to one queue: configuration with acknowledgements, batched receiving, verdicts.
// Knows nothing of JavaScript. One socket serves one thread.
#pragma once
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <vector>

#include "netlink_parser.h"

namespace nfqueue {

constexpr size_t kBatch = 32;
// Room for the attributes around a payload. The kernel's largest set without payload is below 300 bytes, and the optional
// ones (conntrack, security context) are never asked for.
constexpr size_t kAttributeRoom = 1024;

struct QueueSettings {
  uint32_t queue = 0;
  uint32_t maximum_length = 0;
  uint32_t copy_range = 0;
  uint32_t flags = 0;
  uint32_t receive_buffer_bytes = 0;
};

// What was refused: the errno, the system call, and the step in words that TypeScript turns into advice. error 0 is success.
struct Outcome {
  int error = 0;
  const char* syscall = "";
  const char* step = "";
};

struct Verdict {
  uint32_t code;
  bool has_mark;
  uint32_t mark;
};

class FileDescriptor {
 public:
  ~FileDescriptor() { Reset(-1); }
  FileDescriptor() = default;
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  void Reset(int descriptor);
  int get() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

class QueueSocket {
 public:
  Outcome Open(const QueueSettings& settings);
  Outcome SetMaximumLength(uint32_t maximum_length);
  void Close();

  // Fills `slots` (kBatch pieces of slot_bytes()) with up to kBatch datagrams of the kernel and sets their spans.
  // Returns how many, 0 when there is none, or a negative errno.
  int Receive(uint8_t* slots, ByteSpan* datagrams);

  // Each returns 0 or an errno; the kernel has judged the packet before the call returns.
  int SendVerdict(uint32_t id, const Verdict& verdict);
  int SendVerdicts(const uint32_t* ids, size_t count, const Verdict& verdict);

  // Packets that arrived while an acknowledgement was awaited; the caller delivers them.
  std::vector<std::vector<uint8_t>> TakeStash();
  bool has_stash() const { return !stash_.empty(); }

  bool is_open() const { return file_.get() >= 0; }
  int descriptor() const { return file_.get(); }
  uint32_t port() const { return port_; }
  size_t slot_bytes() const { return slot_bytes_; }
  // Messages that the kernel could not put into the receive buffer.
  uint32_t Overruns() const;

 private:
  Outcome OpenSocket();
  Outcome SetBuffers();
  Outcome BindQueue();
  template <typename Message>
  int Exchange(Message* message);
  int AwaitAnswer(uint32_t sequence);
  int Send(const uint8_t* data, size_t length);

  FileDescriptor file_;
  QueueSettings settings_;
  uint32_t port_ = 0;
  uint32_t sequence_ = 0;
  size_t slot_bytes_ = 0;
  std::vector<std::vector<uint8_t>> stash_;
  mmsghdr headers_[kBatch] = {};
  iovec vectors_[kBatch] = {};
  sockaddr_nl senders_[kBatch] = {};
};

}  // namespace nfqueue
