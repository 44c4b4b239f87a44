// Every length here comes from outside and is checked before it is used. A message whose packet id can be read is always
// delivered, with the malformed bit if anything after the id was wrong: a packet that nobody answers would be held for ever.
#include "netlink_parser.h"

#include <arpa/inet.h>
#include <endian.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>

#include <algorithm>
#include <cstring>

namespace nfqueue {
namespace {

constexpr uint16_t kPacketType = (NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_PACKET;
constexpr uint16_t kVerdictType = (NFNL_SUBSYS_QUEUE << 8) | NFQNL_MSG_VERDICT;

uint32_t& Word(Row row, Field field) { return row[static_cast<size_t>(field)]; }

void Mark(Row row, uint32_t bits) { Word(row, Field::present_) |= bits; }

template <typename T>
T Load(const uint8_t* data) {
  T value;
  memcpy(&value, data, sizeof(value));
  return value;
}

ByteSpan Skip(ByteSpan span, size_t count) {
  const size_t skipped = std::min(count, span.length);
  return {span.data + skipped, span.length - skipped};
}

// Netlink pads to four bytes. NLMSG_ALIGN would calculate in 32 bits, where a length near 2^32 wraps to no progress at all.
size_t Align(size_t length) { return (length + 3) & ~size_t{3}; }

struct Attribute {
  uint16_t type;
  ByteSpan value;
  bool cut;
};

// Takes one attribute off the front. An attribute that claims more bytes than there are is cut at the end.
bool NextAttribute(ByteSpan* rest, Attribute* attribute) {
  if (rest->length < NLA_HDRLEN) return false;
  const auto header = Load<nlattr>(rest->data);
  if (header.nla_len < NLA_HDRLEN) return false;
  const size_t length = std::min<size_t>(header.nla_len, rest->length);
  attribute->type = header.nla_type & NLA_TYPE_MASK;
  attribute->value = {rest->data + NLA_HDRLEN, length - NLA_HDRLEN};
  attribute->cut = length < header.nla_len;
  *rest = Skip(*rest, Align(header.nla_len));
  return true;
}

bool LoadBig32(ByteSpan value, uint32_t* word) {
  if (value.length < sizeof(uint32_t)) return false;
  *word = ntohl(Load<uint32_t>(value.data));
  return true;
}

bool LoadOptional(Row row, const Attribute& attribute, Field field, uint32_t bit) {
  if (!LoadBig32(attribute.value, &Word(row, field))) return false;
  Mark(row, bit);
  return true;
}

// The first packet header counts: a second one in damaged bytes must not replace a good id.
bool LoadPacketHeader(Row row, ByteSpan value) {
  if ((Word(row, Field::present_) & kHasId) != 0) return false;
  if (!LoadBig32(value, &Word(row, Field::id_))) return false;
  Mark(row, kHasId);
  if (value.length < sizeof(nfqnl_msg_packet_hdr)) return false;
  const auto header = Load<nfqnl_msg_packet_hdr>(value.data);
  Word(row, Field::hardwareProtocol_) = ntohs(header.hw_protocol);
  Word(row, Field::hook_) = header.hook;
  return true;
}

bool LoadTimestamp(Row row, ByteSpan value) {
  if (value.length < sizeof(nfqnl_msg_packet_timestamp)) return false;
  const auto timestamp = Load<nfqnl_msg_packet_timestamp>(value.data);
  const uint64_t seconds = be64toh(timestamp.sec);
  Word(row, Field::timestampSecondsHigh_) = static_cast<uint32_t>(seconds >> 32);
  Word(row, Field::timestampSecondsLow_) = static_cast<uint32_t>(seconds);
  Word(row, Field::timestampMicroseconds_) = static_cast<uint32_t>(be64toh(timestamp.usec));
  Mark(row, kHasTimestamp);
  return true;
}

bool LoadPayload(Row row, const Attribute& attribute, const uint8_t* origin) {
  Word(row, Field::payloadOffset_) = static_cast<uint32_t>(attribute.value.data - origin);
  Word(row, Field::payloadLength_) = static_cast<uint32_t>(attribute.value.length);
  return !attribute.cut;
}

bool LoadPacketAttribute(Row row, const Attribute& attribute, const uint8_t* origin) {
  switch (attribute.type) {
    case NFQA_PACKET_HDR: return LoadPacketHeader(row, attribute.value);
    case NFQA_MARK: return LoadBig32(attribute.value, &Word(row, Field::mark_));
    case NFQA_TIMESTAMP: return LoadTimestamp(row, attribute.value);
    case NFQA_IFINDEX_INDEV: return LoadOptional(row, attribute, Field::inDevice_, kHasInDevice);
    case NFQA_IFINDEX_OUTDEV: return LoadOptional(row, attribute, Field::outDevice_, kHasOutDevice);
    case NFQA_UID: return LoadOptional(row, attribute, Field::uid_, kHasUid);
    case NFQA_GID: return LoadOptional(row, attribute, Field::gid_, kHasGid);
    case NFQA_CAP_LEN: return LoadOptional(row, attribute, Field::fullLength_, kHasFullLength);
    case NFQA_SKB_INFO: return LoadBig32(attribute.value, &Word(row, Field::skbInfo_));
    case NFQA_PAYLOAD: return LoadPayload(row, attribute, origin);
    default: return !attribute.cut;
  }
}

bool ParsePacket(ByteSpan body, const uint8_t* origin, Row row) {
  Word(row, Field::kind_) = kPacket;
  if (body.length >= sizeof(nfgenmsg)) {
    const auto general = Load<nfgenmsg>(body.data);
    Word(row, Field::family_) = general.nfgen_family;
    Word(row, Field::queue_) = ntohs(general.res_id);
  }
  ByteSpan rest = Skip(body, NLMSG_ALIGN(sizeof(nfgenmsg)));
  Attribute attribute;
  while (NextAttribute(&rest, &attribute)) {
    if (!LoadPacketAttribute(row, attribute, origin)) Mark(row, kMalformed);
  }
  if (rest.length > 0) Mark(row, kMalformed);
  return (Word(row, Field::present_) & kHasId) != 0;
}

// A refusal carries the whole refused request behind the error (NETLINK_CAP_ACK is off), so the packet id is read from there.
void LoadRefusedId(ByteSpan request, Row row) {
  const auto header = Load<nlmsghdr>(request.data);
  if (header.nlmsg_type != kVerdictType) return;
  ByteSpan rest = Skip(request, NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(nfgenmsg)));
  Attribute attribute;
  while (NextAttribute(&rest, &attribute)) {
    if (attribute.type != NFQA_VERDICT_HDR || attribute.value.length < sizeof(nfqnl_msg_verdict_hdr)) continue;
    Word(row, Field::id_) = ntohl(Load<nfqnl_msg_verdict_hdr>(attribute.value.data).id);
    Mark(row, kHasId);
  }
}

bool ParseAnswer(ByteSpan body, Row row) {
  if (body.length < sizeof(nlmsgerr)) return false;
  const auto answer = Load<nlmsgerr>(body.data);
  Word(row, Field::kind_) = kAnswer;
  Word(row, Field::errorNumber_) = 0u - static_cast<uint32_t>(answer.error);
  Word(row, Field::sequence_) = answer.msg.nlmsg_seq;
  LoadRefusedId(Skip(body, offsetof(nlmsgerr, msg)), row);
  return true;
}

bool ParseMessage(uint16_t type, ByteSpan body, const uint8_t* origin, Row row) {
  if (type == kPacketType) return ParsePacket(body, origin, row);
  if (type == NLMSG_ERROR) return ParseAnswer(body, row);
  return false;
}

}  // namespace

bool NextMessage(ByteSpan* datagram, const uint8_t* origin, Row row) {
  while (datagram->length >= NLMSG_HDRLEN) {
    const auto header = Load<nlmsghdr>(datagram->data);
    if (header.nlmsg_len < NLMSG_HDRLEN) break;
    const size_t length = std::min<size_t>(header.nlmsg_len, datagram->length);
    const ByteSpan body = {datagram->data + NLMSG_HDRLEN, length - NLMSG_HDRLEN};
    memset(row, 0, kFieldCount * sizeof(*row));
    if (length < header.nlmsg_len) Mark(row, kMalformed);
    *datagram = Skip(*datagram, Align(header.nlmsg_len));
    if (ParseMessage(header.nlmsg_type, body, origin, row)) return true;
  }
  datagram->length = 0;
  return false;
}

}  // namespace nfqueue
