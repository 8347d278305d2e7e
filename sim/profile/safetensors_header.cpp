#include "sim/profile/safetensors_header.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <utility>

namespace offramp {
namespace {

constexpr std::array kTypes = {TensorType::f32, TensorType::f16, TensorType::i32, TensorType::u32,
                               TensorType::i64, TensorType::u8,  TensorType::i8};

TensorType type_named(const std::string& name, const std::string& tensor) {
  for (const TensorType type : kTypes)
    if (tensor_type_name(type) == name) return type;
  std::vector<std::string_view> allowed;
  for (const TensorType type : kTypes) allowed.push_back(tensor_type_name(type));
  throw BadHeader(fmt::format("tensor {} has the element type {}; allowed: {}", printable(tensor),
                              printable(name), fmt::join(allowed, ", ")));
}

/// Walks the one shape that a header may have: {NAME: {"dtype": "F32", "shape": [2, 3],
/// "data_offsets": [0, 24]}, ..., "__metadata__": {KEY: TEXT, ...}}.
class HeaderReader : public nlohmann::json_sax<nlohmann::json> {
 public:
  SafetensorsHeader take() { return std::move(header_); }

  bool null() override { return unexpected("null"); }
  bool boolean(bool) override { return unexpected("a boolean"); }
  bool number_integer(number_integer_t) override { return unexpected("a negative number"); }
  bool number_float(number_float_t, const string_t&) override {
    return unexpected("a number that is not whole");
  }
  bool binary(binary_t&) override { return unexpected("binary data"); }

  bool number_unsigned(number_unsigned_t value) override {
    if (where_ == Where::shape) {
      if (value > static_cast<std::uint64_t>(INT64_MAX) || entry_.shape.size() == kMaxDimensions)
        throw BadHeader(fmt::format("tensor {} has a dimension too large or more than {} of them",
                                    printable(entry_.name), kMaxDimensions));
      entry_.shape.push_back(static_cast<std::int64_t>(value));
    } else if (where_ == Where::offsets) {
      if (num_offsets_ == 2)
        throw BadHeader(fmt::format("tensor {} has more than two data_offsets", printable(entry_.name)));
      (num_offsets_++ == 0 ? entry_.begin : entry_.end) = value;
    } else {
      return unexpected("a number");
    }
    return true;
  }

  bool string(string_t& value) override {
    if (where_ == Where::metadata)
      header_.metadata[key_] = std::move(value);
    else if (where_ == Where::tensor && key_ == "dtype")
      entry_.type = type_named(value, entry_.name);
    else
      return unexpected("a text");
    return true;
  }

  bool key(string_t& name) override {
    std::set<std::string>& seen = where_ == Where::top ? top_keys_ : inner_keys_;
    if (!seen.insert(name).second) throw BadHeader(fmt::format("the key {} stands twice", printable(name)));
    if (where_ == Where::tensor && name != "dtype" && name != "shape" && name != "data_offsets")
      throw BadHeader(fmt::format("tensor {} has the unknown key {}; allowed: dtype, shape, data_offsets",
                                  printable(entry_.name), printable(name)));
    key_ = std::move(name);
    return true;
  }

  bool start_object(std::size_t) override {
    if (where_ == Where::outside) {
      where_ = Where::top;
    } else if (where_ == Where::top) {
      inner_keys_.clear();
      num_offsets_ = 0;
      entry_ = TensorEntry{};
      entry_.name = key_;
      where_ = key_ == "__metadata__" ? Where::metadata : Where::tensor;
    } else {
      return unexpected("an object");
    }
    return true;
  }

  bool end_object() override {
    if (where_ == Where::tensor) {
      if (inner_keys_.size() != 3 || num_offsets_ != 2)
        throw BadHeader(
            fmt::format("tensor {} needs dtype, shape and two data_offsets", printable(entry_.name)));
      header_.tensors.push_back(std::move(entry_));
    }
    where_ = Where::top;
    return true;
  }

  bool start_array(std::size_t) override {
    if (where_ == Where::tensor && key_ == "shape")
      where_ = Where::shape;
    else if (where_ == Where::tensor && key_ == "data_offsets")
      where_ = Where::offsets;
    else
      return unexpected("a list");
    return true;
  }

  bool end_array() override {
    where_ = Where::tensor;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    throw BadHeader(fmt::format("the header is not valid JSON (letter {})", position));
  }

 private:
  enum class Where { outside, top, metadata, tensor, shape, offsets };

  [[noreturn]] bool unexpected(std::string_view what) const {
    throw BadHeader(
        fmt::format("the header has {} where none may stand, near the key {}", what, printable(key_)));
  }

  SafetensorsHeader header_;
  Where where_ = Where::outside;
  std::string key_;
  std::set<std::string> top_keys_;
  std::set<std::string> inner_keys_;
  TensorEntry entry_;
  std::size_t num_offsets_ = 0;
};

}  // namespace

std::uint64_t TensorEntry::expected_bytes() const {
  std::uint64_t bytes = tensor_type_bytes(type);
  // A zero makes the tensor empty whatever the other dimensions say.
  for (const std::int64_t dimension : shape)
    if (dimension == 0) return 0;
  for (const std::int64_t dimension : shape)
    if (__builtin_mul_overflow(bytes, static_cast<std::uint64_t>(dimension), &bytes))
      throw BadHeader(
          fmt::format("tensor {} has a shape of more bytes than can be counted", printable(name)));
  return bytes;
}

SafetensorsHeader parse_safetensors_header(std::string_view json) {
  HeaderReader reader;
  nlohmann::json::sax_parse(json, &reader);
  return reader.take();
}

std::string printable(std::string_view text) {
  constexpr std::size_t kLongest = 60;
  std::string shown = "\"";
  for (const char letter : text.substr(0, kLongest))
    shown += static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f ? '?' : letter;
  return shown + (text.size() > kLongest ? "...\"" : "\"");
}

}  // namespace offramp
