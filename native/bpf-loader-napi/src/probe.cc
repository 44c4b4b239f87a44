// Asks the running kernel what it supports, by libbpf's probes. Each answers 1, 0 or -errno.
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "addon.h"
#include "arguments.h"
#include "log.h"

namespace {
struct Helper {
  const char* name;
  enum bpf_func_id id;
};
// The macro's entries have one argument up to Linux 6.1 headers and several after them.
#define HELPER(NAME, ...) {#NAME, BPF_FUNC_##NAME}
constexpr Helper helpers[] = {__BPF_FUNC_MAPPER(HELPER)};
#undef HELPER
}  // namespace

Napi::Value probeProgramType(const Napi::CallbackInfo& info) {
  uint32_t type;
  if (!readNumber(info, 0, &type)) return {};
  threadLog().clear();
  return result(info.Env(), libbpf_probe_bpf_prog_type(static_cast<enum bpf_prog_type>(type), nullptr));
}

// Arguments: program type, helper name without the bpf_ in front. -ENOENT: the headers of the build do not know the helper.
Napi::Value probeHelper(const Napi::CallbackInfo& info) {
  uint32_t type;
  std::string name;
  if (!readNumber(info, 0, &type) || !readText(info, 1, &name)) return {};
  threadLog().clear();
  for (const Helper& helper : helpers) {
    if (name != helper.name) continue;
    return result(info.Env(), libbpf_probe_bpf_helper(static_cast<enum bpf_prog_type>(type), helper.id, nullptr));
  }
  return result(info.Env(), -ENOENT);
}
