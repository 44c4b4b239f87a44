// See arguments.h.
#include "arguments.h"

#include <cmath>

static bool refuse(const Napi::CallbackInfo& info, size_t index, const std::string& expected) {
  const std::string message = "argument " + std::to_string(index) + " must be " + expected;
  Napi::TypeError::New(info.Env(), message).ThrowAsJavaScriptException();
  return false;
}

bool readText(const Napi::CallbackInfo& info, size_t index, std::string* text) {
  if (!info[index].IsString()) return refuse(info, index, "a string");
  *text = info[index].As<Napi::String>().Utf8Value();
  if (text->find('\0') != std::string::npos) return refuse(info, index, "a string without NUL");
  return true;
}

bool readNumber(const Napi::CallbackInfo& info, size_t index, uint32_t* number) {
  if (!info[index].IsNumber()) return refuse(info, index, "a number");
  const double value = info[index].As<Napi::Number>().DoubleValue();
  if (!(value >= 0 && value <= UINT32_MAX) || value != std::floor(value)) {
    return refuse(info, index, "an unsigned 32-bit integer");
  }
  *number = static_cast<uint32_t>(value);
  return true;
}

bool readBoolean(const Napi::CallbackInfo& info, size_t index, bool* flag) {
  if (!info[index].IsBoolean()) return refuse(info, index, "a boolean");
  *flag = info[index].As<Napi::Boolean>().Value();
  return true;
}

bool readBytes(const Napi::CallbackInfo& info, size_t index, Bytes* bytes) {
  // One N-API call in the good case: this is the hot path of map lookups.
  napi_typedarray_type type;
  const napi_status status =
      napi_get_typedarray_info(info.Env(), info[index], &type, &bytes->length, &bytes->data, nullptr, nullptr);
  if (status != napi_ok || type != napi_uint8_array) return refuse(info, index, "a Uint8Array");
  return true;
}

bool readBytesOf(const Napi::CallbackInfo& info, size_t index, size_t length, Bytes* bytes) {
  if (!readBytes(info, index, bytes)) return false;
  if (bytes->length == length) return true;
  return refuse(info, index, "a Uint8Array of " + std::to_string(length) + " bytes, not " + std::to_string(bytes->length));
}
