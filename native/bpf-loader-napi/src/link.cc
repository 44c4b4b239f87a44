// See link.h.
#include "link.h"

#include <bpf/bpf.h>

#include <cerrno>

#include "addon.h"
#include "arguments.h"
#include "log.h"

Napi::Function NativeLink::define(Napi::Env env) {
  return DefineClass(env, "NativeLink",
                     {InstanceMethod<&NativeLink::close>("close"), InstanceMethod<&NativeLink::pin>("pin"),
                      InstanceMethod<&NativeLink::unpin>("unpin"), InstanceMethod<&NativeLink::fd>("fd"),
                      InstanceMethod<&NativeLink::createIterator>("createIterator")});
}

Napi::Value NativeLink::wrap(Napi::Env env, bpf_link* link) {
  if (link == nullptr) return result(env, errno == 0 ? -EINVAL : -errno);
  const Napi::Object object = Addon::of(env).link.New({});
  if (object.IsEmpty()) {
    bpf_link__destroy(link);
    return env.Undefined();
  }
  Unwrap(object)->link_ = link;
  return object;
}

Napi::Value NativeLink::close(const Napi::CallbackInfo& info) {
  bpf_link* const link = std::exchange(link_, nullptr);
  return result(info.Env(), bpf_link__destroy(link));
}

Napi::Value NativeLink::pin(const Napi::CallbackInfo& info) {
  std::string path;
  if (!readText(info, 0, &path)) return info.Env().Undefined();
  if (link_ == nullptr) return result(info.Env(), -EBADF);
  threadLog().clear();
  return result(info.Env(), bpf_link__pin(link_, path.c_str()));
}

Napi::Value NativeLink::unpin(const Napi::CallbackInfo& info) {
  if (link_ == nullptr) return result(info.Env(), -EBADF);
  threadLog().clear();
  return result(info.Env(), bpf_link__unpin(link_));
}

Napi::Value NativeLink::fd(const Napi::CallbackInfo& info) {
  return result(info.Env(), link_ == nullptr ? -EBADF : bpf_link__fd(link_));
}

Napi::Value NativeLink::createIterator(const Napi::CallbackInfo& info) {
  if (link_ == nullptr) return result(info.Env(), -EBADF);
  return result(info.Env(), bpf_iter_create(bpf_link__fd(link_)));
}

Napi::Value openPinnedLink(const Napi::CallbackInfo& info) {
  std::string path;
  if (!readText(info, 0, &path)) return info.Env().Undefined();
  threadLog().clear();
  return NativeLink::wrap(info.Env(), bpf_link__open(path.c_str()));
}
