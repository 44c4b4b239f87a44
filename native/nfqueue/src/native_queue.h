// The JavaScript face of one queue. It checks argument types cheaply and throws; ranges, names and advice belong to TypeScript.
#pragma once
#include <napi.h>

#include <vector>

#include "poll_handle.h"
#include "queue_socket.h"

namespace nfqueue {

// Rows in one delivery. The kernel sends one message a datagram; the surplus is for a kernel that would send more.
constexpr size_t kRows = kBatch * 2;

class NativeQueue : public Napi::ObjectWrap<NativeQueue>, public PollHandle::Owner {
 public:
  static Napi::Function Define(Napi::Env env);
  // new NativeQueue(settings, onRows(count), onFailure(errno, syscall)); settings also carries `rows` and `slots`, the typed
  // arrays that each delivery fills.
  explicit NativeQueue(const Napi::CallbackInfo& info);
  ~NativeQueue();

  void OnReadable(int status) override;
  void OnTeardown() override;

 private:
  void SendVerdict(const Napi::CallbackInfo& info);
  void SendVerdicts(const Napi::CallbackInfo& info);
  void SetMaximumLength(const Napi::CallbackInfo& info);
  void DeliverStash(const Napi::CallbackInfo& info);
  void Close(const Napi::CallbackInfo& info);
  void SetReferenced(const Napi::CallbackInfo& info);
  Napi::Value Port(const Napi::CallbackInfo& info);
  Napi::Value Overruns(const Napi::CallbackInfo& info);
  Napi::Value HasStash(const Napi::CallbackInfo& info);

  bool ReadArguments(const Napi::CallbackInfo& info, QueueSettings* settings);
  void OpenQueue(const QueueSettings& settings);
  bool LocateArrays();
  void DeliverDatagrams(const ByteSpan* datagrams, int count);
  void CallOnRows(uint32_t count);
  void Fail(int error, const char* syscall);
  void ReportException();
  void Stop();
  void DestroyContext();

  QueueSocket socket_;
  PollHandle* poll_ = nullptr;
  napi_async_context async_context_ = nullptr;
  Napi::FunctionReference on_rows_;
  Napi::FunctionReference on_failure_;
  Napi::ObjectReference rows_reference_;
  Napi::ObjectReference slots_reference_;
  uint32_t* rows_ = nullptr;
  uint8_t* slots_ = nullptr;
  bool delivering_ = false;
};

// parse(bytes, rows): for tests; parses as if the bytes were one datagram and returns the number of rows written.
Napi::Value ParseForTest(const Napi::CallbackInfo& info);

}  // namespace nfqueue
