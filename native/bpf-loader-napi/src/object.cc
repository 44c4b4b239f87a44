// Life cycle of an object and what it contains. See object.h.
#include "object.h"

#include <cerrno>

#include "addon.h"
#include "arguments.h"
#include "guard.h"
#include "log.h"
#include "map.h"

Napi::Function NativeObject::define(Napi::Env env) {
  return DefineClass(
      env, "NativeObject",
      {InstanceMethod<&NativeObject::load>("load"), InstanceMethod<&NativeObject::close>("close"),
       InstanceMethod<&NativeObject::programs>("programs"), InstanceMethod<&NativeObject::maps>("maps"),
       InstanceMethod<&NativeObject::openMap>("openMap"), InstanceMethod<&NativeObject::setMaxEntries>("setMaxEntries"),
       InstanceMethod<&NativeObject::setAutoload>("setAutoload"), InstanceMethod<&NativeObject::programFd>("programFd"),
       InstanceMethod<&NativeObject::programInformation>("programInformation"),
       InstanceMethod<&NativeObject::pinProgram>("pinProgram"), InstanceMethod<&NativeObject::attach>("attach"),
       InstanceMethod<&NativeObject::attachCgroup>("attachCgroup"),
       InstanceMethod<&NativeObject::attachKprobe>("attachKprobe"),
       InstanceMethod<&NativeObject::attachTracepoint>("attachTracepoint"),
       InstanceMethod<&NativeObject::attachRawTracepoint>("attachRawTracepoint"),
       InstanceMethod<&NativeObject::attachTracingBtf>("attachTracingBtf"),
       InstanceMethod<&NativeObject::attachIterator>("attachIterator"),
       InstanceMethod<&NativeObject::describeVariable>("describeVariable"),
       InstanceMethod<&NativeObject::readVariable>("readVariable"),
       InstanceMethod<&NativeObject::writeVariable>("writeVariable")});
}

Napi::Value NativeObject::wrap(Napi::Env env, bpf_object* object) {
  const Napi::Object wrapper = Addon::of(env).object.New({});
  if (wrapper.IsEmpty()) {
    bpf_object__close(object);
    return {};
  }
  Unwrap(wrapper)->object_ = object;
  return wrapper;
}

// Arguments: the file's bytes, the object's name, the pin directory or undefined.
Napi::Value openObject(const Napi::CallbackInfo& info) {
  Bytes file;
  std::string name, pinDirectory;
  if (!readBytes(info, 0, &file) || !readText(info, 1, &name)) return {};
  if (!isAbsent(info, 2) && !readText(info, 2, &pinDirectory)) return {};
  threadLog().clear();
  LIBBPF_OPTS(bpf_object_open_opts, options, .object_name = name.c_str());
  if (!pinDirectory.empty()) options.pin_root_path = pinDirectory.c_str();
  const auto open = [&] { return bpf_object__open_mem(file.data, file.length, &options); };
  const int rehearsal = rehearse([&] { bpf_object__close(open()); });
  if (rehearsal < 0) return result(info.Env(), rehearsal);
  // libbpf copies what it keeps; the bytes need not outlive this call.
  bpf_object* const object = open();
  if (object == nullptr) return result(info.Env(), errno == 0 ? -EINVAL : -errno);
  return NativeObject::wrap(info.Env(), object);
}

// Loads without touching pins: those are for the real load alone.
static void rehearseLoad(bpf_object* object) {
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object) bpf_map__set_pin_path(map, nullptr);
  bpf_object__load(object);
  bpf_object__close(object);
}

// Argument: whether to rehearse it, which takes the time of loading twice.
Napi::Value NativeObject::load(const Napi::CallbackInfo& info) {
  bool rehearsed;
  if (!readBoolean(info, 0, &rehearsed)) return {};
  if (object_ == nullptr) return result(info.Env(), -EBADF);
  if (loaded_) return result(info.Env(), -EALREADY);
  threadLog().clear();
  int status = rehearsed ? rehearse([&] { rehearseLoad(object_); }) : 0;
  if (status == 0) status = bpf_object__load(object_);
  loaded_ = true;
  return result(info.Env(), status);
}

Napi::Value NativeObject::close(const Napi::CallbackInfo& info) {
  bpf_object__close(std::exchange(object_, nullptr));
  return info.Env().Undefined();
}

Napi::Value NativeObject::programs(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (object_ == nullptr) return result(env, -EBADF);
  Napi::Array list = Napi::Array::New(env);
  bpf_program* program = nullptr;
  bpf_object__for_each_program(program, object_) {
    Napi::Object entry = Napi::Object::New(env);
    entry.Set("name", Napi::String::New(env, bpf_program__name(program)));
    entry.Set("section", Napi::String::New(env, bpf_program__section_name(program)));
    entry.Set("type", result(env, bpf_program__type(program)));
    list.Set(list.Length(), entry);
  }
  return list;
}

Napi::Value NativeObject::maps(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  if (object_ == nullptr) return result(env, -EBADF);
  Napi::Array list = Napi::Array::New(env);
  bpf_map* map = nullptr;
  bpf_object__for_each_map(map, object_) {
    // Internal maps hold the program's variables: see object_variable.cc.
    if (bpf_map__is_internal(map)) continue;
    list.Set(list.Length(), Napi::String::New(env, bpf_map__name(map)));
  }
  return list;
}

Napi::Value NativeObject::openMap(const Napi::CallbackInfo& info) {
  std::string name;
  if (!readText(info, 0, &name)) return {};
  if (object_ == nullptr) return result(info.Env(), -EBADF);
  const bpf_map* const map = bpf_object__find_map_by_name(object_, name.c_str());
  if (map == nullptr) return result(info.Env(), -ENOENT);
  if (!loaded_) return result(info.Env(), -EAGAIN);
  return NativeMap::wrap(info.Env(), Descriptor::duplicateOf(bpf_map__fd(map)));
}

Napi::Value NativeObject::setMaxEntries(const Napi::CallbackInfo& info) {
  std::string name;
  uint32_t entries;
  if (!readText(info, 0, &name) || !readNumber(info, 1, &entries)) return {};
  if (object_ == nullptr) return result(info.Env(), -EBADF);
  bpf_map* const map = bpf_object__find_map_by_name(object_, name.c_str());
  if (map == nullptr) return result(info.Env(), -ENOENT);
  return result(info.Env(), bpf_map__set_max_entries(map, entries));
}
