// Writes one nfnetlink_queue request into a fixed buffer: header, queue number, attributes. No allocation.
#pragma once
#include <arpa/inet.h>
#include <linux/netfilter/nfnetlink.h>
#include <linux/netfilter/nfnetlink_queue.h>
#include <linux/netlink.h>
#include <sys/socket.h>

#include <cstdint>
#include <cstring>

namespace nfqueue {

template <size_t Capacity>
class NetlinkMessage {
 public:
  NetlinkMessage(uint16_t type, uint16_t flags, uint16_t queue) {
    auto* header = reinterpret_cast<nlmsghdr*>(bytes_);
    header->nlmsg_type = static_cast<uint16_t>((NFNL_SUBSYS_QUEUE << 8) | type);
    header->nlmsg_flags = NLM_F_REQUEST | flags;
    const nfgenmsg general = {AF_UNSPEC, NFNETLINK_V0, htons(queue)};
    memcpy(bytes_ + NLMSG_HDRLEN, &general, sizeof(general));
    SetLength(NLMSG_HDRLEN + NLMSG_ALIGN(sizeof(general)));
  }

  // All values that this addon sends are multiples of four bytes or the last attribute; padding bytes stay zero.
  template <typename T>
  void Append(uint16_t attribute_type, const T& value) {
    static_assert(sizeof(T) <= 8, "small attributes only");
    if (length_ + NLA_HDRLEN + NLA_ALIGN(sizeof(T)) > Capacity) __builtin_trap();
    const nlattr attribute = {static_cast<uint16_t>(NLA_HDRLEN + sizeof(T)), attribute_type};
    memcpy(bytes_ + length_, &attribute, sizeof(attribute));
    memcpy(bytes_ + length_ + NLA_HDRLEN, &value, sizeof(value));
    SetLength(length_ + NLA_HDRLEN + NLA_ALIGN(sizeof(T)));
  }

  void SetSequence(uint32_t sequence) { reinterpret_cast<nlmsghdr*>(bytes_)->nlmsg_seq = sequence; }

  const uint8_t* data() const { return bytes_; }
  size_t length() const { return length_; }

 private:
  void SetLength(size_t length) {
    length_ = length;
    reinterpret_cast<nlmsghdr*>(bytes_)->nlmsg_len = static_cast<uint32_t>(length);
  }

  alignas(4) uint8_t bytes_[Capacity] = {};
  size_t length_ = 0;
};

}  // namespace nfqueue
