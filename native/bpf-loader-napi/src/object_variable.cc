// Global variables of an object by their BTF names: initial values before load, the live memory of .data and .bss after it.
// See object.h.
#include <bpf/btf.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstring>

#include "addon.h"
#include "arguments.h"
#include "object.h"

namespace {

struct Variable {
  bpf_map* section = nullptr;
  uint32_t offset = 0;
  uint32_t size = 0;
  uint32_t typeId = 0;
};

bool findInSection(const btf* types, bpf_map* section, const std::string& name, Variable* found) {
  const btf_type* const group = btf__type_by_id(types, bpf_map__btf_value_type_id(section));
  if (group == nullptr || !btf_is_datasec(group)) return false;
  const btf_var_secinfo* entry = btf_var_secinfos(group);
  for (int index = 0; index < btf_vlen(group); index++, entry++) {
    const btf_type* const variable = btf__type_by_id(types, entry->type);
    if (variable == nullptr || !btf_is_var(variable)) continue;
    const char* const text = btf__name_by_offset(types, variable->name_off);
    if (text == nullptr || name != text) continue;
    *found = {section, entry->offset, entry->size, variable->type};
    return static_cast<uint64_t>(entry->offset) + entry->size <= bpf_map__value_size(section);
  }
  return false;
}

bool find(const bpf_object* object, const std::string& name, Variable* found) {
  const btf* const types = bpf_object__btf(object);
  if (types == nullptr) return false;
  bpf_map* section = nullptr;
  bpf_object__for_each_map(section, object) {
    if (bpf_map__is_internal(section) && findInSection(types, section, name, found)) return true;
  }
  return false;
}

bool isReadOnly(const bpf_map* section) { return (bpf_map__map_flags(section) & BPF_F_RDONLY_PROG) != 0; }

// The section's memory: libbpf's copy before load, a mapping of the kernel's own afterwards.
class SectionMemory {
 public:
  SectionMemory(bpf_map* section, bool loaded, bool writable) {
    size_t initialSize = 0;
    if (!loaded) {
      data_ = const_cast<void*>(static_cast<const void*>(bpf_map__initial_value(section, &initialSize)));
      return;
    }
    mappedBytes_ = bpf_map__value_size(section);
    void* const mapped =
        mmap(nullptr, mappedBytes_, PROT_READ | (writable ? PROT_WRITE : 0), MAP_SHARED, bpf_map__fd(section), 0);
    if (mapped == MAP_FAILED) status_ = -errno;
    if (mapped != MAP_FAILED) data_ = mapped;
  }
  SectionMemory(const SectionMemory&) = delete;
  ~SectionMemory() {
    if (mappedBytes_ != 0 && data_ != nullptr) munmap(data_, mappedBytes_);
  }
  // Null where the section has no memory to reach: see status().
  uint8_t* at(uint32_t offset) const { return data_ == nullptr ? nullptr : static_cast<uint8_t*>(data_) + offset; }
  int status() const { return status_; }

 private:
  void* data_ = nullptr;
  size_t mappedBytes_ = 0;
  int status_ = -EOPNOTSUPP;
};

}  // namespace

Napi::Value NativeObject::describeVariable(const Napi::CallbackInfo& info) {
  std::string name;
  Variable variable;
  if (!readText(info, 0, &name)) return {};
  if (object_ == nullptr) return result(info.Env(), -EBADF);
  if (!find(object_, name, &variable)) return result(info.Env(), -ENOENT);
  Napi::Object description = Napi::Object::New(info.Env());
  description.Set("section", Napi::String::New(info.Env(), bpf_map__name(variable.section)));
  description.Set("sizeBytes", result(info.Env(), variable.size));
  description.Set("readOnly", Napi::Boolean::New(info.Env(), isReadOnly(variable.section)));
  return description;
}

Napi::Value NativeObject::readVariable(const Napi::CallbackInfo& info) {
  std::string name;
  Variable variable;
  if (!readText(info, 0, &name)) return {};
  if (object_ == nullptr) return result(info.Env(), -EBADF);
  if (!find(object_, name, &variable)) return result(info.Env(), -ENOENT);
  const SectionMemory memory(variable.section, loaded_, false);
  const uint8_t* const bytes = memory.at(variable.offset);
  if (bytes == nullptr) return result(info.Env(), memory.status());
  return Napi::Buffer<uint8_t>::Copy(info.Env(), bytes, variable.size);
}

Napi::Value NativeObject::writeVariable(const Napi::CallbackInfo& info) {
  std::string name;
  Bytes value;
  Variable variable;
  if (!readText(info, 0, &name)) return {};
  if (object_ == nullptr) return result(info.Env(), -EBADF);
  if (!find(object_, name, &variable)) return result(info.Env(), -ENOENT);
  if (!readBytesOf(info, 1, variable.size, &value)) return {};
  if (loaded_ && isReadOnly(variable.section)) return result(info.Env(), -EROFS);
  const SectionMemory memory(variable.section, loaded_, true);
  uint8_t* const bytes = memory.at(variable.offset);
  if (bytes == nullptr) return result(info.Env(), memory.status());
  memcpy(bytes, value.data, value.length);
  return result(info.Env(), 0);
}
