// Registers the addon in one environment. There is no process-wide state but libbpf's printer.
#include "addon.h"

#include "link.h"
#include "log.h"
#include "map.h"
#include "object.h"
#include "ring.h"

Napi::Value takeLog(const Napi::CallbackInfo& info) {
  const Napi::String text = Napi::String::New(info.Env(), threadLog());
  threadLog() = std::string();
  return text;
}

template <Napi::Value (*function)(const Napi::CallbackInfo&)>
static void define(Napi::Env env, Napi::Object exports, const char* name) {
  exports.Set(name, Napi::Function::New<function>(env, name));
}

static Napi::Object initialise(Napi::Env env, Napi::Object exports) {
  captureLibbpfLog();
  Addon* addon = new Addon();
  addon->object = Napi::Persistent(NativeObject::define(env));
  addon->link = Napi::Persistent(NativeLink::define(env));
  addon->map = Napi::Persistent(NativeMap::define(env));
  addon->ring = Napi::Persistent(NativeRing::define(env));
  env.SetInstanceData(addon);
  define<openObject>(env, exports, "openObject");
  define<openPinnedMap>(env, exports, "openPinnedMap");
  define<openPinnedLink>(env, exports, "openPinnedLink");
  define<takeLog>(env, exports, "takeLog");
  define<linkObjects>(env, exports, "linkObjects");
  define<readBtf>(env, exports, "readBtf");
  define<probeProgramType>(env, exports, "probeProgramType");
  define<probeHelper>(env, exports, "probeHelper");
  define<enableStatistics>(env, exports, "enableStatistics");
  return exports;
}

NODE_API_MODULE(bpf_loader, initialise)
