#include "tests/fuzz/mutation.hpp"

#include <algorithm>
#include <utility>

namespace offramp::fuzz {
namespace {

constexpr std::size_t kLongest = 1 << 16;

}  // namespace

Mutation::Mutation(std::vector<std::string> seeds, std::vector<std::string> tokens, std::uint64_t seed)
    : seeds_(std::move(seeds)), tokens_(std::move(tokens)), random_(seed) {
  if (seeds_.empty()) seeds_.emplace_back();
}

std::size_t Mutation::below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

const std::string& Mutation::any_of(const std::vector<std::string>& choices) {
  return choices[below(choices.size())];
}

void Mutation::change(std::string& text) {
  const std::size_t at = below(text.size() + 1);
  const std::size_t length = 1 + below(std::min<std::size_t>(32, text.size() - at + 1));
  switch (below(tokens_.empty() ? 8 : 11)) {
    case 0:  // a bit
      if (at < text.size()) text[at] = static_cast<char>(text[at] ^ (1 << below(8)));
      break;
    case 1:  // a byte
      if (at < text.size()) text[at] = static_cast<char>(below(256));
      break;
    case 2:  // an extreme byte
      if (at < text.size()) text[at] = std::string("\x00\xff\x7f\x80\x01", 5)[below(5)];
      break;
    case 3:  // a piece is lost
      text.erase(at, length);
      break;
    case 4:  // a piece stands twice
      text.insert(at, text.substr(at, length));
      break;
    case 5:  // cut short
      if (below(4) == 0) text.resize(at);
      break;
    case 6: {  // a piece of another input
      const std::string& other = any_of(seeds_);
      text.insert(at, other.substr(below(other.size() + 1), length));
      break;
    }
    case 7: {  // four bytes in one go: lengths, offsets
      for (std::size_t i = at; i < std::min(at + 4, text.size()); ++i)
        text[i] = static_cast<char>(below(256));
      break;
    }
    case 8:  // a token in another's place
    case 9:
      text.replace(at, std::min(length, text.size() - at), any_of(tokens_));
      break;
    default:
      text.insert(at, any_of(tokens_));
  }
}

std::string Mutation::next() {
  std::string text = any_of(seeds_);
  for (std::size_t changes = 1 + below(8); changes > 0; --changes) change(text);
  if (text.size() > kLongest) text.resize(kLongest);
  return text;
}

}  // namespace offramp::fuzz
