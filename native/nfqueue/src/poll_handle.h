// A uv_poll_t with the lifetime that libuv and Node ask for: it stops at once, but its memory lives until libuv's close
// callback, also while a worker thread's environment is torn down.
#pragma once
#include <node_api.h>

struct uv_poll_s;

namespace nfqueue {

class PollHandle {
 public:
  class Owner {
   public:
    // status is 0 or a negative errno, after which polling has stopped and Resume() starts it again.
    virtual void OnReadable(int status) = 0;
    // The environment ends: no JavaScript may run any more. The handle is already closing; forget it.
    virtual void OnTeardown() = 0;

   protected:
    ~Owner() = default;
  };

  // Returns nullptr, with a negative errno in *error, when libuv refuses the descriptor.
  static PollHandle* Start(napi_env env, int descriptor, Owner* owner, int* error);
  // Stops at once and frees the handle later. The descriptor may be closed as soon as this returns.
  void Close();
  int Resume();
  void SetReferenced(bool referenced);

 private:
  PollHandle() = default;
  ~PollHandle();
  static void OnPoll(uv_poll_s* poll, int status, int events);
  static void OnCleanup(napi_async_cleanup_hook_handle hook, void* data);
  uv_poll_s* poll_ = nullptr;
  Owner* owner_ = nullptr;
  napi_async_cleanup_hook_handle hook_ = nullptr;
};

}  // namespace nfqueue
