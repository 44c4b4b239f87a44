// Which processes have a socket open: one walk over the descriptors of every process. Node would need three times as long.
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "checked.h"
#include "descriptor.h"
#include "facilities.h"
#include "failure.h"

namespace {

constexpr char kLinkStart[] = "socket:[";
constexpr uint32_t kMostInodes = 65536;

struct Holder {
  int64_t pid;
  int64_t descriptor;
  uint64_t inode;
};

class Directory {
 public:
  explicit Directory(int descriptor) : stream_(descriptor < 0 ? nullptr : fdopendir(descriptor)) {}
  ~Directory() {
    if (stream_ != nullptr) closedir(stream_);
  }
  Directory(const Directory&) = delete;
  Directory& operator=(const Directory&) = delete;

  bool open() const { return stream_ != nullptr; }
  int descriptor() const { return dirfd(stream_); }
  // The next name that is a number, or -1 at the end.
  int64_t NextNumber() {
    while (const dirent* entry = readdir(stream_)) {
      char* end = nullptr;
      const long number = strtol(entry->d_name, &end, 10);
      if (end != entry->d_name && *end == '\0' && number >= 0) return number;
    }
    return -1;
  }

 private:
  DIR* stream_;
};

int OpenDirectoryAt(int directory, const std::string& name) {
  return openat(directory, name.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

// 0 for whatever is no socket, and for a descriptor that was closed meanwhile.
uint64_t SocketInode(int directory, int64_t descriptor) {
  char text[64];
  const ssize_t length = readlinkat(directory, std::to_string(descriptor).c_str(), text, sizeof text - 1);
  const size_t start = sizeof kLinkStart - 1;
  if (length < static_cast<ssize_t>(start) || strncmp(text, kLinkStart, start) != 0) return 0;
  text[length] = '\0';
  return strtoull(text + start, nullptr, 10);
}

bool IsWanted(const std::vector<uint64_t>& inodes, uint64_t inode) {
  for (const uint64_t wanted : inodes)
    if (wanted == inode) return inode != 0;
  return false;
}

void AddHoldersOf(int proc, int64_t pid, const std::vector<uint64_t>& inodes, std::vector<Holder>* holders) {
  Directory descriptors(OpenDirectoryAt(proc, std::to_string(pid) + "/fd"));
  if (!descriptors.open()) return;  // It ended.
  for (int64_t one = descriptors.NextNumber(); one >= 0; one = descriptors.NextNumber()) {
    const uint64_t inode = SocketInode(descriptors.descriptor(), one);
    if (IsWanted(inodes, inode)) holders->push_back({pid, one, inode});
  }
}

std::vector<uint64_t> ReadInodes(Checked* checked, Napi::Value value) {
  std::vector<uint64_t> inodes;
  const int64_t length = checked->Integer(checked->Field(value, "length"), "inodes.length", 0, kMostInodes);
  for (int64_t index = 0; index < length && !checked->failed(); index++) {
    const Napi::Value element = checked->Field(value, std::to_string(index).c_str());
    inodes.push_back(checked->Integer(element, "inode", 0, (1LL << 53) - 1));
  }
  return inodes;
}

Napi::Object HolderObject(Napi::Env env, const Holder& holder) {
  Napi::Object object = Napi::Object::New(env);
  object.Set("pid", Napi::Number::New(env, static_cast<double>(holder.pid)));
  object.Set("descriptor", Napi::Number::New(env, static_cast<double>(holder.descriptor)));
  object.Set("inode", Napi::Number::New(env, static_cast<double>(holder.inode)));
  return object;
}

Napi::Value SocketHolders(const Napi::CallbackInfo& info) {
  Napi::Env env = info.Env();
  Checked checked(env);
  const std::vector<uint64_t> inodes = ReadInodes(&checked, info[0]);
  if (checked.failed()) return env.Undefined();
  Directory proc(open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!proc.open()) return Throw(env, {errno, "open", "look for the processes of a socket in /proc", ""});
  std::vector<Holder> holders;
  for (int64_t pid = proc.NextNumber(); pid >= 0; pid = proc.NextNumber())
    AddHoldersOf(proc.descriptor(), pid, inodes, &holders);
  Napi::Array array = Napi::Array::New(env, holders.size());
  for (size_t index = 0; index < holders.size(); index++) {
    Napi::HandleScope scope(env);
    array.Set(index, HolderObject(env, holders[index]));
  }
  return array;
}

}  // namespace

void ExportSocketHolders(Napi::Env env, Napi::Object exports) {
  exports.Set("socketHolders", Napi::Function::New(env, SocketHolders, "socketHolders"));
}
