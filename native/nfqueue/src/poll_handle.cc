// uv.h may be older than the libuv inside Node, so the handle is allocated with the size that the running libuv gives and
// touched through functions only.
#include "poll_handle.h"

#include <uv.h>

#include <cstdlib>

namespace nfqueue {
namespace {

uv_handle_t* AsHandle(uv_poll_t* poll) { return reinterpret_cast<uv_handle_t*>(poll); }

}  // namespace

PollHandle::~PollHandle() { free(poll_); }

PollHandle* PollHandle::Start(napi_env env, int descriptor, Owner* owner, int* error) {
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) {
    *error = UV_EINVAL;
    return nullptr;
  }
  auto* handle = new PollHandle();
  handle->poll_ = static_cast<uv_poll_t*>(calloc(1, uv_handle_size(UV_POLL)));
  *error = handle->poll_ == nullptr ? UV_ENOMEM : uv_poll_init(loop, handle->poll_, descriptor);
  if (*error != 0) {
    delete handle;
    return nullptr;
  }
  uv_handle_set_data(AsHandle(handle->poll_), handle);
  handle->owner_ = owner;
  *error = napi_add_async_cleanup_hook(env, OnCleanup, handle, &handle->hook_) == napi_ok ? handle->Resume() : UV_EINVAL;
  if (*error == 0) return handle;
  handle->Close();
  return nullptr;
}

int PollHandle::Resume() { return uv_poll_start(poll_, UV_READABLE, OnPoll); }

void PollHandle::SetReferenced(bool referenced) {
  if (referenced) uv_ref(AsHandle(poll_));
  else uv_unref(AsHandle(poll_));
}

void PollHandle::OnPoll(uv_poll_s* poll, int status, int) {
  auto* handle = static_cast<PollHandle*>(uv_handle_get_data(AsHandle(poll)));
  if (handle->owner_ != nullptr) handle->owner_->OnReadable(status);
}

void PollHandle::OnCleanup(napi_async_cleanup_hook_handle, void* data) {
  auto* handle = static_cast<PollHandle*>(data);
  Owner* owner = handle->owner_;
  handle->Close();
  if (owner != nullptr) owner->OnTeardown();
}

void PollHandle::Close() {
  owner_ = nullptr;
  uv_handle_t* handle = AsHandle(poll_);
  if (uv_is_closing(handle)) return;
  uv_close(handle, [](uv_handle_t* closed) {
    auto* self = static_cast<PollHandle*>(uv_handle_get_data(closed));
    if (self->hook_ != nullptr) napi_remove_async_cleanup_hook(self->hook_);
    delete self;
  });
}

}  // namespace nfqueue
