// Second line of defence behind the TypeScript face: reads a JavaScript value only if it has the expected type and range.
// The first value that does not throws a TypeError; every later read then returns an empty value without touching JavaScript.
#ifndef SALLYPORT_LINUX_CHECKED_H_
#define SALLYPORT_LINUX_CHECKED_H_

#include <napi.h>

#include <string>

struct Bytes {
  const uint8_t* data = nullptr;
  size_t length = 0;
};

class Checked {
 public:
  explicit Checked(Napi::Env env) : env_(env) {}

  bool failed() const { return failed_; }
  int64_t Integer(Napi::Value value, const char* name, int64_t lowest, int64_t highest);
  uint64_t BigInteger(Napi::Value value, const char* name);
  bool Flag(Napi::Value value, const char* name);
  // Refuses NUL bytes, so that the text is the same for the kernel as for JavaScript.
  std::string Text(Napi::Value value, const char* name, size_t longest);
  // Valid until control returns to JavaScript.
  Bytes ByteArray(Napi::Value value, const char* name, size_t longest);
  Napi::Function Callback(Napi::Value value, const char* name);
  Napi::Value Field(Napi::Value object, const char* name);

 private:
  void Refuse(const char* name, const std::string& expected);

  Napi::Env env_;
  bool failed_ = false;
};

constexpr size_t kLongestPath = 4095;

#endif
