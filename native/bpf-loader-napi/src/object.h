// One BPF object file with its programs and maps (struct bpf_object). After close() every method answers EBADF.
#pragma once

#include <bpf/libbpf.h>
#include <napi.h>

#include <string>

class NativeObject : public Napi::ObjectWrap<NativeObject> {
 public:
  static Napi::Function define(Napi::Env env);
  // Takes the object over.
  static Napi::Value wrap(Napi::Env env, bpf_object* object);

  explicit NativeObject(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeObject>(info) {}
  ~NativeObject() override { bpf_object__close(object_); }

 private:
  // object.cc: life cycle and what is in it
  Napi::Value load(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value programs(const Napi::CallbackInfo& info);
  Napi::Value maps(const Napi::CallbackInfo& info);
  Napi::Value openMap(const Napi::CallbackInfo& info);
  Napi::Value setMaxEntries(const Napi::CallbackInfo& info);

  // object_program.cc
  Napi::Value setAutoload(const Napi::CallbackInfo& info);
  Napi::Value programFd(const Napi::CallbackInfo& info);
  Napi::Value programInformation(const Napi::CallbackInfo& info);
  Napi::Value pinProgram(const Napi::CallbackInfo& info);
  bpf_program* findProgram(const Napi::CallbackInfo& info, int* status);
  static Napi::Value notFound(const Napi::CallbackInfo& info, int status);

  // object_attach.cc: each takes the program's name first and answers a NativeLink or -errno
  Napi::Value attach(const Napi::CallbackInfo& info);
  Napi::Value attachCgroup(const Napi::CallbackInfo& info);
  Napi::Value attachKprobe(const Napi::CallbackInfo& info);
  Napi::Value attachTracepoint(const Napi::CallbackInfo& info);
  Napi::Value attachRawTracepoint(const Napi::CallbackInfo& info);
  Napi::Value attachTracingBtf(const Napi::CallbackInfo& info);
  Napi::Value attachIterator(const Napi::CallbackInfo& info);

  // object_variable.cc
  Napi::Value describeVariable(const Napi::CallbackInfo& info);
  Napi::Value readVariable(const Napi::CallbackInfo& info);
  Napi::Value writeVariable(const Napi::CallbackInfo& info);

  bpf_object* object_ = nullptr;
  bool loaded_ = false;
};
