// Parses the netlink datagrams of nfnetlink_queue into rows of words. Pure: no socket, no N-API, so that it can be fuzzed.
#pragma once
#include "packet_fields.h"

namespace nfqueue {

struct ByteSpan {
  const uint8_t* data;
  size_t length;
};

using Row = uint32_t*;

// Takes the next message off the front of `datagram` and writes it to `row` (kFieldCount words). Payload offsets count from
// `origin`. Returns false, and drops the rest of the datagram, when what is left holds no message that could be answered.
bool NextMessage(ByteSpan* datagram, const uint8_t* origin, Row row);

}  // namespace nfqueue
