// What the addon exports: the queue class, the sizes that its arrays must have, and the parser for tests.
#include <napi.h>

#include "native_queue.h"

namespace {

Napi::Array FieldNames(Napi::Env env) {
  auto names = Napi::Array::New(env);
  uint32_t index = 0;
#define X(name) names.Set(index++, #name);
  NFQUEUE_FIELDS(X)
#undef X
  return names;
}

Napi::Object Initialize(Napi::Env env, Napi::Object exports) {
  exports.Set("NativeQueue", nfqueue::NativeQueue::Define(env));
  exports.Set("parse", Napi::Function::New(env, nfqueue::ParseForTest, "parse"));
  exports.Set("fieldNames", FieldNames(env));
  exports.Set("rowCount", Napi::Number::New(env, nfqueue::kRows));
  exports.Set("slotCount", Napi::Number::New(env, nfqueue::kBatch));
  exports.Set("attributeRoom", Napi::Number::New(env, nfqueue::kAttributeRoom));
  return exports;
}

}  // namespace

NODE_API_MODULE(nfqueue, Initialize)
