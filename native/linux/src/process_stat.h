// Reads the start time out of the text of /proc/PID/stat. Pure, so that it can be fuzzed: the process chooses its own name.
#ifndef SALLYPORT_LINUX_PROCESS_STAT_H_
#define SALLYPORT_LINUX_PROCESS_STAT_H_

#include <cstddef>
#include <cstdint>
#include <cstring>

// Field 22 in clock ticks since boot. The name (field 2) may hold spaces and parentheses, so fields count from the last ')'.
inline bool ParseStartTime(const char* text, size_t length, uint64_t* ticks) {
  const auto* close = static_cast<const char*>(memrchr(text, ')', length));
  if (close == nullptr) return false;
  const char* position = close + 1;
  const char* end = text + length;
  // Field 3 follows the first space after the name, so field 22 follows the 20th.
  for (int spaces = 0; spaces < 20; spaces++) {
    position = static_cast<const char*>(memchr(position, ' ', static_cast<size_t>(end - position)));
    if (position == nullptr) return false;
    position++;
  }
  const char* first = position;
  uint64_t value = 0;
  for (; position < end && *position >= '0' && *position <= '9'; position++) {
    if (__builtin_mul_overflow(value, 10, &value)) return false;
    if (__builtin_add_overflow(value, static_cast<uint64_t>(*position - '0'), &value)) return false;
  }
  // A number that the end of the text cuts off may lack digits: it counts only with something behind it.
  if (position == first || position == end) return false;
  *ticks = value;
  return true;
}

#endif
