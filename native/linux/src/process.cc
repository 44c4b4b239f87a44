// What identifies a process and its executable, each with as few system calls as it takes.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "checked.h"
#include "descriptor.h"
#include "facilities.h"
#include "failure.h"
#include "process_stat.h"

namespace {

constexpr char kDeletedSuffix[] = " (deleted)";

struct ProcPath {
  char text[64];
  ProcPath(int64_t pid, const char* name) { snprintf(text, sizeof text, "/proc/%d/%s", static_cast<int>(pid), name); }
};

// No such process any more (ENOENT, ESRCH), or a kernel thread, which has no executable (ENOENT).
bool MeansGone(int errorNumber) { return errorNumber == ENOENT || errorNumber == ESRCH || errorNumber == ENOTDIR; }

Napi::Value GoneOrThrow(Napi::Env env, const char* syscall, const std::string& tried) {
  if (MeansGone(errno)) return env.Undefined();
  return Throw(env, {errno, syscall, tried, ""});
}

int64_t ReadPid(const Napi::CallbackInfo& info, Checked* checked) {
  return checked->Integer(info[0], "pid", 1, INT32_MAX);
}

uint64_t ChangeTimeNs(const struct stat& status) {
  return static_cast<uint64_t>(status.st_ctim.tv_sec) * 1000000000U + static_cast<uint64_t>(status.st_ctim.tv_nsec);
}

void SetIdentity(Napi::Env env, Napi::Object object, const struct stat& status) {
  object.Set("device", Napi::BigInt::New(env, static_cast<uint64_t>(status.st_dev)));
  object.Set("inode", Napi::BigInt::New(env, static_cast<uint64_t>(status.st_ino)));
  object.Set("ctimeNs", Napi::BigInt::New(env, static_cast<int64_t>(ChangeTimeNs(status))));
}

Napi::Value ProcessStart(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const int64_t pid = ReadPid(info, &checked);
  if (checked.failed()) return env.Undefined();
  const ProcPath path(pid, "stat");
  Descriptor descriptor(open(path.text, O_RDONLY | O_CLOEXEC));
  if (!descriptor.open()) return GoneOrThrow(env, "open", std::string("read ") + path.text);
  char text[4096];
  const ssize_t length = read(descriptor.get(), text, sizeof text);
  if (length < 0) return GoneOrThrow(env, "read", std::string("read ") + path.text);
  uint64_t ticks = 0;
  if (ParseStartTime(text, static_cast<size_t>(length), &ticks)) return Napi::BigInt::New(env, ticks);
  return Throw(env, {EBADMSG, "read", std::string("find the start time in ") + path.text, "Is /proc mounted as procfs?"});
}

// The descriptor pins one executable: its path and its inode belong together even if the process calls exec in between.
Napi::Value ExecutableOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const int64_t pid = ReadPid(info, &checked);
  if (checked.failed()) return env.Undefined();
  const ProcPath path(pid, "exe");
  const std::string tried = std::string("read ") + path.text;
  Descriptor executable(open(path.text, O_PATH | O_CLOEXEC));
  if (!executable.open()) return GoneOrThrow(env, "open", tried);
  struct stat status = {};
  if (fstat(executable.get(), &status) != 0) return Throw(env, {errno, "fstat", tried, ""});
  char link[64];
  snprintf(link, sizeof link, "/proc/self/fd/%d", executable.get());
  char text[4096];
  const ssize_t length = readlink(link, text, sizeof text);
  if (length < 0) return Throw(env, {errno, "readlink", tried, ""});

  const std::string target(text, static_cast<size_t>(length));
  const size_t suffix = sizeof kDeletedSuffix - 1;
  const bool deleted = target.size() > suffix && target.compare(target.size() - suffix, suffix, kDeletedSuffix) == 0;
  Napi::Object object = Napi::Object::New(env);
  object.Set("path", Napi::String::New(env, target));
  object.Set("deletedSuffix", Napi::Boolean::New(env, deleted));
  SetIdentity(env, object, status);
  return object;
}

Napi::Value MountNamespaceOf(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const int64_t pid = ReadPid(info, &checked);
  if (checked.failed()) return env.Undefined();
  const ProcPath path(pid, "ns/mnt");
  struct stat status = {};
  if (stat(path.text, &status) != 0) return GoneOrThrow(env, "stat", std::string("read ") + path.text);
  return Napi::BigInt::New(env, static_cast<uint64_t>(status.st_ino));
}

Napi::Value StatFile(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::string path = checked.Text(info[0], "path", kLongestPath);
  if (checked.failed()) return env.Undefined();
  struct stat status = {};
  if (stat(path.c_str(), &status) != 0) return GoneOrThrow(env, "stat", "read the status of " + path);
  Napi::Object object = Napi::Object::New(env);
  SetIdentity(env, object, status);
  object.Set("mode", Napi::Number::New(env, status.st_mode));
  object.Set("uid", Napi::Number::New(env, status.st_uid));
  object.Set("gid", Napi::Number::New(env, status.st_gid));
  return object;
}

Napi::Value ClockTicksPerSecond(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(sysconf(_SC_CLK_TCK)));
}

// For tests: the parser on text of the caller's choice.
Napi::Value ParseProcessStat(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const Bytes bytes = checked.ByteArray(info[0], "bytes", 1 << 20);
  uint64_t ticks = 0;
  if (checked.failed() || bytes.length == 0) return env.Undefined();
  const bool found = ParseStartTime(reinterpret_cast<const char*>(bytes.data), bytes.length, &ticks);
  return found ? Napi::BigInt::New(env, ticks) : env.Undefined();
}

}  // namespace

void ExportProcess(Napi::Env env, Napi::Object exports) {
  exports.Set("processStart", Napi::Function::New(env, ProcessStart, "processStart"));
  exports.Set("executableOf", Napi::Function::New(env, ExecutableOf, "executableOf"));
  exports.Set("mountNamespaceOf", Napi::Function::New(env, MountNamespaceOf, "mountNamespaceOf"));
  exports.Set("statFile", Napi::Function::New(env, StatFile, "statFile"));
  exports.Set("clockTicksPerSecond", Napi::Function::New(env, ClockTicksPerSecond, "clockTicksPerSecond"));
  exports.Set("parseProcessStat", Napi::Function::New(env, ParseProcessStat, "parseProcessStat"));
}
