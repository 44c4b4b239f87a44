// Asks the running kernel what it supports, by libbpf's probes. Each answers 1, 0 or -errno.
#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <linux/bpf.h>

#include <cerrno>
#include <cstring>
#include <string>

#include "addon.h"
#include "arguments.h"
#include "descriptor.h"
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

// Since kernel 6.13 or so the verifier words its refusal in a way that libbpf's probe (1.1 to 1.5) takes for a yes.
bool isRefused(enum bpf_prog_type type, enum bpf_func_id helper) {
  bpf_insn program[2] = {};
  program[0].code = BPF_JMP | BPF_CALL;
  program[0].imm = helper;
  program[1].code = BPF_JMP | BPF_EXIT;
  char log[4096] = "";
  LIBBPF_OPTS(bpf_prog_load_opts, options, .log_level = 1, .log_size = sizeof(log), .log_buf = log);
  if (type == BPF_PROG_TYPE_CGROUP_SOCK_ADDR) options.expected_attach_type = BPF_CGROUP_INET4_CONNECT;
  if (type == BPF_PROG_TYPE_CGROUP_SOCKOPT) options.expected_attach_type = BPF_CGROUP_GETSOCKOPT;
  if (type == BPF_PROG_TYPE_SK_LOOKUP) options.expected_attach_type = BPF_SK_LOOKUP;
  const Descriptor loaded(bpf_prog_load(type, nullptr, "GPL", program, 2, &options));
  return !loaded.open() && strstr(log, "cannot use helper") != nullptr;
}
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
    const auto programType = static_cast<enum bpf_prog_type>(type);
    const int answer = libbpf_probe_bpf_helper(programType, helper.id, nullptr);
    return result(info.Env(), answer == 1 && isRefused(programType, helper.id) ? 0 : answer);
  }
  return result(info.Env(), -ENOENT);
}
