// Strict JSON, and the document of a profile.
#include "sim/profile/exit_profile.hpp"
#include "sim/profile/profile_document.hpp"
#include "sim/profile/strict_json.hpp"
#include "tests/fuzz/fuzz_target.hpp"
#include "tests/profile/small_profile.hpp"

namespace offramp::fuzz {

FuzzTarget fuzz_target() {
  FuzzTarget target;
  target.read = [](Bytes input) {
    const std::string text = text_of(input);
    try {
      const nlohmann::json document = parse_strict_json(text);
      require(parse_strict_json(document.dump()) == document, "JSON is read back as it was");
    } catch (const BadDocument&) {
    } catch (const nlohmann::json::type_error&) {  // text that is no UTF-8 cannot be dumped
    }
    try {
      const ProfileOutline outline = parse_profile_document(text);
      require(!outline.profile.exits.empty(), "a profile has exits");
    } catch (const BadDocument&) {
    }
  };
  const SmallProfile small;
  target.seeds = {profile_document(small.profile()), "{\"a\": [1, 2.5, -3e10, null, true, \"\\u00e9\"]}",
                  "[[[[[]]]]]"};
  target.tokens = {"\"exits\":",
                   "\"splits\":",
                   "\"sets\":",
                   "\"after\":",
                   "\"temperatures\":",
                   "\"routers\":",
                   "\"sqnr_db\":",
                   "null",
                   "true",
                   "{",
                   "}",
                   "[",
                   "]",
                   ",",
                   "1e308",
                   "-1",
                   "1e999",
                   "18446744073709551615",
                   "\"exit 0\"",
                   "\"exit 99999999999\"",
                   "\"input\"",
                   "\\u0000",
                   "\\ud800"};
  target.memory = {4'000, 1u << 20};
  return target;
}

}  // namespace offramp::fuzz
