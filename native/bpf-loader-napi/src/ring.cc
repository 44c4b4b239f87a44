// See ring.h.
#include "ring.h"

#include <cerrno>
#include <cstring>

#include "addon.h"
#include "arguments.h"

// One wake-up hands over at most this much; the descriptor stays readable and the loop comes back after its other work.
static constexpr size_t maximumRecords = 512;
static constexpr size_t maximumBytes = 256 << 10;

Napi::Function NativeRing::define(Napi::Env env) {
  return DefineClass(env, "NativeRing",
                     {InstanceMethod<&NativeRing::close>("close"), InstanceMethod<&NativeRing::ref>("ref"),
                      InstanceMethod<&NativeRing::unref>("unref"), InstanceMethod<&NativeRing::read>("read")});
}

Napi::Value NativeRing::start(Napi::Env env, Source source, Napi::Function onBatch) {
  const Napi::Object object = Addon::of(env).ring.New({});
  if (object.IsEmpty()) return env.Undefined();
  NativeRing* const ring = Unwrap(object);
  const int status = ring->open(env, source);
  if (status < 0) return result(env, status);
  ring->onBatch_ = Napi::Persistent(onBatch);
  ring->self_ = Napi::Persistent(object);
  return object;
}

int NativeRing::open(Napi::Env env, Source source) {
  ringBytes_ = source.bytes;
  uv_loop_t* loop = nullptr;
  if (napi_get_uv_event_loop(env, &loop) != napi_ok) return -ENOTSUP;
  ring_ = ring_buffer__new(source.mapFd, collect, this, nullptr);
  if (ring_ == nullptr) return errno == 0 ? -EINVAL : -errno;
  Watch* const watch = new Watch();
  const int status = uv_poll_init(loop, &watch->poll, ring_buffer__epoll_fd(ring_));
  if (status < 0) {
    delete watch;
    ring_buffer__free(ring_);
    ring_ = nullptr;
    return status;
  }
  watch_ = watch;
  watch->owner = this;
  watch->poll.data = watch;
  const auto onTeardown = [](napi_async_cleanup_hook_handle, void* data) {
    NativeRing* const owner = static_cast<Watch*>(data)->owner;
    if (owner != nullptr) owner->shut();
  };
  napi_add_async_cleanup_hook(env, onTeardown, watch, &watch->hook);
  return uv_poll_start(&watch->poll, UV_READABLE, [](uv_poll_t* poll, int, int) {
    NativeRing* const owner = static_cast<Watch*>(poll->data)->owner;
    if (owner != nullptr) owner->drain();
  });
}

void NativeRing::shut() {
  if (watch_ == nullptr) return;
  Watch* const watch = std::exchange(watch_, nullptr);
  watch->owner = nullptr;
  // Closing takes the descriptor out of the loop at once; only the handle's memory has to wait for its callback.
  uv_close(reinterpret_cast<uv_handle_t*>(&watch->poll), [](uv_handle_t* handle) {
    Watch* const closed = static_cast<Watch*>(handle->data);
    napi_remove_async_cleanup_hook(closed->hook);
    delete closed;
  });
  ring_buffer__free(std::exchange(ring_, nullptr));
  onBatch_.Reset();
  self_.Reset();
}

// Appends one record as a 32-bit length and its bytes. A negative answer stops libbpf after this record.
int NativeRing::collect(void* self, void* data, size_t length) {
  NativeRing* const ring = static_cast<NativeRing*>(self);
  // Two consumers of one ring would read garbage as lengths; the ring is mapped twice in a row, so this bound is enough.
  if (length > ring->ringBytes_) return -EBADMSG;
  const uint32_t prefix = static_cast<uint32_t>(length);
  const uint8_t* const head = reinterpret_cast<const uint8_t*>(&prefix);
  const uint8_t* const body = static_cast<const uint8_t*>(data);
  ring->batch_.insert(ring->batch_.end(), head, head + sizeof(prefix));
  ring->batch_.insert(ring->batch_.end(), body, body + length);
  const bool full = ++ring->records_ >= maximumRecords || ring->batch_.size() >= maximumBytes;
  return full ? -ECANCELED : 0;
}

size_t NativeRing::drain() {
  const Napi::Env env = Env();
  const Napi::HandleScope scope(env);
  // The callback may close this ring and drop the last reference to it.
  const Napi::Object keepAlive = self_.Value();
  batch_.clear();
  records_ = 0;
  ring_buffer__consume(ring_);
  const size_t records = records_;
  if (records > 0) deliver(env, keepAlive);
  return records;
}

// The loop also turns while an environment ends and runs no JavaScript any more: every call here may then be refused, and
// plain N-API calls say so where node-addon-api would abort the process.
void NativeRing::deliver(napi_env env, napi_value self) {
  napi_value records;
  if (napi_create_buffer_copy(env, batch_.size(), batch_.data(), nullptr, &records) != napi_ok) return;
  const napi_status status = napi_make_callback(env, nullptr, self, onBatch_.Value(), 1, &records, nullptr);
  if (status != napi_pending_exception) return;
  // TypeScript catches what the user's callback throws; this is for what it cannot catch.
  napi_value exception;
  if (napi_get_and_clear_last_exception(env, &exception) == napi_ok) napi_fatal_exception(env, exception);
}

Napi::Value NativeRing::close(const Napi::CallbackInfo& info) {
  shut();
  return info.Env().Undefined();
}

// For records that were submitted without a wake-up. Hands over one batch; 0 when there is nothing left or it is closed.
Napi::Value NativeRing::read(const Napi::CallbackInfo& info) {
  if (watch_ == nullptr) return Napi::Number::New(info.Env(), 0);
  return Napi::Number::New(info.Env(), static_cast<double>(drain()));
}

Napi::Value NativeRing::ref(const Napi::CallbackInfo& info) {
  if (watch_ != nullptr) uv_ref(reinterpret_cast<uv_handle_t*>(&watch_->poll));
  return info.Env().Undefined();
}

Napi::Value NativeRing::unref(const Napi::CallbackInfo& info) {
  if (watch_ != nullptr) uv_unref(reinterpret_cast<uv_handle_t*>(&watch_->poll));
  return info.Env().Undefined();
}
