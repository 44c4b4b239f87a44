// Argument checks that hold also when somebody calls the addon directly. See checked.h.
#include "checked.h"

#include <cmath>

void Checked::Refuse(const char* name, const std::string& expected) {
  failed_ = true;
  if (env_.IsExceptionPending()) return;
  Napi::TypeError error = Napi::TypeError::New(env_, std::string(name) + " must be " + expected + ".");
  error.Set("code", Napi::String::New(env_, "ERR_INVALID_ARG_VALUE"));
  error.ThrowAsJavaScriptException();
}

int64_t Checked::Integer(Napi::Value value, const char* name, int64_t lowest, int64_t highest) {
  if (failed_) return lowest;
  double number = 0;
  const bool isNumber = napi_get_value_double(env_, value, &number) == napi_ok;
  if (isNumber && std::trunc(number) == number && number >= static_cast<double>(lowest) &&
      number <= static_cast<double>(highest)) {
    return static_cast<int64_t>(number);
  }
  Refuse(name, "an integer from " + std::to_string(lowest) + " to " + std::to_string(highest));
  return lowest;
}

uint64_t Checked::BigInteger(Napi::Value value, const char* name) {
  if (failed_) return 0;
  uint64_t number = 0;
  bool lossless = false;
  if (napi_get_value_bigint_uint64(env_, value, &number, &lossless) == napi_ok && lossless) return number;
  Refuse(name, "a bigint from 0 to 2^64 - 1");
  return 0;
}

bool Checked::Flag(Napi::Value value, const char* name) {
  if (failed_) return false;
  bool flag = false;
  if (napi_get_value_bool(env_, value, &flag) != napi_ok) Refuse(name, "true or false");
  return flag;
}

std::string Checked::Text(Napi::Value value, const char* name, size_t longest) {
  if (failed_) return {};
  size_t length = 0;
  const bool isText = napi_get_value_string_utf8(env_, value, nullptr, 0, &length) == napi_ok;
  if (!isText || length > longest) {
    Refuse(name, "a string of at most " + std::to_string(longest) + " bytes");
    return {};
  }
  std::string text(length + 1, '\0');
  napi_get_value_string_utf8(env_, value, text.data(), text.size(), &length);
  text.resize(length);
  if (text.find('\0') != std::string::npos) Refuse(name, "a string without NUL characters");
  return text;
}

Bytes Checked::ByteArray(Napi::Value value, const char* name, size_t longest) {
  if (failed_) return {};
  bool isTyped = false;
  napi_typedarray_type type = napi_int8_array;
  Bytes bytes;
  void* data = nullptr;
  napi_is_typedarray(env_, value, &isTyped);
  if (isTyped) napi_get_typedarray_info(env_, value, &type, &bytes.length, &data, nullptr, nullptr);
  if (!isTyped || type != napi_uint8_array || bytes.length > longest || (bytes.length > 0 && data == nullptr)) {
    Refuse(name, "a Uint8Array of at most " + std::to_string(longest) + " bytes");
    return {};
  }
  bytes.data = static_cast<const uint8_t*>(data);
  return bytes;
}

Napi::Function Checked::Callback(Napi::Value value, const char* name) {
  if (!failed_ && !value.IsFunction()) Refuse(name, "a function");
  return failed_ ? Napi::Function() : value.As<Napi::Function>();
}

Napi::Value Checked::Field(Napi::Value object, const char* name) {
  if (failed_) return env_.Undefined();
  napi_value field = nullptr;
  if (!object.IsObject()) {
    Refuse(name, "a field of an object");
    return env_.Undefined();
  }
  // A getter or a Proxy may throw here: its exception stays pending and is what the caller sees.
  if (napi_get_named_property(env_, object, name, &field) != napi_ok || env_.IsExceptionPending()) {
    Refuse(name, "readable");
    return env_.Undefined();
  }
  return Napi::Value(env_, field);
}
