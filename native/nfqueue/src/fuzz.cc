// libFuzzer target for the netlink parser (make fuzz): every row must point inside the datagram, and a message whose packet
// header is whole must never be lost.
#include <cstdlib>
#include <vector>

#include "netlink_parser.h"

using nfqueue::Field;

static uint32_t Word(const std::vector<uint32_t>& row, Field field) { return row[static_cast<size_t>(field)]; }

static void CheckRow(const std::vector<uint32_t>& row, size_t length) {
  const size_t offset = Word(row, Field::payloadOffset_), bytes = Word(row, Field::payloadLength_);
  if (offset > length || bytes > length - offset) abort();
  const bool packet = Word(row, Field::kind_) == nfqueue::kPacket;
  if (!packet && Word(row, Field::kind_) != nfqueue::kAnswer) abort();
  if (packet && (Word(row, Field::present_) & nfqueue::kHasId) == 0) abort();
}

static size_t ParseAll(const std::vector<uint8_t>& bytes, uint32_t* first_id) {
  nfqueue::ByteSpan rest = {bytes.data(), bytes.size()};
  std::vector<uint32_t> row(nfqueue::kFieldCount);
  size_t count = 0;
  while (nfqueue::NextMessage(&rest, bytes.data(), row.data())) {
    CheckRow(row, bytes.size());
    if (count++ == 0) *first_id = Word(row, Field::id_);
  }
  return count;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint32_t id = 0;
  ParseAll(std::vector<uint8_t>(data, data + size), &id);
  // The same bytes as the tail of a packet message with id 0x01020304.
  std::vector<uint8_t> message = {0, 0, 0, 0, 0, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 1, 11, 0, 1, 0, 1, 2, 3, 4, 8, 0, 3, 0};
  message.insert(message.end(), data, data + size);
  const uint32_t length = static_cast<uint32_t>(message.size());
  for (int index = 0; index < 4; index++) message[index] = static_cast<uint8_t>(length >> (8 * index));
  if (ParseAll(message, &id) != 1 || id != 0x01020304) abort();
  return 0;
}
