// One attachment of a program to its hook (struct bpf_link). Letting go of it detaches, unless it is pinned.
#pragma once

#include <bpf/libbpf.h>
#include <napi.h>

class NativeLink : public Napi::ObjectWrap<NativeLink> {
 public:
  static Napi::Function define(Napi::Env env);
  // Takes the link over; a null link becomes the errno that libbpf left.
  static Napi::Value wrap(Napi::Env env, bpf_link* link);

  explicit NativeLink(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeLink>(info) {}
  ~NativeLink() override { bpf_link__destroy(link_); }

 private:
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value pin(const Napi::CallbackInfo& info);
  Napi::Value unpin(const Napi::CallbackInfo& info);
  Napi::Value fd(const Napi::CallbackInfo& info);
  Napi::Value createIterator(const Napi::CallbackInfo& info);

  bpf_link* link_ = nullptr;
};
