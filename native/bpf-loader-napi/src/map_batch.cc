// Batch operations of maps: many elements by one system call (kernel 5.6). See map.h.
#include <bpf/bpf.h>

#include <algorithm>

#include "arguments.h"
#include "map.h"

// Arguments: position or undefined, next position, keys, values, count. Returns [status, elements read].
// Hash maps keep their position in 4 bytes, the generic implementation (arrays, LPM tries) in a whole key.
Napi::Value NativeMap::lookupBatch(const Napi::CallbackInfo& info) {
  const size_t positionBytes = std::max<size_t>(kernel_.key_size, sizeof(uint32_t));
  Bytes position, next, keys, values;
  uint32_t count;
  if (!isAbsent(info, 0) && !readBytesOf(info, 0, positionBytes, &position)) return {};
  if (!readNumber(info, 4, &count) || !readBytesOf(info, 1, positionBytes, &next)) return {};
  if (!readBytesOf(info, 2, static_cast<size_t>(count) * kernel_.key_size, &keys)) return {};
  if (!readBytesOf(info, 3, static_cast<size_t>(count) * valueBytes_, &values)) return {};
  const int status =
      bpf_map_lookup_batch(descriptor_.get(), position.data, next.data, keys.data, values.data, &count, nullptr);
  Napi::Array answer = Napi::Array::New(info.Env(), 2);
  answer.Set(0u, result(info.Env(), status));
  answer.Set(1u, result(info.Env(), count));
  return answer;
}

// Arguments: keys, values, count, flags. Returns [status, elements written].
Napi::Value NativeMap::updateBatch(const Napi::CallbackInfo& info) {
  Bytes keys, values;
  uint32_t count, flags;
  if (!readNumber(info, 2, &count) || !readNumber(info, 3, &flags)) return {};
  if (!readBytesOf(info, 0, static_cast<size_t>(count) * kernel_.key_size, &keys)) return {};
  if (!readBytesOf(info, 1, static_cast<size_t>(count) * valueBytes_, &values)) return {};
  LIBBPF_OPTS(bpf_map_batch_opts, options, .elem_flags = flags);
  const int status = bpf_map_update_batch(descriptor_.get(), keys.data, values.data, &count, &options);
  Napi::Array answer = Napi::Array::New(info.Env(), 2);
  answer.Set(0u, result(info.Env(), status));
  answer.Set(1u, result(info.Env(), count));
  return answer;
}

// Arguments: keys, count. Returns [status, elements deleted].
Napi::Value NativeMap::deleteBatch(const Napi::CallbackInfo& info) {
  Bytes keys;
  uint32_t count;
  if (!readNumber(info, 1, &count)) return {};
  if (!readBytesOf(info, 0, static_cast<size_t>(count) * kernel_.key_size, &keys)) return {};
  const int status = bpf_map_delete_batch(descriptor_.get(), keys.data, &count, nullptr);
  Napi::Array answer = Napi::Array::New(info.Env(), 2);
  answer.Set(0u, result(info.Env(), status));
  answer.Set(1u, result(info.Env(), count));
  return answer;
}
