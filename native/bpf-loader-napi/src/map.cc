// Map life cycle and single-element operations. See map.h.
#include "map.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>

#include "addon.h"
#include "arguments.h"
#include "log.h"
#include "ring.h"

Napi::Function NativeMap::define(Napi::Env env) {
  return DefineClass(
      env, "NativeMap",
      {InstanceMethod<&NativeMap::describe>("describe"), InstanceMethod<&NativeMap::lookup>("lookup"),
       InstanceMethod<&NativeMap::update>("update"), InstanceMethod<&NativeMap::remove>("remove"),
       InstanceMethod<&NativeMap::lookupAndDelete>("lookupAndDelete"), InstanceMethod<&NativeMap::nextKey>("nextKey"),
       InstanceMethod<&NativeMap::lookupBatch>("lookupBatch"), InstanceMethod<&NativeMap::updateBatch>("updateBatch"),
       InstanceMethod<&NativeMap::deleteBatch>("deleteBatch"), InstanceMethod<&NativeMap::pin>("pin"),
       InstanceMethod<&NativeMap::consume>("consume"), InstanceMethod<&NativeMap::close>("close")});
}

static bool hasValuePerCpu(uint32_t type) {
  return type == BPF_MAP_TYPE_PERCPU_HASH || type == BPF_MAP_TYPE_PERCPU_ARRAY || type == BPF_MAP_TYPE_LRU_PERCPU_HASH ||
         type == BPF_MAP_TYPE_PERCPU_CGROUP_STORAGE;
}

int NativeMap::adopt(Descriptor descriptor) {
  if (!descriptor.open()) return descriptor.get();
  uint32_t length = sizeof(kernel_);
  const int status = bpf_obj_get_info_by_fd(descriptor.get(), &kernel_, &length);
  if (status < 0) return status;
  valueBytes_ = kernel_.value_size;
  if (hasValuePerCpu(kernel_.type)) {
    const int cpus = libbpf_num_possible_cpus();
    if (cpus < 0) return cpus;
    valueBytes_ = (static_cast<size_t>(kernel_.value_size) + 7) / 8 * 8 * cpus;
  }
  descriptor_ = std::move(descriptor);
  return 0;
}

Napi::Value NativeMap::wrap(Napi::Env env, Descriptor descriptor) {
  const Napi::Object object = Addon::of(env).map.New({});
  if (object.IsEmpty()) return env.Undefined();
  const int status = Unwrap(object)->adopt(std::move(descriptor));
  if (status < 0) return result(env, status);
  return object;
}

Napi::Value NativeMap::describe(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (!descriptor_.open()) return result(env, -EBADF);
  Napi::Object description = Napi::Object::New(env);
  description.Set("name", Napi::String::New(env, kernel_.name, strnlen(kernel_.name, sizeof(kernel_.name))));
  description.Set("id", result(env, kernel_.id));
  description.Set("type", result(env, kernel_.type));
  description.Set("keySize", result(env, kernel_.key_size));
  description.Set("valueSize", result(env, kernel_.value_size));
  description.Set("valueBytes", result(env, static_cast<int64_t>(valueBytes_)));
  description.Set("maxEntries", result(env, kernel_.max_entries));
  description.Set("fd", result(env, descriptor_.get()));
  return description;
}

Napi::Value NativeMap::lookup(const Napi::CallbackInfo& info) {
  Bytes key, value;
  if (!readBytesOf(info, 0, kernel_.key_size, &key) || !readBytesOf(info, 1, valueBytes_, &value)) return {};
  return result(info.Env(), bpf_map_lookup_elem(descriptor_.get(), key.data, value.data));
}

Napi::Value NativeMap::update(const Napi::CallbackInfo& info) {
  Bytes key, value;
  uint32_t flags;
  if (!readBytesOf(info, 0, kernel_.key_size, &key) || !readBytesOf(info, 1, valueBytes_, &value)) return {};
  if (!readNumber(info, 2, &flags)) return {};
  return result(info.Env(), bpf_map_update_elem(descriptor_.get(), key.data, value.data, flags));
}

Napi::Value NativeMap::remove(const Napi::CallbackInfo& info) {
  Bytes key;
  if (!readBytesOf(info, 0, kernel_.key_size, &key)) return {};
  return result(info.Env(), bpf_map_delete_elem(descriptor_.get(), key.data));
}

Napi::Value NativeMap::lookupAndDelete(const Napi::CallbackInfo& info) {
  Bytes key, value;
  if (!readBytesOf(info, 0, kernel_.key_size, &key) || !readBytesOf(info, 1, valueBytes_, &value)) return {};
  return result(info.Env(), bpf_map_lookup_and_delete_elem(descriptor_.get(), key.data, value.data));
}

Napi::Value NativeMap::nextKey(const Napi::CallbackInfo& info) {
  Bytes key, next;
  if (!isAbsent(info, 0) && !readBytesOf(info, 0, kernel_.key_size, &key)) return {};
  if (!readBytesOf(info, 1, kernel_.key_size, &next)) return {};
  return result(info.Env(), bpf_map_get_next_key(descriptor_.get(), key.data, next.data));
}

Napi::Value NativeMap::pin(const Napi::CallbackInfo& info) {
  std::string path;
  if (!readText(info, 0, &path)) return {};
  return result(info.Env(), bpf_obj_pin(descriptor_.get(), path.c_str()));
}

Napi::Value NativeMap::consume(const Napi::CallbackInfo& info) {
  if (!info[0].IsFunction()) {
    Napi::TypeError::New(info.Env(), "argument 0 must be a function").ThrowAsJavaScriptException();
    return {};
  }
  if (!descriptor_.open()) return result(info.Env(), -EBADF);
  return NativeRing::start(info.Env(), {descriptor_.get(), kernel_.max_entries}, info[0].As<Napi::Function>());
}

Napi::Value NativeMap::close(const Napi::CallbackInfo& info) {
  descriptor_.reset();
  return info.Env().Undefined();
}

Napi::Value openPinnedMap(const Napi::CallbackInfo& info) {
  std::string path;
  if (!readText(info, 0, &path)) return {};
  return NativeMap::wrap(info.Env(), Descriptor(bpf_obj_get(path.c_str())));
}
