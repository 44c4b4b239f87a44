// See log.h.
#include "log.h"

#include <bpf/libbpf.h>

#include <cstdarg>
#include <cstdio>

// The kernel's verifier log is at most 16 MiB in libbpf; several refused programs in one object stay below this.
static constexpr size_t maximumBytes = 64 << 20;

std::string& threadLog() {
  static thread_local std::string log;
  return log;
}

static int appendToThreadLog(enum libbpf_print_level level, const char* format, va_list arguments) {
  if (level == LIBBPF_DEBUG) return 0;
  va_list measured;
  va_copy(measured, arguments);
  const int length = vsnprintf(nullptr, 0, format, measured);
  va_end(measured);
  std::string& log = threadLog();
  if (length <= 0 || log.size() + length > maximumBytes) return 0;
  const size_t start = log.size();
  log.resize(start + length + 1);
  vsnprintf(log.data() + start, length + 1, format, arguments);
  log.pop_back();
  return 0;
}

void captureLibbpfLog() { libbpf_set_print(appendToThreadLog); }
