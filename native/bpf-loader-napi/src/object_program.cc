// What can be asked of and done with one program, short of attaching it. See object.h.
#include <bpf/bpf.h>
#include <linux/bpf.h>

#include <cerrno>

#include "addon.h"
#include "arguments.h"
#include "log.h"
#include "object.h"

// Reads the program's name from argument 0. Null with a status of 0 means that an exception is pending.
bpf_program* NativeObject::findProgram(const Napi::CallbackInfo& info, int* status) {
  std::string name;
  *status = 0;
  if (!readText(info, 0, &name)) return nullptr;
  *status = -EBADF;
  if (object_ == nullptr) return nullptr;
  *status = -ENOENT;
  threadLog().clear();
  return bpf_object__find_program_by_name(object_, name.c_str());
}

Napi::Value NativeObject::notFound(const Napi::CallbackInfo& info, int status) {
  return status == 0 ? Napi::Value() : result(info.Env(), status);
}

Napi::Value NativeObject::setAutoload(const Napi::CallbackInfo& info) {
  int status;
  bool autoload;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  if (!readBoolean(info, 1, &autoload)) return {};
  return result(info.Env(), bpf_program__set_autoload(program, autoload));
}

Napi::Value NativeObject::programFd(const Napi::CallbackInfo& info) {
  int status;
  const bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  return result(info.Env(), bpf_program__fd(program));
}

Napi::Value NativeObject::pinProgram(const Napi::CallbackInfo& info) {
  int status;
  std::string path;
  bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  if (!readText(info, 1, &path)) return {};
  return result(info.Env(), bpf_program__pin(program, path.c_str()));
}

Napi::Value NativeObject::programInformation(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  int status;
  const bpf_program* const program = findProgram(info, &status);
  if (program == nullptr) return notFound(info, status);
  bpf_prog_info kernel = {};
  uint32_t length = sizeof(kernel);
  status = bpf_obj_get_info_by_fd(bpf_program__fd(program), &kernel, &length);
  if (status < 0) return result(env, status);
  Napi::Object information = Napi::Object::New(env);
  information.Set("id", result(env, kernel.id));
  information.Set("name", Napi::String::New(env, bpf_program__name(program)));
  information.Set("type", result(env, kernel.type));
  information.Set("instructions", result(env, kernel.xlated_prog_len / sizeof(bpf_insn)));
  information.Set("jitedLength", result(env, kernel.jited_prog_len));
  information.Set("verifiedInstructions", result(env, kernel.verified_insns));
  information.Set("runCount", Napi::BigInt::New(env, static_cast<uint64_t>(kernel.run_cnt)));
  information.Set("runTimeNs", Napi::BigInt::New(env, static_cast<uint64_t>(kernel.run_time_ns)));
  return information;
}

// Returns a descriptor; the kernel counts run time of programs while it is open (kernel 5.8).
Napi::Value enableStatistics(const Napi::CallbackInfo& info) {
  return result(info.Env(), bpf_enable_stats(BPF_STATS_RUN_TIME));
}
