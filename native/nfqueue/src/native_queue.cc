// Uses plain N-API calls with their status wherever an environment may be ending: node-addon-api aborts the process when such
// a call fails, and a firewall must not.
#include "native_queue.h"

#include <errno.h>

#include <cstring>

namespace nfqueue {
namespace {

void ThrowTypeError(Napi::Env env, const char* message) {
  if (!env.IsExceptionPending()) napi_throw_type_error(env, "ERR_INVALID_ARG_TYPE", message);
}

void ThrowOutcome(Napi::Env env, const Outcome& outcome) {
  napi_value message, error, number, text;
  if (napi_create_string_utf8(env, strerror(outcome.error), NAPI_AUTO_LENGTH, &message) != napi_ok) return;
  if (napi_create_error(env, nullptr, message, &error) != napi_ok) return;
  if (napi_create_int32(env, outcome.error, &number) == napi_ok) napi_set_named_property(env, error, "errno", number);
  if (napi_create_string_utf8(env, outcome.syscall, NAPI_AUTO_LENGTH, &text) == napi_ok) napi_set_named_property(env, error, "syscall", text);
  if (napi_create_string_utf8(env, outcome.step, NAPI_AUTO_LENGTH, &text) == napi_ok) napi_set_named_property(env, error, "step", text);
  napi_throw(env, error);
}

bool ReadUint32(napi_env env, napi_value value, uint32_t* word) {
  double number;
  if (napi_get_value_double(env, value, &number) != napi_ok) return false;
  if (!(number >= 0 && number <= UINT32_MAX) || number != static_cast<uint32_t>(number)) return false;
  *word = static_cast<uint32_t>(number);
  return true;
}

bool ReadSetting(const Napi::Object& settings, const char* name, uint32_t limit, uint32_t* word) {
  napi_value value;
  if (napi_get_named_property(settings.Env(), settings, name, &value) != napi_ok) return false;
  return ReadUint32(settings.Env(), value, word) && *word <= limit;
}

struct Elements {
  void* data = nullptr;
  size_t count = 0;
};

// Looked up anew each time: JavaScript may have detached or shrunk the array since.
bool ReadElements(napi_env env, napi_value value, napi_typedarray_type wanted, Elements* elements) {
  bool is_typed_array = false;
  napi_typedarray_type type;
  if (napi_is_typedarray(env, value, &is_typed_array) != napi_ok || !is_typed_array) return false;
  if (napi_get_typedarray_info(env, value, &type, &elements->count, &elements->data, nullptr, nullptr) != napi_ok) return false;
  return type == wanted && (elements->data != nullptr || elements->count == 0);
}

bool ReadVerdict(const Napi::CallbackInfo& info, Verdict* verdict) {
  if (!ReadUint32(info.Env(), info[1], &verdict->code)) return false;
  verdict->has_mark = ReadUint32(info.Env(), info[2], &verdict->mark);
  return true;
}

bool KeepTypedArray(const Napi::Object& settings, const char* name, Napi::ObjectReference* reference) {
  napi_value value;
  if (napi_get_named_property(settings.Env(), settings, name, &value) != napi_ok) return false;
  bool is_typed_array = false;
  if (napi_is_typedarray(settings.Env(), value, &is_typed_array) != napi_ok || !is_typed_array) return false;
  *reference = Napi::Persistent(Napi::Object(settings.Env(), value));
  return true;
}

}  // namespace

Napi::Function NativeQueue::Define(Napi::Env env) {
  return DefineClass(env, "NativeQueue",
                     {
                         InstanceMethod<&NativeQueue::SendVerdict>("sendVerdict"),
                         InstanceMethod<&NativeQueue::SendVerdicts>("sendVerdicts"),
                         InstanceMethod<&NativeQueue::SetMaximumLength>("setMaximumLength"),
                         InstanceMethod<&NativeQueue::DeliverStash>("deliverStash"),
                         InstanceMethod<&NativeQueue::Close>("close"),
                         InstanceMethod<&NativeQueue::SetReferenced>("setReferenced"),
                         InstanceMethod<&NativeQueue::Port>("port"),
                         InstanceMethod<&NativeQueue::Overruns>("overruns"),
                         InstanceMethod<&NativeQueue::HasStash>("hasStash"),
                     });
}

NativeQueue::NativeQueue(const Napi::CallbackInfo& info) : Napi::ObjectWrap<NativeQueue>(info) {
  QueueSettings settings;
  if (ReadArguments(info, &settings)) OpenQueue(settings);
  else ThrowTypeError(info.Env(), "NativeQueue(settings, onRows, onFailure): a setting is missing or out of range");
}

NativeQueue::~NativeQueue() { Stop(); }

bool NativeQueue::ReadArguments(const Napi::CallbackInfo& info, QueueSettings* settings) {
  if (!info[0].IsObject() || !info[1].IsFunction() || !info[2].IsFunction()) return false;
  const auto object = info[0].As<Napi::Object>();
  const bool numbers = ReadSetting(object, "queue", 0xffff, &settings->queue) &&
                       ReadSetting(object, "maximumLength", UINT32_MAX, &settings->maximum_length) &&
                       ReadSetting(object, "copyRange", 0xffff, &settings->copy_range) &&
                       ReadSetting(object, "flags", UINT32_MAX, &settings->flags) &&
                       ReadSetting(object, "receiveBufferBytes", INT32_MAX, &settings->receive_buffer_bytes);
  if (!numbers) return false;
  if (!KeepTypedArray(object, "rows", &rows_reference_) || !KeepTypedArray(object, "slots", &slots_reference_)) return false;
  on_rows_ = Napi::Persistent(info[1].As<Napi::Function>());
  on_failure_ = Napi::Persistent(info[2].As<Napi::Function>());
  return true;
}

void NativeQueue::OpenQueue(const QueueSettings& settings) {
  const Outcome outcome = socket_.Open(settings);
  if (outcome.error != 0) return ThrowOutcome(Env(), outcome);
  if (!LocateArrays()) {
    socket_.Close();
    return ThrowTypeError(Env(), "NativeQueue(settings): rows or slots is too small or of another type");
  }
  napi_value name;
  int error = -EINVAL;
  if (napi_create_string_utf8(Env(), "NFQUEUE", NAPI_AUTO_LENGTH, &name) == napi_ok &&
      napi_async_init(Env(), nullptr, name, &async_context_) == napi_ok) {
    poll_ = PollHandle::Start(Env(), socket_.descriptor(), this, &error);
  }
  if (poll_ != nullptr) {
    // An open queue is a root of its own, like a listening server: only close() or the end of the environment ends it.
    Ref();
    return;
  }
  Stop();
  ThrowOutcome(Env(), {-error, "uv_poll_start", "poll"});
}

// True if both arrays can hold a full delivery; remembers where they are until JavaScript runs again.
bool NativeQueue::LocateArrays() {
  Elements rows, slots;
  if (!ReadElements(Env(), rows_reference_.Value(), napi_uint32_array, &rows)) return false;
  if (!ReadElements(Env(), slots_reference_.Value(), napi_uint8_array, &slots)) return false;
  rows_ = static_cast<uint32_t*>(rows.data);
  slots_ = static_cast<uint8_t*>(slots.data);
  return rows.count >= kRows * kFieldCount && slots.count >= kBatch * socket_.slot_bytes();
}

// One recvmmsg a wake-up bounds the work; epoll is level-triggered, so the rest wakes us again after the event loop's turn.
void NativeQueue::OnReadable(int status) {
  if (delivering_) return;
  Napi::HandleScope scope(Env());
  if (!LocateArrays()) return Fail(EFAULT, "recvmmsg");
  ByteSpan datagrams[kBatch];
  const int count = socket_.Receive(slots_, datagrams);
  if (count < 0) return Fail(-count, "recvmmsg");
  // libuv stops polling when the socket has a pending error, which the read above has taken.
  if (status < 0 && poll_->Resume() != 0) return Fail(-status, "epoll_wait");
  DeliverDatagrams(datagrams, count);
}

void NativeQueue::DeliverDatagrams(const ByteSpan* datagrams, int count) {
  uint32_t filled = 0;
  for (int index = 0; index < count; index++) {
    ByteSpan rest = datagrams[index];
    while (filled < kRows && NextMessage(&rest, slots_, rows_ + filled * kFieldCount)) filled++;
  }
  if (filled > 0) CallOnRows(filled);
}

void NativeQueue::CallOnRows(uint32_t count) {
  napi_value argument, receiver, result;
  if (napi_create_uint32(Env(), count, &argument) != napi_ok || napi_get_undefined(Env(), &receiver) != napi_ok) return;
  napi_value object = Value();
  delivering_ = true;
  const napi_status status = napi_make_callback(Env(), async_context_, object, on_rows_.Value(), 1, &argument, &result);
  delivering_ = false;
  if (!socket_.is_open()) DestroyContext();
  if (status != napi_ok) ReportException();
}

// A callback that throws is an uncaught exception of the program, exactly as if a timer had thrown.
void NativeQueue::ReportException() {
  bool pending = false;
  napi_value exception;
  if (napi_is_exception_pending(Env(), &pending) != napi_ok || !pending) return;
  if (napi_get_and_clear_last_exception(Env(), &exception) != napi_ok) return;
  napi_fatal_exception(Env(), exception);
}

// The socket cannot be read any more: nothing will ever arrive, so the queue closes itself and says why.
void NativeQueue::Fail(int error, const char* syscall) {
  Napi::HandleScope scope(Env());
  napi_value object = Value(), arguments[2], result;
  napi_value callback = on_failure_.Value();
  napi_async_context context = async_context_;
  async_context_ = nullptr;
  Stop();
  if (napi_create_int32(Env(), error, &arguments[0]) == napi_ok &&
      napi_create_string_utf8(Env(), syscall, NAPI_AUTO_LENGTH, &arguments[1]) == napi_ok &&
      napi_make_callback(Env(), context, object, callback, 2, arguments, &result) != napi_ok) {
    ReportException();
  }
  napi_async_destroy(Env(), context);
}

void NativeQueue::SendVerdict(const Napi::CallbackInfo& info) {
  uint32_t id;
  Verdict verdict;
  if (!ReadUint32(Env(), info[0], &id) || !ReadVerdict(info, &verdict)) return ThrowTypeError(Env(), "sendVerdict(id, code, mark?)");
  if (const int error = socket_.SendVerdict(id, verdict)) ThrowOutcome(Env(), {error, "sendmsg", "verdict"});
}

void NativeQueue::SendVerdicts(const Napi::CallbackInfo& info) {
  Elements ids;
  Verdict verdict;
  if (!ReadElements(Env(), info[0], napi_uint32_array, &ids) || !ReadVerdict(info, &verdict)) {
    return ThrowTypeError(Env(), "sendVerdicts(ids: Uint32Array, code, mark?)");
  }
  const int error = socket_.SendVerdicts(static_cast<uint32_t*>(ids.data), ids.count, verdict);
  if (error != 0) ThrowOutcome(Env(), {error, "sendmsg", "verdict"});
}

void NativeQueue::SetMaximumLength(const Napi::CallbackInfo& info) {
  uint32_t maximum_length;
  if (!ReadUint32(Env(), info[0], &maximum_length)) return ThrowTypeError(Env(), "setMaximumLength(length)");
  const Outcome outcome = socket_.SetMaximumLength(maximum_length);
  if (outcome.error != 0) ThrowOutcome(Env(), outcome);
}

// Called by TypeScript from a turn of its own, never from within a delivery.
void NativeQueue::DeliverStash(const Napi::CallbackInfo&) {
  if (delivering_) return;
  for (const auto& bytes : socket_.TakeStash()) {
    if (!socket_.is_open() || !LocateArrays() || bytes.size() > socket_.slot_bytes()) return;
    memcpy(slots_, bytes.data(), bytes.size());
    const ByteSpan datagram = {slots_, bytes.size()};
    DeliverDatagrams(&datagram, 1);
  }
}

void NativeQueue::Close(const Napi::CallbackInfo&) { Stop(); }

void NativeQueue::Stop() {
  if (poll_ != nullptr) {
    poll_->Close();
    poll_ = nullptr;
    Unref();
  }
  socket_.Close();
  // The callbacks close over the TypeScript queue, which holds this object: let go, or none of them is ever collected.
  on_rows_.Reset();
  on_failure_.Reset();
  rows_reference_.Reset();
  slots_reference_.Reset();
  DestroyContext();
}

// Not while a delivery is using it: then the delivery does it at its end.
void NativeQueue::DestroyContext() {
  if (async_context_ == nullptr || delivering_) return;
  napi_async_destroy(Env(), async_context_);
  async_context_ = nullptr;
}

void NativeQueue::OnTeardown() {
  poll_ = nullptr;
  socket_.Close();
  DestroyContext();
}

void NativeQueue::SetReferenced(const Napi::CallbackInfo& info) {
  bool referenced;
  if (napi_get_value_bool(Env(), info[0], &referenced) != napi_ok) return ThrowTypeError(Env(), "setReferenced(boolean)");
  if (poll_ != nullptr) poll_->SetReferenced(referenced);
}

Napi::Value NativeQueue::Port(const Napi::CallbackInfo&) { return Napi::Number::New(Env(), socket_.port()); }

Napi::Value NativeQueue::Overruns(const Napi::CallbackInfo&) { return Napi::Number::New(Env(), socket_.Overruns()); }

Napi::Value NativeQueue::HasStash(const Napi::CallbackInfo&) { return Napi::Boolean::New(Env(), socket_.has_stash()); }

Napi::Value ParseForTest(const Napi::CallbackInfo& info) {
  Elements bytes, rows;
  if (!ReadElements(info.Env(), info[0], napi_uint8_array, &bytes) || !ReadElements(info.Env(), info[1], napi_uint32_array, &rows)) {
    ThrowTypeError(info.Env(), "parse(bytes: Uint8Array, rows: Uint32Array)");
    return Napi::Value();
  }
  const auto* data = static_cast<const uint8_t*>(bytes.data);
  ByteSpan rest = {data, bytes.count};
  uint32_t count = 0;
  while ((count + 1) * kFieldCount <= rows.count && NextMessage(&rest, data, static_cast<Row>(rows.data) + count * kFieldCount)) count++;
  return Napi::Number::New(info.Env(), count);
}

}  // namespace nfqueue
