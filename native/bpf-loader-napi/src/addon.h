// What one JavaScript environment (main thread or worker) holds: the constructors of the native classes.
#pragma once

#include <napi.h>

struct Addon {
  Napi::FunctionReference object;
  Napi::FunctionReference link;
  Napi::FunctionReference map;
  Napi::FunctionReference ring;

  static Addon& of(Napi::Env env) { return *env.GetInstanceData<Addon>(); }
};

// The free functions, each in the file that is named after its subject.
Napi::Value openObject(const Napi::CallbackInfo& info);
Napi::Value openPinnedMap(const Napi::CallbackInfo& info);
Napi::Value openPinnedLink(const Napi::CallbackInfo& info);
Napi::Value takeLog(const Napi::CallbackInfo& info);
Napi::Value linkObjects(const Napi::CallbackInfo& info);
Napi::Value readBtf(const Napi::CallbackInfo& info);
Napi::Value probeProgramType(const Napi::CallbackInfo& info);
Napi::Value probeHelper(const Napi::CallbackInfo& info);
Napi::Value enableStatistics(const Napi::CallbackInfo& info);
