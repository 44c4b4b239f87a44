// The row of 32-bit words in which the native side hands one parsed message to JavaScript.
// packetFields.ts reads the same layout; a test compares the two through the exported list of names.
#pragma once
#include <cstddef>
#include <cstdint>

namespace nfqueue {

#define NFQUEUE_FIELDS(X)                                                                                      \
  X(kind) X(present) X(queue) X(id) X(family) X(hardwareProtocol) X(hook) X(mark) X(inDevice) X(outDevice)     \
  X(uid) X(gid) X(timestampSecondsHigh) X(timestampSecondsLow) X(timestampMicroseconds) X(payloadOffset)       \
  X(payloadLength) X(fullLength) X(skbInfo) X(errorNumber) X(sequence)

enum class Field : size_t {
#define X(name) name##_,
  NFQUEUE_FIELDS(X)
#undef X
      count_
};

constexpr size_t kFieldCount = static_cast<size_t>(Field::count_);

enum Kind : uint32_t { kPacket = 1, kAnswer = 2 };

// Bits of the `present` word: which optional attributes the kernel sent.
enum Present : uint32_t {
  kHasId = 1,
  kHasInDevice = 2,
  kHasOutDevice = 4,
  kHasUid = 8,
  kHasGid = 16,
  kHasTimestamp = 32,
  kHasFullLength = 64,
  kMalformed = 128,
};

}  // namespace nfqueue
