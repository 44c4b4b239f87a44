// libFuzzer harness of the parsers that read what the kernel relays and what a process can write. Run: make fuzz
#include "netlink.h"

#include <cstdlib>

#include "process_stat.h"

namespace {

void Require(bool condition) {
  if (!condition) abort();
}

void WalkMessages(const uint8_t* data, size_t length) {
  netlink::MessageReader reader(data, length);
  netlink::Message message;
  size_t seen = 0;
  while (reader.Next(&message)) {
    Require(message.payload >= data && message.payload + message.length <= data + length);
    seen += message.length + 16;
  }
  Require(seen <= length);
}

void ReadReply(const uint8_t* data, size_t length, bool dump) {
  netlink::SocketReply reply;
  const netlink::ReplyOptions options = {1, dump};
  // Split over two datagrams, as a dump is.
  netlink::ReadSocketReply(data, length / 2, options, &reply);
  if (!reply.done) netlink::ReadSocketReply(data + length / 2, length - length / 2, options, &reply);
  Require(reply.errorNumber >= 0 && reply.records.size() <= length / 88);
  Require(reply.packetSockets.size() <= length / 32);
  netlink::SocketReply whole;
  netlink::ReadSocketReply(data, length, options, &whole);
  Require(whole.errorNumber >= 0 && whole.records.size() <= length / 88);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t length) {
  WalkMessages(data, length);
  ReadReply(data, length, true);
  ReadReply(data, length, false);
  uint64_t ticks = 0;
  if (length > 0) ParseStartTime(reinterpret_cast<const char*>(data), length, &ticks);
  return 0;
}
