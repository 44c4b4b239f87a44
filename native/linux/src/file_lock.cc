// A lock on a file that lasts until it is released or the process ends, however it ends.
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "checked.h"
#include "descriptor.h"
#include "facilities.h"
#include "failure.h"

namespace {

class FileLock : public Napi::ObjectWrap<FileLock> {
 public:
  explicit FileLock(const Napi::CallbackInfo& info) : Napi::ObjectWrap<FileLock>(info) {}

  // The wrapper refers to itself while it holds the lock: a lock that the garbage collector may drop is no lock.
  void Adopt(Descriptor&& descriptor) {
    descriptor_ = std::move(descriptor);
    Ref();
  }

  void Release(const Napi::CallbackInfo&) {
    if (!descriptor_.open()) return;
    descriptor_.Close();
    Unref();
  }

 private:
  Descriptor descriptor_;
};

Failure LockFailure(const char* syscall, const std::string& path) {
  Failure failure{errno, syscall, "lock the file " + path, ""};
  if (errno == ELOOP) failure.advice = "A symbolic link is never followed here: remove it.";
  if (errno == EEXIST) failure.advice = "It is not a regular file: choose another path.";
  if (errno == ENOENT) failure.advice = "Create its directory first.";
  return failure;
}

Napi::Value LockFile(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::string path = checked.Text(info[0], "path", kLongestPath);
  if (checked.failed()) return env.Undefined();
  constexpr int kFlags = O_RDWR | O_CLOEXEC | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  Descriptor descriptor(open(path.c_str(), kFlags, 0600));
  if (!descriptor.open()) return Throw(env, LockFailure("open", path));
  struct stat status = {};
  if (fstat(descriptor.get(), &status) != 0) return Throw(env, LockFailure("fstat", path));
  if (!S_ISREG(status.st_mode)) {
    errno = EEXIST;
    return Throw(env, LockFailure("open", path));
  }
  if (flock(descriptor.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) return env.Undefined();
    return Throw(env, LockFailure("flock", path));
  }
  Napi::Object lock = env.GetInstanceData<EnvironmentData>()->fileLock.New({});
  if (!env.IsExceptionPending()) FileLock::Unwrap(lock)->Adopt(std::move(descriptor));
  return lock;
}

}  // namespace

void ExportFileLock(Napi::Env env, Napi::Object exports) {
  Napi::Function constructor =
      FileLock::DefineClass(env, "FileLock", {FileLock::InstanceMethod("release", &FileLock::Release)});
  env.GetInstanceData<EnvironmentData>()->fileLock = Napi::Persistent(constructor);
  exports.Set("lockFile", Napi::Function::New(env, LockFile, "lockFile"));
}
