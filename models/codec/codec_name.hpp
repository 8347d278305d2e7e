#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace offramp {

// How the parts of a codec's name are read: strictly, with one way to write each.

/// A whole number of `text` behind `prefix`, written plainly: 5 for ("zstd5", "zstd").
/// Nothing when `text` is not the prefix and a number.
std::optional<int> number_behind(std::string_view text, std::string_view prefix);

/// The same within a range.
/// @throws UserError for another number, naming the codec and what is allowed
std::optional<int> number_behind(std::string_view text, std::string_view prefix, int lowest, int highest,
                                 std::string_view codec);

/// Takes `word` off the front of `text`, with the '_' behind it; false when something else stands there.
bool take_word(std::string_view& text, std::string_view word);

}  // namespace offramp
