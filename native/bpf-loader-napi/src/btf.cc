// Hands the type descriptions (BTF) of an object file to TypeScript as a flat list: entry 0 is void, entry N is type id N.
// Nothing is followed here, so ids that lead nowhere or in circles are TypeScript's to refuse (../btf.ts).
#include <bpf/btf.h>

#include <cerrno>

#include "addon.h"
#include "arguments.h"
#include "log.h"

namespace {

Napi::Value nameAt(Napi::Env env, const btf* types, uint32_t offset) {
  const char* const name = btf__name_by_offset(types, offset);
  return Napi::String::New(env, name == nullptr ? "" : name);
}

Napi::Array members(Napi::Env env, const btf* types, const btf_type* type) {
  Napi::Array list = Napi::Array::New(env);
  const btf_member* const first = btf_members(type);
  for (uint32_t index = 0; index < btf_vlen(type); index++) {
    Napi::Object member = Napi::Object::New(env);
    member.Set("name", nameAt(env, types, first[index].name_off));
    member.Set("type", result(env, first[index].type));
    member.Set("offsetBits", result(env, btf_member_bit_offset(type, index)));
    member.Set("bitfieldBits", result(env, btf_member_bitfield_size(type, index)));
    list.Set(index, member);
  }
  return list;
}

Napi::Array values(Napi::Env env, const btf* types, const btf_type* type) {
  Napi::Array list = Napi::Array::New(env);
  const bool isSigned = btf_kflag(type);
  for (uint32_t index = 0; index < btf_vlen(type); index++) {
    Napi::Object value = Napi::Object::New(env);
    if (btf_is_enum64(type)) {
      const struct btf_enum64& entry = btf_enum64(type)[index];
      const uint64_t bits = btf_enum64_value(&entry);
      value.Set("name", nameAt(env, types, entry.name_off));
      value.Set("value", isSigned ? Napi::BigInt::New(env, static_cast<int64_t>(bits)) : Napi::BigInt::New(env, bits));
    } else {
      const struct btf_enum& entry = btf_enum(type)[index];
      value.Set("name", nameAt(env, types, entry.name_off));
      const int64_t number = isSigned ? entry.val : static_cast<int64_t>(static_cast<uint32_t>(entry.val));
      value.Set("value", Napi::BigInt::New(env, number));
    }
    list.Set(index, value);
  }
  return list;
}

Napi::Object describe(Napi::Env env, const btf* types, const btf_type* type) {
  Napi::Object entry = Napi::Object::New(env);
  entry.Set("kind", result(env, btf_kind(type)));
  entry.Set("name", nameAt(env, types, type->name_off));
  // One field of the kernel's record, a size or a type id as the kind has it.
  entry.Set("sizeOrType", result(env, type->size));
  entry.Set("signed", Napi::Boolean::New(env, btf_kflag(type)));
  if (btf_is_int(type)) {
    entry.Set("signed", Napi::Boolean::New(env, (btf_int_encoding(type) & BTF_INT_SIGNED) != 0));
    entry.Set("isBoolean", Napi::Boolean::New(env, (btf_int_encoding(type) & BTF_INT_BOOL) != 0));
    entry.Set("bits", result(env, btf_int_bits(type)));
  }
  if (btf_is_array(type)) {
    entry.Set("element", result(env, btf_array(type)->type));
    entry.Set("length", result(env, btf_array(type)->nelems));
  }
  if (btf_is_composite(type)) entry.Set("members", members(env, types, type));
  if (btf_is_any_enum(type)) entry.Set("values", values(env, types, type));
  return entry;
}

}  // namespace

// Argument: the path of an ELF object with a .BTF section, or of raw BTF.
Napi::Value readBtf(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  std::string path;
  if (!readText(info, 0, &path)) return {};
  threadLog().clear();
  btf* const types = btf__parse(path.c_str(), nullptr);
  if (types == nullptr) return result(env, errno == 0 ? -EINVAL : -errno);
  Napi::Array list = Napi::Array::New(env);
  for (uint32_t id = 0; id < btf__type_cnt(types); id++) {
    const Napi::HandleScope scope(env);
    list.Set(id, describe(env, types, btf__type_by_id(types, id)));
  }
  btf__free(types);
  return list;
}
