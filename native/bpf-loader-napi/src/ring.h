// The consumer of one BPF ring buffer in the event loop of its environment. While it is open it keeps itself alive, as a
// server or a timer does; close() may be called at any time, inside the callback too.
#pragma once

#include <bpf/libbpf.h>
#include <napi.h>
#include <uv.h>

#include <vector>

class NativeRing : public Napi::ObjectWrap<NativeRing> {
 public:
  static Napi::Function define(Napi::Env env);
  struct Source {
    int mapFd;
    size_t bytes;
  };
  static Napi::Value start(Napi::Env env, Source source, Napi::Function onBatch);

  explicit NativeRing(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeRing>(info) {}
  ~NativeRing() override { shut(); }

 private:
  // Lives until libuv has closed the handle, longer than the NativeRing may.
  struct Watch {
    uv_poll_t poll;
    napi_async_cleanup_hook_handle hook = nullptr;
    NativeRing* owner = nullptr;
  };

  int open(Napi::Env env, Source source);
  void shut();
  size_t drain();
  void deliver(napi_env env, napi_value self);
  static int collect(void* self, void* data, size_t length);

  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value read(const Napi::CallbackInfo& info);
  Napi::Value ref(const Napi::CallbackInfo& info);
  Napi::Value unref(const Napi::CallbackInfo& info);

  ring_buffer* ring_ = nullptr;
  Watch* watch_ = nullptr;
  Napi::ObjectReference self_;
  Napi::FunctionReference onBatch_;
  std::vector<uint8_t> batch_;
  size_t records_ = 0;
  size_t ringBytes_ = 0;
};
