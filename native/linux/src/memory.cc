// Gives memory that was freed back to the system: what a start or a burst needed once would stay resident otherwise.
#include <malloc.h>

#include "facilities.h"

namespace {

/** True where something was given back. glibc only: elsewhere the allocator does as it likes. */
Napi::Value ReleaseFreeMemory(const Napi::CallbackInfo& info) {
#ifdef __GLIBC__
  return Napi::Boolean::New(info.Env(), malloc_trim(0) == 1);
#else
  return Napi::Boolean::New(info.Env(), false);
#endif
}

}  // namespace

void ExportMemory(Napi::Env env, Napi::Object exports) {
  exports.Set("releaseFreeMemory", Napi::Function::New(env, ReleaseFreeMemory, "releaseFreeMemory"));
}
