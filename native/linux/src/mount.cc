// Mounts the two file systems that the agent needs, and nothing else: bpf (for pins) and cgroup2.
#include <errno.h>
#include <sys/mount.h>

#include "checked.h"
#include "facilities.h"
#include "failure.h"

namespace {

constexpr unsigned long kAlways = MS_NOSUID | MS_NOEXEC | MS_NODEV;

Failure MountFailure(const char* syscall, const std::string& tried) {
  Failure failure{errno, syscall, tried, ""};
  if (errno == EBUSY) failure.advice = "It is in use or already mounted: close what uses it, or unmount with detach.";
  if (errno == EINVAL && failure.syscall[0] == 'u') failure.advice = "The target is not a mount point.";
  if (errno == ENODEV) failure.advice = "This kernel has no such file system.";
  return failure;
}

Napi::Value Mount(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::string source = checked.Text(checked.Field(info[0], "source"), "source", kLongestPath);
  const std::string target = checked.Text(checked.Field(info[0], "target"), "target", kLongestPath);
  const std::string type = checked.Text(checked.Field(info[0], "type"), "type", 16);
  const bool readOnly = checked.Flag(checked.Field(info[0], "readOnly"), "readOnly");
  const std::string data = checked.Text(checked.Field(info[0], "data"), "data", 256);
  if (checked.failed()) return env.Undefined();
  if (type != "bpf" && type != "cgroup2") {
    Napi::TypeError::New(env, "type must be bpf or cgroup2.").ThrowAsJavaScriptException();
    return env.Undefined();
  }
  const unsigned long flags = kAlways | (readOnly ? MS_RDONLY : 0);
  if (mount(source.c_str(), target.c_str(), type.c_str(), flags, data.empty() ? nullptr : data.c_str()) != 0) {
    return Throw(env, MountFailure("mount", "mount " + type + " at " + target));
  }
  return env.Undefined();
}

Napi::Value Unmount(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::string target = checked.Text(info[0], "target", kLongestPath);
  const bool detach = checked.Flag(info[1], "detach");
  if (checked.failed()) return env.Undefined();
  if (umount2(target.c_str(), UMOUNT_NOFOLLOW | (detach ? MNT_DETACH : 0)) != 0) {
    return Throw(env, MountFailure("umount2", "unmount " + target));
  }
  return env.Undefined();
}

}  // namespace

void ExportMount(Napi::Env env, Napi::Object exports) {
  exports.Set("mount", Napi::Function::New(env, Mount, "mount"));
  exports.Set("unmount", Napi::Function::New(env, Unmount, "unmount"));
}
