// Lets go of the pages of the program's own file that a start touched once. They stay in the page cache, where every process
// that runs the same program shares them, and come back by a minor fault each where they are needed again.
#include <climits>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <sys/mman.h>
#include <unistd.h>

#include "facilities.h"

namespace {

struct Mapping {
  uintptr_t begin = 0;
  uintptr_t end = 0;
  bool isProgramFile = false;
};

using File = std::unique_ptr<FILE, int (*)(FILE*)>;

/** "begin-end permissions offset device inode path"; false for the other lines of smaps. */
bool ReadMapping(const char* line, const char* program, Mapping* mapping) {
  unsigned long begin, end;
  char permissions[5];
  int pathAt = 0;
  if (sscanf(line, "%lx-%lx %4s %*s %*s %*s %n", &begin, &end, permissions, &pathAt) != 3) return false;
  const bool isReadOnly = permissions[0] == 'r' && permissions[1] == '-' && permissions[3] == 'p';
  *mapping = {begin, end, isReadOnly && pathAt > 0 && strcmp(line + pathAt, program) == 0};
  return true;
}

/**
 * Bytes of the mappings that were let go. Pages that are no longer those of the file (a relocation, a breakpoint) would be lost:
 * a mapping with one of them is left alone.
 */
size_t ReleaseReadOnlyMappings(FILE* smaps, const char* program) {
  size_t released = 0;
  Mapping mapping;
  char line[PATH_MAX + 128];
  while (fgets(line, sizeof(line), smaps) != nullptr) {
    line[strcspn(line, "\n")] = '\0';
    unsigned long anonymousKb;
    if (ReadMapping(line, program, &mapping) || !mapping.isProgramFile) continue;
    if (sscanf(line, "Anonymous: %lu kB", &anonymousKb) != 1 || anonymousKb != 0) continue;
    const size_t length = mapping.end - mapping.begin;
    if (madvise(reinterpret_cast<void*>(mapping.begin), length, MADV_DONTNEED) == 0) released += length;
  }
  return released;
}

/** Without effect where /proc cannot be read, or says nothing of anonymous pages. */
Napi::Value ReleaseProgramPages(const Napi::CallbackInfo& info) {
  char program[PATH_MAX];
  const ssize_t length = readlink("/proc/self/exe", program, sizeof(program) - 1);
  const File smaps(fopen("/proc/self/smaps", "re"), fclose);
  if (length < 0 || smaps == nullptr) return Napi::Number::New(info.Env(), 0);
  program[length] = '\0';
  return Napi::Number::New(info.Env(), static_cast<double>(ReleaseReadOnlyMappings(smaps.get(), program)));
}

}  // namespace

void ExportProgramPages(Napi::Env env, Napi::Object exports) {
  exports.Set("releaseProgramPages", Napi::Function::New(env, ReleaseProgramPages, "releaseProgramPages"));
}
