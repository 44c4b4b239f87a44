// One BPF map by its own descriptor, so that it stays valid whatever happens to the object it came from.
#pragma once

#include <linux/bpf.h>
#include <napi.h>

#include "descriptor.h"

class NativeMap : public Napi::ObjectWrap<NativeMap> {
 public:
  static Napi::Function define(Napi::Env env);
  // Takes the descriptor over; one that holds -errno becomes that number.
  static Napi::Value wrap(Napi::Env env, Descriptor descriptor);

  explicit NativeMap(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeMap>(info) {}

 private:
  Napi::Value describe(const Napi::CallbackInfo& info);
  Napi::Value lookup(const Napi::CallbackInfo& info);
  Napi::Value update(const Napi::CallbackInfo& info);
  Napi::Value remove(const Napi::CallbackInfo& info);
  Napi::Value lookupAndDelete(const Napi::CallbackInfo& info);
  Napi::Value nextKey(const Napi::CallbackInfo& info);
  Napi::Value lookupBatch(const Napi::CallbackInfo& info);
  Napi::Value updateBatch(const Napi::CallbackInfo& info);
  Napi::Value deleteBatch(const Napi::CallbackInfo& info);
  Napi::Value pin(const Napi::CallbackInfo& info);
  Napi::Value consume(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);

  int adopt(Descriptor descriptor);

  Descriptor descriptor_;
  bpf_map_info kernel_ = {};
  // Bytes that one value takes in user space: for per-CPU maps the rounded value once for each possible CPU.
  size_t valueBytes_ = 0;
};
