// Attaching programs to their hooks. See object.h. Every function answers a NativeLink or -errno.
#include <cerrno>

#include "addon.h"
#include "arguments.h"
#include "link.h"
#include "object.h"

Napi::Value NativeObject::attach(const Napi::CallbackInfo& info) {
  int status;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  return NativeLink::wrap(info.Env(), bpf_program__attach(program));
}

// Arguments: program, an open descriptor of the cgroup's directory.
Napi::Value NativeObject::attachCgroup(const Napi::CallbackInfo& info) {
  int status;
  uint32_t cgroupFd;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  if (!readNumber(info, 1, &cgroupFd)) return {};
  return NativeLink::wrap(info.Env(), bpf_program__attach_cgroup(program, static_cast<int>(cgroupFd)));
}

// Arguments: program, kernel symbol, whether to fire at the function's return.
Napi::Value NativeObject::attachKprobe(const Napi::CallbackInfo& info) {
  int status;
  std::string symbol;
  bool atReturn;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  if (!readText(info, 1, &symbol) || !readBoolean(info, 2, &atReturn)) return {};
  return NativeLink::wrap(info.Env(), bpf_program__attach_kprobe(program, atReturn, symbol.c_str()));
}

// Arguments: program, category, event, as in /sys/kernel/tracing/events/CATEGORY/EVENT.
Napi::Value NativeObject::attachTracepoint(const Napi::CallbackInfo& info) {
  int status;
  std::string category, event;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  if (!readText(info, 1, &category) || !readText(info, 2, &event)) return {};
  return NativeLink::wrap(info.Env(), bpf_program__attach_tracepoint(program, category.c_str(), event.c_str()));
}

Napi::Value NativeObject::attachRawTracepoint(const Napi::CallbackInfo& info) {
  int status;
  std::string event;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  if (!readText(info, 1, &event)) return {};
  return NativeLink::wrap(info.Env(), bpf_program__attach_raw_tracepoint(program, event.c_str()));
}

Napi::Value NativeObject::attachTracingBtf(const Napi::CallbackInfo& info) {
  int status;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  return NativeLink::wrap(info.Env(), bpf_program__attach_trace(program));
}

Napi::Value NativeObject::attachIterator(const Napi::CallbackInfo& info) {
  int status;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  return NativeLink::wrap(info.Env(), bpf_program__attach_iter(program, nullptr));
}
