// Reads JavaScript arguments. TypeScript checks them first and with better messages; these checks only make sure that a
// caller who goes round it gets a TypeError and never a crash. Each reader throws and returns false when it refuses.
#pragma once

#include <napi.h>

#include <string>

struct Bytes {
  void* data = nullptr;
  size_t length = 0;
};

bool readText(const Napi::CallbackInfo& info, size_t index, std::string* text);
bool readNumber(const Napi::CallbackInfo& info, size_t index, uint32_t* number);
bool readBoolean(const Napi::CallbackInfo& info, size_t index, bool* flag);
bool readBytes(const Napi::CallbackInfo& info, size_t index, Bytes* bytes);

// A Uint8Array of exactly this length.
bool readBytesOf(const Napi::CallbackInfo& info, size_t index, size_t length, Bytes* bytes);

inline bool isAbsent(const Napi::CallbackInfo& info, size_t index) {
  return info.Length() <= index || info[index].IsUndefined();
}

// What every failing native call returns: a negative errno, from which TypeScript builds the error.
inline Napi::Value result(Napi::Env env, int64_t value) { return Napi::Number::New(env, static_cast<double>(value)); }
