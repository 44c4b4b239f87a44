// A file descriptor that closes itself. Every descriptor of this addon lives in one.
#ifndef SALLYPORT_LINUX_DESCRIPTOR_H_
#define SALLYPORT_LINUX_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() { Close(); }
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    if (this != &other) {
      Close();
      value_ = std::exchange(other.value_, -1);
    }
    return *this;
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;

  bool open() const { return value_ >= 0; }
  int get() const { return value_; }

  // Not repeated on EINTR: Linux has released the descriptor by then.
  void Close() {
    if (value_ >= 0) close(std::exchange(value_, -1));
  }

 private:
  int value_ = -1;
};

#endif
